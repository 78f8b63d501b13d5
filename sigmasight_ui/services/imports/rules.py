"""How often files may come, and how long they stay."""

from __future__ import annotations

from datetime import timedelta

from sigmasight_ui.core.rate_limit import Limit

UPLOADS = Limit("upload", 50, 3600)
READINGS = Limit("import-reading", 120, 60)
"""Every look at a review, and every change, reads the whole file again."""
OPEN_REVIEWS = 20
MAX_PRESETS, MAX_PRESET_NAME = 50, 100
REVIEW_KEPT = timedelta(hours=24)
DELETED_KEPT = timedelta(hours=24)
"""How long a position deleted by hand can be put back."""
OWN_FORMAT, OWN_BROKER, OWN_LABEL = "sigmasight_template", "SigmaSight", "SigmaSight template"
"""States lots as somebody wrote them down: never what an account holds as a whole."""
NO_BROKERS = (OWN_BROKER, "Imported file")
