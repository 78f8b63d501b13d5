"""A smaller bundle: what Reflex ships for features this app does not use stays out of the browser.

Emotion turns `css` props into styles, and we style with classes; without it every page is 9 KB smaller. A direct `eval`
keeps the minifier from shortening the names around it; our content security policy refuses it either way.
"""

import re
from pathlib import Path
from typing import Any

from reflex.constants import ReactRouter
from reflex.plugins import Plugin

_STATE, _JSX = "utils/state.js", "utils/plain_jsx.js"
_ALIASES = "    alias: [\n"
_INSTEAD_OF_EMOTION = f"""      {{
        find: "@emotion/react",
        replacement: fileURLToPath(new URL("./{_JSX}", import.meta.url)),
      }},
"""
_DIRECT_EVAL = re.compile(r"\beval\(")
_CSS_PROP = re.compile(r"""\bcss:\s*\(?\{""")


class LeanBundlePlugin(Plugin):
    def get_static_assets(self, **_context: Any) -> list[tuple[Path, str]]:
        return [(Path(_JSX), 'export { createElement as jsx } from "react";\n')]

    def pre_compile(self, **context: Any) -> None:
        context["add_modify_task"](ReactRouter.VITE_CONFIG_FILE, without_emotion)
        context["add_modify_task"](_STATE, with_indirect_eval)

    def post_build(self, **context: Any) -> None:
        """Without Emotion a `css` prop would do nothing, and nobody would notice before looking."""
        for script in (Path(context["static_dir"]) / "assets").glob("*.js"):
            if found := _CSS_PROP.search(source := script.read_text(encoding="utf-8")):
                place = source[max(0, found.start() - 80) : found.end() + 40]
                raise RuntimeError(f"A component has a style prop; use classes or attributes(style=...): {place}")


def without_emotion(vite_config: str) -> str:
    if _INSTEAD_OF_EMOTION in vite_config:
        return vite_config
    if _ALIASES not in vite_config:
        raise RuntimeError("Reflex writes its Vite settings differently: no list of aliases")
    return vite_config.replace(_ALIASES, _ALIASES + _INSTEAD_OF_EMOTION, 1)


def with_indirect_eval(script: str) -> str:
    """What was changed before stays as it is."""
    return _DIRECT_EVAL.sub("(0, eval)(", script)
