"""How well a colour can be told from the one behind it: WCAG 2's relative luminance and contrast
ratio, from 1 (the same) to 21 (black on white)."""

from __future__ import annotations

from functools import lru_cache

READABLE = 4.5  # WCAG 2 AA for text
SHARES = 128  # steps between a colour and its ground

Rgb = tuple[int, int, int]
Colour = str | Rgb  # "#RRGGBB", or three channels from 0 to 255


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, in whichever order."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def dimmed(colour: Colour, ground: Colour, least: float = READABLE) -> str:
    """`colour` mixed with `ground` as far as it keeps the contrast `least`, as "#RRGGBB"; itself
    if it has less."""
    near, far = _rgb(colour), _rgb(ground)
    for step in range(SHARES):
        red, green, blue = (
            round(g + (c - g) * step / SHARES) for c, g in zip(near, far, strict=True)
        )
        if contrast((red, green, blue), far) >= least:
            return _hex((red, green, blue))
    return _hex(near)


def _rgb(colour: Colour) -> Rgb:
    if not isinstance(colour, str):
        return colour
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + bytes(rgb).hex().upper()


def _linear(channel: float) -> float:
    """An sRGB channel as an amount of light."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
