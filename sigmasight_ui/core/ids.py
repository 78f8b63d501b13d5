"""Identifiers: random for real people, derived from names for demo accounts and on request (DETERMINISTIC_UUIDS)."""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

DEMO_DOMAIN = "@sigmasight.com"


def normalise_email(email: str) -> str:
    return email.strip().lower()


def is_demo(email: str) -> bool:
    return normalise_email(email).endswith(DEMO_DOMAIN)


def user_id(email: str, deterministic: bool) -> UUID:
    address = normalise_email(email)
    return uuid5(NAMESPACE_DNS, address) if deterministic or is_demo(address) else uuid4()


def portfolio_id(owner: UUID, account_name: str, deterministic: bool) -> UUID:
    return uuid5(NAMESPACE_DNS, f"{owner}:{account_name.strip()}") if deterministic else uuid4()


def position_id(portfolio: UUID, symbol: str, entry_date: date, deterministic: bool) -> UUID:
    return uuid5(NAMESPACE_DNS, f"{portfolio}:{symbol.strip().upper()}:{entry_date}") if deterministic else uuid4()


def is_derived(identifier: UUID) -> bool:
    """Version 5 is made from a name: every id in deterministic mode, and those of demo accounts always."""
    return identifier.version == 5
