import pytest

from sigmasight_ui.ui.same_origin import SameOriginPlugin

ENV = (
    'var e={PING:`http://localhost:8000/ping`,EVENT:"ws://localhost:8000/_event",TRANSPORT:`websocket`};export{e as t};'
)
STATE = "const n=[`localhost`,`0.0.0.0`,`::`,`0:0:0:0:0:0:0:0`],to={};"


def build(folder, env=ENV, state=STATE):
    (folder / "assets").mkdir()
    (folder / "assets" / "reflex-env.js").write_text(env)
    (folder / "assets" / "context.js").write_text(state)
    SameOriginPlugin().post_build(static_dir=folder)
    return (folder / "assets" / "reflex-env.js").read_text(), (folder / "assets" / "context.js").read_text()


def test_the_page_talks_to_where_it_came_from(tmp_path):
    env, state = build(tmp_path)
    assert 'PING:(location.origin+"/ping")' in env
    assert 'EVENT:(location.origin.replace("http","ws")+"/_event")' in env
    assert "localhost" not in env + state
    assert "const n=[],to={}" in state


@pytest.mark.parametrize("changed", [{"env": "var e={};"}, {"state": "const n=1;"}])
def test_a_bundle_of_another_shape_fails_the_build(tmp_path, changed):
    with pytest.raises(RuntimeError, match="bakes its backend address differently"):
        build(tmp_path, **changed)
