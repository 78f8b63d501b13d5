"""The security master: facts about symbols, shared by all tenants."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from sigmasight_ui.core.orm import Base, utc


class Security(Base, table=True):
    __tablename__ = "securities"

    symbol: str = Field(primary_key=True)
    name: str
    asset_class: str
    sector: str | None = None
    industry: str | None = None
    currency: str = Field(default="USD")
    exchange: str | None = None
    source: str
    updated_at: datetime = Field(sa_column=utc())
