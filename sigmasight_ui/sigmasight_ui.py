"""Assembles the web process: pages, event gate, REST app, security headers."""

from sigmasight_ui.ui.landing.page import landing
from sigmasight_ui.ui.web_app import create_app

app = create_app(pages=[landing])
