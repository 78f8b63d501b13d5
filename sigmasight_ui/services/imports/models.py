"""A file on its way into portfolios, what it wrote into each of them, and how somebody reads a file nobody knows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, money, utc


class Import(Base, table=True):
    """The file, sealed, and what its owner has chosen so far. Until it is confirmed, this is all there is of it: no
    position exists, and after a day the row is deleted."""

    __tablename__ = "imports"
    __table_args__ = (CheckConstraint("state in ('review', 'confirmed')", name="state"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    # The one the file was given for.
    portfolio_id: UUID | None = Field(default=None, foreign_key="portfolios.id", ondelete="SET NULL", index=True)
    file_name: str
    size: int
    sha256: str
    sealed_file: str | None = None
    choices: dict[str, Any] = Field(sa_column=json_column())
    revision: int = Field(default=0)  # counts changes of the choices: what is confirmed is what was looked at
    state: str
    created_at: datetime = Field(sa_column=utc())
    file_expires_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    confirmed_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))


class PortfolioImport(Base, table=True):
    """What one confirmed import did to one portfolio, and whether it was undone there. `sealed_lines` are
    the raw lines its positions came from."""

    __tablename__ = "portfolio_imports"
    __table_args__ = (
        CheckConstraint("state in ('confirmed', 'undone')", name="state"),
        CheckConstraint("mode in ('add', 'replace', 'reconcile')", name="mode"),
        Index("ix_portfolio_imports_portfolio_id_confirmed_at", "portfolio_id", "confirmed_at"),
        Index("ix_portfolio_imports_undone_by_id", "undone_by_id", postgresql_where=text("undone_by_id is not null")),
    )

    import_id: UUID = Field(primary_key=True)
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
    imported_by: str
    file_name: str
    size: int
    sha256: str
    format: str
    broker: str
    label: str
    account: str
    mode: str
    state: str
    created_portfolio: bool
    positions_imported: int
    already_there: int
    positions_removed: int
    lines_skipped: int
    equity_before: Decimal | None = Field(default=None, sa_column=money(nullable=True))
    equity_after: Decimal | None = Field(default=None, sa_column=money(nullable=True))
    sealed_lines: str | None = None
    number: int  # counts the imports of this portfolio
    replaced: list[str] = Field(sa_column=json_column())  # ids of the lots it took away
    run_id: UUID | None = None
    confirmed_at: datetime = Field(sa_column=utc())
    undone_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    undone_by: str | None = None
    undone_by_id: UUID | None = None  # finds the name when that account is deleted


PRESET_NAME_INDEX = "uq_import_presets_user_id_name"


class ImportPreset(Base, table=True):
    """A mapping of columns somebody has named: field -> title. Files that have those titles are read by it."""

    __tablename__ = "import_presets"
    __table_args__ = (Index(PRESET_NAME_INDEX, "user_id", text("lower(name)"), unique=True),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    name: str
    mapping: dict[str, str] = Field(sa_column=json_column())
    updated_at: datetime = Field(sa_column=utc())
