"""The one place where real parts are chosen: settings -> adapters -> services. Tests call the same function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sigmasight_ui.adapters.compute.dask import DaskCompute
from sigmasight_ui.adapters.compute.local import LocalCompute
from sigmasight_ui.adapters.market_data.sample import SampleSource
from sigmasight_ui.adapters.market_data.yahoo import YahooSource
from sigmasight_ui.core.clock import Clock, make_clock
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.crypto import MasterKey, load_master_key
from sigmasight_ui.core.database_access import DatabaseAccess, open_database
from sigmasight_ui.core.db import Database
from sigmasight_ui.core.slow_lane import SlowLane
from sigmasight_ui.core.supervisor import at_last
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.batch.night import Night
from sigmasight_ui.services.batch.phases import Phases
from sigmasight_ui.services.batch.pipeline import BatchPipeline
from sigmasight_ui.services.batch.service import BatchService
from sigmasight_ui.services.equity_changes.service import EquityChangeService
from sigmasight_ui.services.identity.administrators import Administrators
from sigmasight_ui.services.identity.errors import hashing_queue_full
from sigmasight_ui.services.identity.passwords import PasswordHasher
from sigmasight_ui.services.identity.service import IdentityService
from sigmasight_ui.services.identity.tokens import TokenSigner
from sigmasight_ui.services.imports.parts import Parts
from sigmasight_ui.services.imports.service import ImportService, PresetService
from sigmasight_ui.services.invites.service import InviteService
from sigmasight_ui.services.market_data.ports import PriceSource
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.onboarding.service import OnboardingService
from sigmasight_ui.services.portfolios.service import PortfolioService, PositionService
from sigmasight_ui.services.risk.ports import Compute
from sigmasight_ui.services.risk.service import CalculationService, RiskService
from sigmasight_ui.services.scenarios.service import ScenarioService
from sigmasight_ui.services.securities.service import SecuritiesService


@dataclass(frozen=True)
class Services:
    """Everything a door may call; `db` opens the transactions it calls with, and what hashes a password goes through
    `password_lane`."""

    settings: Settings
    clock: Clock
    db: Database
    password_lane: SlowLane
    access: AccessService
    audit: AuditService
    identity: IdentityService
    administrators: Administrators
    securities: SecuritiesService
    market_data: MarketDataService
    portfolios: PortfolioService
    equity_changes: EquityChangeService
    scenarios: ScenarioService
    positions: PositionService
    calculation: CalculationService
    risk: RiskService
    batch: BatchService
    pipeline: BatchPipeline
    imports: ImportService
    import_presets: PresetService
    onboarding: OnboardingService


def master_key(settings: Settings) -> MasterKey:
    return load_master_key(settings.data_dir / "master.key")


def build_services(
    settings: Settings,
    database: DatabaseAccess,
    *,
    clock: Clock | None = None,
    key: MasterKey | None = None,
    password_cost: int | None = None,
    price_sources: Sequence[PriceSource] | None = None,
) -> Services:
    """Wire the product. Tests replace only what stands for the outside world: the clock, the price source, the cost
    of a password hash."""
    clock = clock or make_clock(settings.clock_start)
    key = key or master_key(settings)
    audit = AuditService(clock, key.derive("audit addresses"), key.derive("audit seals"))
    access = AccessService()
    identity = _identity(settings, clock, key, audit, password_cost)
    administrators = Administrators(clock, identity, audit, settings.deterministic_uuids)
    invites = InviteService(settings.invite_code)
    securities = SecuritiesService(clock)
    market_data = _market_data(settings, clock, price_sources)
    portfolios = PortfolioService(clock, access, audit, settings.deterministic_uuids)
    equity_changes = EquityChangeService(clock, access, audit, portfolios)
    scenarios = ScenarioService(clock)
    compute = _compute(settings)
    calculation = CalculationService(clock, access, portfolios, equity_changes, market_data, securities, compute)
    risk = RiskService(clock, portfolios, equity_changes, scenarios, market_data, securities, calculation)
    positions = PositionService(clock, access, audit)
    batch = BatchService(clock, access, portfolios, securities, market_data, calculation)
    imports = ImportService(Parts(clock, key, audit, access, identity, portfolios, positions, equity_changes, batch))
    import_presets = PresetService(clock)
    return Services(
        settings=settings, clock=clock, db=Database(database.runtime_urls),
        password_lane=SlowLane(2, 8.0, hashing_queue_full),
        access=access, audit=audit, identity=identity, administrators=administrators,
        securities=securities, market_data=market_data, portfolios=portfolios, positions=positions,
        equity_changes=equity_changes, scenarios=scenarios, calculation=calculation, risk=risk, batch=batch,
        pipeline=_pipeline(clock, portfolios, securities, market_data, calculation),
        imports=imports, import_presets=import_presets,
        onboarding=OnboardingService(
            clock, key, audit, identity, invites, portfolios, batch, imports, equity_changes, scenarios, import_presets
        ),
    )  # fmt: skip


def start_services(settings: Settings) -> tuple[Services, DatabaseAccess]:
    """For a process of its own: join the database, then wire."""
    key = master_key(settings)
    database = open_database(settings, key)
    at_last(database.close)
    return build_services(settings, database, key=key), database


def _identity(
    settings: Settings, clock: Clock, key: MasterKey, audit: AuditService, password_cost: int | None
) -> IdentityService:
    hasher = PasswordHasher(key.derive("passwords"), **({"cost": password_cost} if password_cost else {}))
    return IdentityService(clock, hasher, TokenSigner(_token_keys(settings, key)), audit, settings.deterministic_uuids)


def _pipeline(
    clock: Clock,
    portfolios: PortfolioService,
    securities: SecuritiesService,
    market: MarketDataService,
    calculation: CalculationService,
) -> BatchPipeline:
    phases = Phases(portfolios, securities, market, calculation)
    return BatchPipeline(clock, phases, Night(clock, securities, market, calculation))


def _market_data(settings: Settings, clock: Clock, given: Sequence[PriceSource] | None) -> MarketDataService:
    """`auto` asks Yahoo and falls back on the bundled sample as long as Yahoo was never reached."""
    if given is not None:
        return MarketDataService(given, clock)
    yahoo = YahooSource(settings.data_dir / "yahoo", settings.market_data_base_url)
    sample = SampleSource()
    chosen: dict[str, list[PriceSource]] = {"auto": [yahoo, sample], "yahoo": [yahoo], "sample": [sample]}
    return MarketDataService(chosen[settings.market_data], clock, others=[yahoo, sample])


def _compute(settings: Settings) -> Compute:
    return DaskCompute(settings.dask_scheduler) if settings.dask_scheduler else LocalCompute()


def _token_keys(settings: Settings, key: MasterKey) -> tuple[bytes, ...]:
    """JWT_SECRET_KEY may list several, separated by commas: the first signs, the others still verify."""
    if settings.jwt_secret_key:
        return tuple(part.strip().encode() for part in settings.jwt_secret_key.split(","))
    return (key.derive("bearer tokens"),)
