"""Pure rules for names, addresses and passwords, and how often they may be tried."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from unicodedata import category

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.rate_limit import Limit
from sigmasight_ui.services.identity import errors

KEEP_ENDED_SESSIONS = timedelta(days=30)
LOGIN_PER_IP = Limit("login-ip", 5, 60)
LOGIN_PER_ACCOUNT = Limit("login-account", 5, 60)
OWN_PASSWORD = Limit("own-password", 5, 60)
"""Tries of somebody who is signed in: to change it, or to delete the account."""
CLAIMS = Limit("claim", 100, 3600)

MIN_PASSWORD = 8
MAX_PASSWORD = 256
MAX_EMAIL = 254
MAX_FILE_DAYS = 3650
NAME_LEFT = "Deleted account"
MAX_NAME = 200

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")


def check_email(email: str) -> AppError | None:
    address = email.strip()
    if len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address) or ".." in address or address.startswith("."):
        return errors.email_malformed(address)
    return None


def check_name(full_name: str) -> AppError | None:
    name = full_name.strip()
    if not name or len(name) > MAX_NAME or any(category(character) in ("Cc", "Cs") for character in name):
        return errors.name_missing()
    return None


def check_file_days(days: int) -> AppError | None:
    return None if 0 <= days <= MAX_FILE_DAYS else errors.file_days_out_of_range(MAX_FILE_DAYS)


def password_rules(password: str) -> dict[str, bool]:
    """The four rules people see while they type."""
    return {
        "long_enough": len(password) >= MIN_PASSWORD,
        "has_uppercase": any(character.isupper() for character in password),
        "has_lowercase": any(character.islower() for character in password),
        "has_digit": any(character.isdigit() for character in password),
    }


def check_password(password: str, email: str = "", full_name: str = "") -> AppError | None:
    """The four rules, then what the rules let through: common passwords and words from the person's own data."""
    met = password_rules(password)
    if not met["long_enough"]:
        return errors.password_weak("The password is shorter than 8 characters.")
    if len(password) > MAX_PASSWORD or "\x00" in password:
        return errors.password_weak("The password is longer than 256 characters or holds a NUL character.")
    if not all(met.values()):
        return errors.password_weak(
            "The password lacks an upper-case letter, a lower-case letter or a digit.",
            {rule: met[rule] for rule in ("has_uppercase", "has_lowercase", "has_digit")},
        )
    if _is_common(password, email, full_name):
        return errors.password_weak("This password is too easy to guess: it is common, or made from your own name.")
    return None


def _is_common(password: str, email: str, full_name: str) -> bool:
    folded = password.casefold()
    stem = folded.strip("0123456789!.?_-")
    own = {"sigmasight", *re.split(r"[\W_]+", f"{email} {full_name}".casefold())}
    return folded in _common_passwords() or stem in {word for word in own if len(word) >= 4}


@cache
def _common_passwords() -> frozenset[str]:
    """30,000 of them, read at the first registration: the list alone, since its package keeps 10 MB of other words."""
    package = find_spec("zxcvbn")
    assert package
    assert package.origin
    found = spec_from_file_location("common_passwords", Path(package.origin).with_name("frequency_lists.py"))
    assert found
    assert found.loader
    lists = module_from_spec(found)
    found.loader.exec_module(lists)
    return frozenset(lists.FREQUENCY_LISTS["passwords"])
