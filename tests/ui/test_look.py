"""The look holds: tokens are readable, gains and losses can be told apart, and nothing is drawn beside the tokens."""

import re
from pathlib import Path

import pytest

from tests.ui.colour import VISIONS, contrast, distance, palette

ROOT = Path(__file__).resolve().parents[2]
APP_CSS = (ROOT / "assets" / "app.css").read_text()
PYTHON = sorted((ROOT / "sigmasight_ui" / "ui").rglob("*.py"))
GROUNDS = ("canvas", "surface", "raised", "sunken", "hover", "pressed", "accent-soft")
THEMES = {
    "light": palette(":root"),
    "dark": palette(":root", ".dark"),
    "light blue-orange": palette(":root", ':root[data-pl="blue-orange"]'),
    "dark blue-orange": palette(":root", ".dark", '.dark[data-pl="blue-orange"]'),
    "light red-up": palette(":root", ':root[data-pl="red-up"]'),
    "dark red-up": palette(":root", ".dark", '.dark[data-pl="red-up"]'),
}
ON_THEIR_OWN_GROUND = [
    ("on-solid", "accent-solid"),
    ("on-solid", "accent-solid-hover"),
    ("on-danger", "danger-solid"),
    ("env-live-ink", "env-live"),
    ("env-paper", "env-paper-soft"),
    ("env-sandbox", "env-sandbox-soft"),
    *((status, f"{status}-soft") for status in ("danger", "warn", "ok", "info")),
    *(("ink-2", f"{status}-soft") for status in ("danger", "warn", "ok", "info")),
]


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_every_ground(theme):
    colours = THEMES[theme]
    pairs = [(text, ground) for text in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS]
    pairs += [(text, ground) for text in ("gain", "loss") for ground in GROUNDS if ground != "pressed"]
    weak = {f"{t} on {g}": contrast(colours[t], colours[g]) for t, g in pairs + ON_THEIR_OWN_GROUND}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_borders_of_controls_are_visible(theme):
    colours = THEMES[theme]
    assert min(contrast(colours["line-control"], colours[ground]) for ground in ("surface", "canvas")) >= 3


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_gain_and_loss_can_be_told_apart(theme, vision):
    colours = THEMES[theme]
    assert distance(colours["gain"], colours["loss"], vision) >= 10


def test_no_colour_is_written_outside_the_tokens():
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|:\s*(?:white|black|red|gray|grey)\b")
    assert literal.findall(re.sub(r"/\*.*?\*/", "", APP_CSS, flags=re.DOTALL)) == []


def test_type_layers_and_motion_come_from_the_tokens():
    declarations = re.findall(r"(?:font-size|z-index|animation|transition|box-shadow):[^;}]+", APP_CSS)
    assert [d for d in declarations if not re.search(r"var\(--|none$|\.\d+em$", d)] == []


def test_what_holds_words_grows_with_the_text():
    """People who double the size of text lose nothing: lines and controls are measured in it, never in pixels."""
    assert re.findall(r"line-height:\s*[\d.]+px|/[\d.]+px\s+var\(--font", APP_CSS) == []
    tokens = (ROOT / "assets" / "tokens.css").read_text()
    heights = re.findall(r"--(?:control|control-sm|control-lg|row|row-dense|header|bottom):\s*([^;]+);", tokens)
    assert [height for height in heights if not height.endswith("rem")] == []
    buttons = re.search(r"\.btn \{([^}]*)\}", APP_CSS).group(1)
    assert "min-height" in buttons


def test_shadows_only_for_what_floats():
    shadows = set(re.findall(r"box-shadow:\s*var\(--(shadow-\w+)\)", APP_CSS))
    assert shadows <= {"shadow-pop", "shadow-dialog"}


def test_no_class_or_style_goes_past_the_tokens():
    """Tailwind knows the tokens only; arbitrary values and palette names would draw beside them."""
    arbitrary = re.compile(r"\b[a-z]+(?:-[a-z]+)*-\[[^\]]+\]")
    palette_name = re.compile(
        r"\b(?:text|bg|border|ring|fill|stroke)-(?:gray|slate|zinc|red|green|blue|yellow)-\d{2,3}\b"
    )
    hex_colour = re.compile(r"[\"' ]#(?:[0-9a-fA-F]{3}){1,2}\b")
    found = {
        str(path.relative_to(ROOT)): matches
        for path in PYTHON
        if (matches := [m for rule in (arbitrary, palette_name, hex_colour) for m in rule.findall(path.read_text())])
    }
    assert found == {}


def test_tailwind_names_are_tokens():
    from sigmasight_ui.ui.tailwind_theme import TAILWIND

    tokens = set(re.findall(r"(--[\w-]+):", (ROOT / "assets" / "tokens.css").read_text()))
    used = set(re.findall(r"var\((--[\w-]+)\)", str(TAILWIND) + APP_CSS))
    names = (
        "--v --at --x --zero --lo --hi --t --left --top --card-order --plot-height --heat --step --et --eb --el --er"
        " --names --cell --rows"
    )
    local = set(re.findall(r"--[\w-]+", names))
    assert used - tokens - local == set()


def test_every_icon_is_a_closed_drawing_of_absolute_starts():
    """A relative start after a ring would draw from where the ring ended."""
    from sigmasight_ui.ui.kit.icon import ICONS

    assert [name for name, path in ICONS.items() if re.search(r"0m", path.replace(" 0M", ""))] == []
