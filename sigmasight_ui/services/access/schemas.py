"""What one may do with a portfolio, as levels that contain each other."""

from __future__ import annotations

from enum import IntEnum


class Permission(IntEnum):
    VIEW = 1
    TRADE = 2
    MANAGE = 3
    OWN = 4
