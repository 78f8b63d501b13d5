from pathlib import Path

import pytest
import reflex_base
from reflex_base.compiler.templates import vite_config_template

from sigmasight_ui.ui.lean_bundle import LeanBundlePlugin, with_indirect_eval, without_emotion

STATE = Path(reflex_base.__file__).parent / ".templates" / "web" / "utils" / "state.js"


def test_the_frameworks_own_module_has_no_direct_eval_left():
    before = STATE.read_text()
    after = with_indirect_eval(before)
    assert after.count("(0, eval)(") == before.count("eval(") > 0
    assert with_indirect_eval(after) == after


def test_emotion_is_replaced_once_in_the_frameworks_settings():
    before = vite_config_template("/", hmr=False, force_full_reload=False, experimental_hmr=False, sourcemap=False)
    after = without_emotion(before)
    assert after.count('find: "@emotion/react"') == 1
    assert without_emotion(after) == after


def test_other_settings_fail_the_build():
    with pytest.raises(RuntimeError, match="Vite settings"):
        without_emotion("export default {}")


@pytest.mark.parametrize(
    ("script", "is_refused"),
    [('jsx("i",{css:({fill:"red"})})', True), ("e(`i`,{css:{fill:`red`}})", True), ("e(`i`,{style:{fill:1}})", False)],
)
def test_a_style_prop_would_do_nothing_so_the_build_fails(tmp_path, script, is_refused):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page.js").write_text(script)
    if is_refused:
        with pytest.raises(RuntimeError, match="style prop"):
            LeanBundlePlugin().post_build(static_dir=tmp_path)
    else:
        LeanBundlePlugin().post_build(static_dir=tmp_path)
