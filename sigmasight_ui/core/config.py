"""Settings: read once from the environment, checked, then only passed along."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

PUBLIC_INVITE_CODE = (
    "PRESCOTT-LINNAEAN-COWPERTHWAITE"  # printed in the seed documents, so never good enough for production
)
ENVIRONMENTS = ("development", "test", "production")
MARKET_DATA_SOURCES = ("auto", "yahoo", "sample")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SettingsError(ValueError):
    """A setting that cannot be used; the text says which and what to write instead."""


@dataclass(frozen=True)
class Settings:
    environment: str = "development"
    port: int = 8000
    public_url: str = "http://localhost:8000"
    data_dir: Path = Path(".sigmasight")
    database_url: str | None = None
    jwt_secret_key: str | None = None
    invite_code: str = PUBLIC_INVITE_CODE
    deterministic_uuids: bool = False
    skip_startup_validation: bool = False
    superuser_email: str | None = None
    superuser_password: str | None = None
    superuser_name: str | None = None
    market_data: str = "auto"
    market_data_base_url: str | None = None
    redis_url: str | None = None
    dask_scheduler: str | None = None
    trusted_proxies: int = 0
    clock_start: datetime | None = None

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def session_cookie(self) -> str:
        """`__Host-` needs Secure; plain http is allowed on loopback only, where browsers refuse the prefix."""
        return "__Host-sigmasight" if self.is_https else "sigmasight"


def load_settings(env: Mapping[str, str] | None = None, root: Path | None = None) -> Settings:
    """Settings from the environment over an optional `.env` file beside the project."""
    root = root or Path.cwd()
    values = {**_dotenv(root / ".env"), **(os.environ if env is None else env)}
    port = _integer(values, "PORT", 8000)
    settings = Settings(
        environment=_choice(values, "ENVIRONMENT", ENVIRONMENTS),
        port=port,
        public_url=(values.get("PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
        data_dir=_absolute(values.get("DATA_DIR") or ".sigmasight", root),
        database_url=values.get("DATABASE_URL") or None,
        jwt_secret_key=values.get("JWT_SECRET_KEY") or None,
        invite_code=values.get("BETA_INVITE_CODE") or PUBLIC_INVITE_CODE,
        deterministic_uuids=_flag(values, "DETERMINISTIC_UUIDS"),
        skip_startup_validation=_flag(values, "SKIP_STARTUP_VALIDATION"),
        superuser_email=values.get("SUPERUSER_EMAIL") or None,
        superuser_password=values.get("SUPERUSER_PASSWORD") or None,
        superuser_name=values.get("SUPERUSER_NAME") or None,
        market_data=_choice(values, "MARKET_DATA", MARKET_DATA_SOURCES),
        market_data_base_url=values.get("MARKET_DATA_BASE_URL") or None,
        redis_url=values.get("REDIS_URL") or None,
        dask_scheduler=values.get("DASK_SCHEDULER") or None,
        trusted_proxies=_integer(values, "TRUSTED_PROXIES", 0),
        clock_start=_instant(values.get("CLOCK")),
    )
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    parts = _address(settings.public_url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError("PUBLIC_URL over plain http works on this machine only: use https for any other host")
    if settings.jwt_secret_key is not None and len(settings.jwt_secret_key.encode()) < 32:
        raise SettingsError("JWT_SECRET_KEY needs at least 32 bytes; leave it out and one is generated")
    if settings.is_production:
        _check_production(settings)


def _address(url: str) -> SplitResult:
    """Of brackets that do not match and ports that are no numbers the library complains only when it is asked."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise SettingsError("PUBLIC_URL must be an http or https address, for example https://sigmasight.example.com")
    return parts


def _check_production(settings: Settings) -> None:
    if settings.invite_code == PUBLIC_INVITE_CODE:
        raise SettingsError("BETA_INVITE_CODE is the public default: set your own for ENVIRONMENT=production")
    if not settings.is_https:
        raise SettingsError("PUBLIC_URL must be the https address people use when ENVIRONMENT=production")
    if settings.clock_start is not None or settings.market_data_base_url is not None:
        raise SettingsError("CLOCK and MARKET_DATA_BASE_URL are for development and tests: unset them in production")


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as UTF-8 text: {error}") from error
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.split(" #")[0].strip().strip("\"'") for name, value in pairs}


def _absolute(text: str, root: Path) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() else (root / path).resolve()


def _choice(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = (values.get(name) or allowed[0]).strip().lower()
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}")
    return value


def _integer(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or len(text) > 5 or int(text) > 65535:
        raise SettingsError(f"{name} must be a whole number up to 65535")
    return int(text)


def _flag(values: Mapping[str, str], name: str) -> bool:
    return (values.get(name) or "").strip().lower() in ("1", "true", "yes", "on")


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError("CLOCK must be an ISO instant, for example 2026-11-20T21:30:00+00:00") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
