import runpy
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sigmasight_ui.core.config import Settings
from sigmasight_ui.ui import frontend


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one source, whose build writes one page."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app.css").write_text("a{}")
    static = tmp_path / ".web" / "build" / "client"
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    monkeypatch.setattr(frontend, "STATIC", static)
    monkeypatch.setattr(frontend, "_STAMP", tmp_path / ".web" / "built")
    monkeypatch.setattr(frontend, "_export", lambda _settings: static.mkdir(parents=True, exist_ok=True))
    return tmp_path


def builds(settings=None) -> int:
    said = []
    frontend.ensure_built(settings or Settings(), said.append)
    return len(said)


def test_builds_once(project):
    assert [builds(), builds()] == [1, 0]
    assert frontend.is_built()


def test_of_two_starts_at_once_one_builds_and_the_other_waits(project, monkeypatch):
    build, entered, go_on = frontend._export, threading.Event(), threading.Event()

    def slow(settings):
        entered.set()
        assert go_on.wait(60)
        build(settings)

    monkeypatch.setattr(frontend, "_export", slow)
    heard = []

    def hear(line):
        heard.append(line)
        if line.startswith("Waiting"):
            go_on.set()

    with ThreadPoolExecutor(2) as starts:
        first = starts.submit(frontend.ensure_built, Settings(), hear)
        assert entered.wait(60)
        starts.submit(frontend.ensure_built, Settings(), hear).result(60)
        first.result(60)
    assert [line.split()[0] for line in heard] == ["Building", "Waiting"]
    assert frontend.is_built()


def test_a_changed_source_is_built_again(project):
    builds()
    (project / "assets" / "app.css").write_text("b{}")
    assert not frontend.is_built()
    assert builds() == 1


def test_a_renamed_source_is_a_change(project):
    builds()
    (project / "assets" / "app.css").rename(project / "assets" / "other.css")
    assert builds() == 1


def test_a_build_that_was_cut_off_is_done_again(project, monkeypatch):
    builds()
    (project / "assets" / "app.css").write_text("c{}")
    build = frontend._export

    def killed(settings):
        build(settings)
        raise KeyboardInterrupt

    monkeypatch.setattr(frontend, "_export", killed)
    with pytest.raises(KeyboardInterrupt):
        builds()
    (project / "assets" / "app.css").write_text("a{}")  # even back at what had been built before
    assert not frontend.is_built()


def test_a_failed_build_says_what_the_builder_said(tmp_path, monkeypatch):
    monkeypatch.setattr(frontend, "build_env", lambda _settings: {"PATH": "/nowhere"})
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    with pytest.raises(frontend.FrontendBuildFailed, match=r"frontend-build\.log"):
        frontend._export(Settings(data_dir=tmp_path))


def test_the_build_calls_nobody_but_the_package_registry():
    env = frontend.build_env(Settings(data_dir=Path("/data")))
    assert env["REFLEX_TELEMETRY_ENABLED"] == "false"
    assert env["REFLEX_CHECK_LATEST_VERSION"] == "false"
    assert env["NPM_CONFIG_REGISTRY"].startswith("http")
    assert env["REFLEX_USE_NPM"] == "1"


def test_serving_needs_no_node_and_keeps_states_in_memory():
    env = frontend.serve_env(Settings())
    assert env["__REFLEX_SKIP_COMPILE"] == env["__REFLEX_MOUNT_FRONTEND_COMPILED_APP"] == "true"
    assert env["REFLEX_ENV_MODE"] == "prod"
    assert env["OPENBLAS_NUM_THREADS"] == "1"  # each handler computes in a thread of its own


@pytest.mark.parametrize(("redis", "mode"), [("", "memory"), ("redis://localhost:6379", "redis")])
def test_several_web_processes_share_their_states_in_redis(monkeypatch, redis, mode):
    monkeypatch.setenv("REDIS_URL", redis)
    config = runpy.run_path(str(frontend.ROOT / "rxconfig.py"))["config"]
    assert config.state_manager_mode == mode
