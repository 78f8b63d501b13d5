"""Settings are checked once, and production refuses what is only fit for a demo."""

import pytest

from sigmasight_ui.core.config import SettingsError, load_settings

PRODUCTION = {"ENVIRONMENT": "production", "BETA_INVITE_CODE": "OURS-ALONE", "PUBLIC_URL": "https://risk.example.com"}


def test_everything_has_a_default(tmp_path):
    settings = load_settings({}, tmp_path)
    assert (settings.port, settings.public_url, settings.environment) == (8000, "http://localhost:8000", "development")
    assert settings.data_dir == tmp_path / ".sigmasight"


def test_the_public_url_follows_the_port(tmp_path):
    assert load_settings({"PORT": "9001"}, tmp_path).public_url == "http://localhost:9001"


def test_environment_wins_over_dotenv_and_comments_are_not_values(tmp_path):
    (tmp_path / ".env").write_text('# ours\nPORT=9001   # the port\nBETA_INVITE_CODE="A B"\n')
    assert load_settings({}, tmp_path).port == 9001
    assert load_settings({}, tmp_path).invite_code == "A B"
    assert load_settings({"PORT": "9002"}, tmp_path).port == 9002


def test_the_example_file_is_a_working_configuration(tmp_path):
    from tests.architecture.rules import ROOT

    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    assert load_settings({}, tmp_path) == load_settings({}, tmp_path.parent / tmp_path.name)
    assert load_settings({}, tmp_path).environment == "development"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"BETA_INVITE_CODE": ""}, "BETA_INVITE_CODE"),
        ({"PUBLIC_URL": "http://localhost:8000"}, "https"),
        ({"CLOCK": "2026-01-01T00:00:00+00:00"}, "CLOCK"),
        ({"MARKET_DATA_BASE_URL": "http://127.0.0.1:1"}, "MARKET_DATA_BASE_URL"),
    ],
)
def test_production_refuses_defaults(tmp_path, change, word):
    assert load_settings(PRODUCTION, tmp_path).is_production
    with pytest.raises(SettingsError, match=word):
        load_settings({**PRODUCTION, **change}, tmp_path)


@pytest.mark.parametrize(
    "bad",
    [
        {"PORT": "eighty"},
        {"PORT": "70000"},
        {"ENVIRONMENT": "staging"},
        {"PUBLIC_URL": "ftp://x"},
        {"PUBLIC_URL": "http://[localhost"},
        {"PUBLIC_URL": "http://localhost:port"},
        {"PORT": "9" * 5000},
        {"PUBLIC_URL": "http://risk.example.com"},
        {"JWT_SECRET_KEY": "short"},
        {"CLOCK": "yesterday"},
        {"MARKET_DATA": "crystal-ball"},
    ],
)
def test_a_bad_setting_says_which(tmp_path, bad):
    with pytest.raises(SettingsError, match=next(iter(bad))):
        load_settings(bad, tmp_path)


def test_a_settings_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / ".env").write_bytes("PORT=8100\n# Zürich".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_settings({}, tmp_path)
