"""How often somebody may knock."""

from __future__ import annotations

from sigmasight_ui.core.rate_limit import Limit

REGISTRATION_ATTEMPTS = Limit("register-attempt", 100, 3600)
REGISTRATION_ACCOUNTS = Limit("register-account", 50, 86400)
