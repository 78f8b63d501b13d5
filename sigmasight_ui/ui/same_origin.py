"""One bundle for every host and port: the page talks to the origin it came from.

Reflex bakes a backend address into the bundle, and for local host names drops its port on https. Both are replaced in
the built files, and the build fails when they are not found.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin

_BAKED = re.compile(r"""(["'`])(ws|http)s?://localhost:\d+(/[\w-]+)\1""")
_LOCAL_NAMES = re.compile(r"""\[(["'`])localhost\1,(["'`])0\.0\.0\.0\2,[^\]]*\]""")


class SameOriginPlugin(Plugin):
    def post_build(self, **context: Any) -> None:
        scripts = [*Path(context["static_dir"]).rglob("*.js")]
        for pattern, replacement in ((_BAKED, _own_origin), (_LOCAL_NAMES, "[]")):
            if not sum(_rewrite(script, pattern, replacement) for script in scripts):
                raise RuntimeError(f"Reflex bakes its backend address differently: no {pattern.pattern} in the bundle")


def _rewrite(script: Path, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> bool:
    before = script.read_text(encoding="utf-8")
    after = pattern.sub(replacement, before)
    if after != before:
        script.write_text(after, encoding="utf-8")
    return after != before


def _own_origin(match: re.Match[str]) -> str:
    scheme, path = match.group(2), match.group(3)
    origin = 'location.origin.replace("http","ws")' if scheme == "ws" else "location.origin"
    return f'({origin}+"{path}")'
