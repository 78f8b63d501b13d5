"""Colour arithmetic for the checks of the tokens: contrast after WCAG 2.2, colour blindness after Machado, Oliveira and
Fernandes (2009, severity 1), distance in OKLab (Ottosson, 2020)."""

import re
from pathlib import Path

Rgb = tuple[float, float, float]

TOKENS = Path(__file__).resolve().parents[2] / "assets" / "tokens.css"
_DECLARATION = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")
_BLOCK = re.compile(r"^\s*([:.\[][^{}]*?)\s*\{([^{}]*)\}", re.MULTILINE)

VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def palette(*selectors: str) -> dict[str, str]:
    """The colours of the blocks with these selectors, later ones over earlier ones."""
    found: dict[str, str] = {}
    blocks = [(selector.strip(), body) for selector, body in _BLOCK.findall(TOKENS.read_text())]
    for wanted in selectors:
        for selector, body in blocks:
            if selector == wanted:
                found |= dict(_DECLARATION.findall(body))
    return found


def linear(hex_colour: str) -> Rgb:
    channels = [int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, vision: str) -> float:
    """OKLab distance x 100: below 5 is hard to tell apart, 10 is clear."""
    seen = [_oklab(_seen(linear(colour), vision)) for colour in (one, other)]
    return 100 * sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


def _luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _seen(colour: Rgb, vision: str) -> Rgb:
    red, green, blue = (
        min(max(sum(weight * channel for weight, channel in zip(row, colour, strict=True)), 0.0), 1.0)
        for row in VISIONS[vision]
    )
    return red, green, blue


def _oklab(colour: Rgb) -> Rgb:
    red, green, blue = colour
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
