"""Our own scripts in assets/: the address changes with the content, so a browser may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

import reflex as rx

ASSETS = Path(__file__).resolve().parents[3] / "assets"


def head_script(name: str) -> rx.Component:
    """For every page."""
    return rx.el.script(src=_address(name), defer=True)


def page_script(name: str) -> rx.Component:
    """For the pages that show the part which needs it; React puts it into the head once."""
    return rx.el.script(src=_address(name), custom_attrs={"async": True})


def _address(name: str) -> str:
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()
    return f"/{name}?v={digest[:10]}"
