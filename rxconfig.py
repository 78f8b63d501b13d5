"""Reflex settings. Origins and port come from the product's own settings; nothing here phones home."""

import reflex as rx
from reflex.plugins import SitemapPlugin

from sigmasight_ui.core.config import load_settings
from sigmasight_ui.ui.lean_bundle import LeanBundlePlugin
from sigmasight_ui.ui.same_origin import SameOriginPlugin
from sigmasight_ui.ui.tailwind_theme import TAILWIND

settings = load_settings()

config = rx.Config(
    app_name="sigmasight_ui",
    backend_host="127.0.0.1",
    cors_allowed_origins=[settings.origin],
    trusted_proxy_hops=settings.trusted_proxies,
    redis_url=settings.redis_url,
    state_manager_mode="redis" if settings.redis_url else "memory",  # Reflex keeps to what is said here
    redis_token_expiration=900,  # seconds a tab without events keeps its state; then it loads anew
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],
    disable_plugins=[SitemapPlugin],
    plugins=[rx.plugins.TailwindV4Plugin(config=TAILWIND), SameOriginPlugin(), LeanBundlePlugin()],
)
