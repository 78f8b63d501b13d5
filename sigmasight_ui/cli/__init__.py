"""The command line: python -m sigmasight_ui up | web | jobs | migrate | create-superuser | backup | restore |
doctor | bench."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sigmasight_ui.core.config import Settings, SettingsError, load_settings
from sigmasight_ui.core.logging import configure_logging

if TYPE_CHECKING:
    from sigmasight_ui.cli.installation import Installation

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="SigmaSight: portfolio risk, self-hosted.",
)


@app.callback()
def every_command() -> None:
    """Whatever asks a command to end, it puts its things in order first: the database server it has started, say."""
    from sigmasight_ui.core.supervisor import end_as_by_ctrl_c

    end_as_by_ctrl_c()


@app.command()
def up() -> None:
    """Prepare everything, then run the web and jobs processes until Ctrl-C."""
    from sigmasight_ui.cli.sole_start import sole_start

    settings = _settings()
    with _problems_told(), sole_start(settings, _say):
        installation = _prepare(settings)
        try:
            _build_frontend(settings)
            _run(settings, installation)
        finally:
            _say("Stopping ...")
            installation.close()


@app.command()
def web() -> None:
    """The web process alone: pages, REST and health checks on PORT."""
    from sigmasight_ui.ui.frontend import serve

    serve(_begun())


@app.command()
def jobs() -> None:
    """The jobs process alone: the timetable and the queue's workers. Any number may run."""
    from sigmasight_ui.jobs.main import run

    run(_begun())


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema and seed the reference data."""
    with _problems_told():
        _prepare(_settings(), offer_claim=False).close()
    _say("The database is up to date.")


@app.command("create-superuser")
def create_superuser(
    non_interactive: Annotated[bool, typer.Option(help="Take SUPERUSER_EMAIL, _PASSWORD and _NAME.")] = False,
) -> None:
    """Create an administrator, or make an existing account one."""
    from sigmasight_ui.bootstrap import start_services
    from sigmasight_ui.core.errors import AppError

    settings = _settings()
    email, password, name = _superuser_from(settings) if non_interactive else _superuser_asked()
    with _problems_told():
        installation = _prepare(settings, offer_claim=False)
        services, database = start_services(settings)
    try:
        _, created = services.administrators.create(services.db.transaction, email, password, name)
    except AppError as error:
        _fail(f"{error.sentence} ({error.code})")
    finally:
        services.db.close()
        database.close()
        installation.close()
    _say(f"{email} is an administrator." if created else f"{email} had an account and is an administrator now.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write it; must not exist.")]) -> None:
    """Write the whole database into one file. Keep master.key as well, elsewhere."""
    from sigmasight_ui.cli import backups

    settings = _settings()
    with _problems_told():
        backups.backup(settings, file)
    _say(f"{file} holds the database. Without {settings.data_dir / 'master.key'} nobody can sign in to a copy of it.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="Written by backup.")]) -> None:
    """Fill an empty database from a backup and bring it to the newest schema."""
    from sigmasight_ui.cli import backups

    settings = _settings()
    with _problems_told():
        backups.restore(settings, file)
        _prepare(settings, offer_claim=False).close()
    _say("Restored and up to date.")


@app.command()
def doctor() -> None:
    """Check settings, keys, database, schema, reference data and built frontend; says what to do where one fails."""
    from sigmasight_ui.cli.doctor import examine

    findings = examine(_settings())
    for finding in findings:
        _say(f"{finding.mark:4}  {finding.what}" + (f": {finding.advice}" if finding.advice else ""))
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def bench() -> None:
    """Measure the product as people run it, in a data folder of its own, and rewrite docs/benchmarks.md."""
    from sigmasight_ui.ui.frontend import ROOT

    if not (ROOT / "tests" / "bench").is_dir():
        _fail("The benchmarks are part of the source tree: run make bench there.")
    raise typer.Exit(subprocess.run([sys.executable, "-m", "tests.bench"], cwd=ROOT, check=False).returncode)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _fail(str(error))


def _begun() -> Settings:
    """What web and jobs begin with. Supervised, they find what `up` has prepared; by themselves they look."""
    from sigmasight_ui.core.supervisor import end_with_supervisor, is_supervised

    configure_logging()
    end_with_supervisor()
    settings = _settings()
    if not is_supervised():
        from sigmasight_ui.cli.startup_validation import validate_startup

        with _problems_told():
            validate_startup(settings, _say)
    return settings


def _prepare(settings: Settings, offer_claim: bool = True) -> Installation:
    from sigmasight_ui.cli.installation import prepare

    return prepare(settings, _say, offer_claim=offer_claim)


def _build_frontend(settings: Settings) -> None:
    from sigmasight_ui.ui.frontend import ensure_built

    ensure_built(settings, _say)


def _run(settings: Settings, installation: Installation) -> None:
    """Until Ctrl-C, SIGTERM or the end of the terminal."""
    from sigmasight_ui.cli.database_watch import watching
    from sigmasight_ui.core.supervisor import Child, supervise

    python = [sys.executable, "-m", "sigmasight_ui"]
    # glibc would keep a heap for each of the web process's forty threads, and what a large file took for the next one.
    gives_back = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}
    children = [Child("web", [*python, "web"], gives_back), Child("jobs", [*python, "jobs"])]
    with watching(installation, _say):
        supervise(children, _say, lambda: _announce(settings, installation.claim_code))


@contextlib.contextmanager
def _problems_told() -> Iterator[None]:
    from sigmasight_ui.cli.backups import BackupError
    from sigmasight_ui.cli.installation import PROBLEMS
    from sigmasight_ui.ui.frontend import FrontendBuildFailed

    try:
        yield
    except (*PROBLEMS, FrontendBuildFailed, BackupError) as problem:
        _fail(str(problem))


def _announce(settings: Settings, claim_code: str | None) -> None:
    """Once the first page answers: the address, and the claim code while there is no administrator."""
    import requests

    address = f"http://127.0.0.1:{settings.port}/health/live"
    browser = requests.Session()
    browser.trust_env = False  # a proxy of the environment does not lead to this machine
    for _ in range(600):
        with contextlib.suppress(requests.RequestException):
            browser.get(address, timeout=2)
            break
        time.sleep(0.1)
    else:
        _say("The pages do not answer yet, after a minute; the lines above may say why.")
    _say(f"\n  SigmaSight is running at {settings.public_url}")
    if claim_code:
        _say(f"  No administrator yet. Claim it once at {settings.public_url}/claim with the code  {claim_code}")
    if not settings.is_production:
        _say(f"  Invite code for new accounts: {settings.invite_code}")
    _say("  Ctrl-C stops everything.\n")


def _superuser_from(settings: Settings) -> tuple[str, str, str]:
    email, password, name = settings.superuser_email, settings.superuser_password, settings.superuser_name
    if not (email and password and name):
        _fail("Set SUPERUSER_EMAIL, SUPERUSER_PASSWORD and SUPERUSER_NAME for --non-interactive.")
    return email, password, name


def _superuser_asked() -> tuple[str, str, str]:
    email = typer.prompt("Email")
    name = typer.prompt("Full name")
    return email, typer.prompt("Password", hide_input=True, confirmation_prompt=True), name


def _say(message: str) -> None:
    typer.echo(message)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
