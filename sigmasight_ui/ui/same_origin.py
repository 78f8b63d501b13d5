"""One bundle for every host and port: the page talks to the origin it came from."""

import re
from pathlib import Path

from reflex.plugins import Plugin

_BAKED = re.compile(r"""(["'`])(ws|http)s?://localhost:\d+(/[\w-]+)\1""")


class SameOriginPlugin(Plugin):
    """Replaces the backend address that Reflex bakes into the bundle by the page's own origin."""

    def post_build(self, **context) -> None:
        chunks = [*Path(context["static_dir"]).rglob("reflex-env*.js")]
        rewritten = [chunk for chunk in chunks if use_own_origin(chunk)]
        if not rewritten:
            raise RuntimeError("The bundle has no backend address to replace: Reflex changed how it bakes env.json")


def use_own_origin(chunk: Path) -> bool:
    """True when the file held a baked address."""
    before = chunk.read_text(encoding="utf-8")
    after = _BAKED.sub(_own_origin, before)
    chunk.write_text(after, encoding="utf-8")
    return after != before


def _own_origin(match: re.Match[str]) -> str:
    scheme, path = match.group(2), match.group(3)
    origin = 'location.origin.replace("http","ws")' if scheme == "ws" else "location.origin"
    return f'({origin}+"{path}")'
