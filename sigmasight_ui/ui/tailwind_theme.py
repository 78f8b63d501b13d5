"""Tailwind's theme is exactly the tokens: a colour, size or step that is not listed here has no class."""

from reflex.plugins.shared_tailwind import TailwindConfig

_COLOURS = (
    *("canvas", "surface", "raised", "sunken", "hover", "pressed", "scrim"),
    *("line", "line-strong", "line-control"),
    *("ink", "ink-2", "ink-3", "ink-off", "on-solid"),
    *("accent", "accent-solid", "accent-solid-hover", "accent-soft"),
    *("gain", "gain-soft", "loss", "loss-soft"),
    *("danger", "danger-solid", "on-danger", "danger-soft", "warn", "warn-soft", "ok", "ok-soft", "info", "info-soft"),
    *("env-sandbox", "env-sandbox-soft", "env-paper", "env-paper-soft", "env-live", "env-live-ink"),
    *("s1", "s2", "s3", "s4", "s5", "band"),
)
_SPACES = {"0.5": "0", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6", "8": "8", "10": "10", "14": "14"}
_SIZES = ("11", "12", "13", "14", "16", "20", "26", "34")

TAILWIND: TailwindConfig = {
    "darkMode": "class",
    "plugins": [],
    "theme": {
        "colors": {
            "inherit": "inherit",
            "current": "currentColor",
            "transparent": "transparent",
            **{name: f"var(--{name})" for name in _COLOURS},
        },
        "spacing": {"0": "0", "px": "1px", **{step: f"var(--s-{token})" for step, token in _SPACES.items()}},
        "fontSize": {size: [f"var(--t-{size})", {"lineHeight": f"var(--l-{size})"}] for size in _SIZES},
        "fontWeight": {"text": "var(--w-text)", "strong": "var(--w-strong)", "title": "var(--w-title)"},
        "fontFamily": {"sans": ["var(--font)"], "mono": ["var(--font-mono)"]},
        "borderRadius": {
            "none": "0",
            **{name: f"var(--r-{name})" for name in ("chip", "control", "panel", "sheet", "full")},
        },
        "boxShadow": {"none": "none", "pop": "var(--shadow-pop)", "dialog": "var(--shadow-dialog)"},
        "screens": {"tablet": "640px", "desktop": "1024px", "wide": "1280px"},
        "maxWidth": {"none": "none", "full": "100%", "prose": "var(--prose)", "page": "var(--page)"},
    },
}
