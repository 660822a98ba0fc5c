"""The house look: every colour, font and size of a film, by role.

Colour means something. Sky is forward, values and data; amber is backward and gradients; violet
is an operation; green is true output and what is fixed; vermillion is a mistake; grey is not
tracked. On `ground` every text colour has a contrast of at least 6:1 (WCAG 2 relative luminance);
the hues follow Okabe and Ito's colour-blind-safe set, lightened for a dark ground.
"""

from __future__ import annotations

from gradreel.model import Theme

HOUSE = Theme(
    name="house",
    colours=(
        ("ground", "#0A0E16"),
        ("glow", "#16233A"),
        ("dot", "#1B2434"),
        ("panel", "#131A26"),
        ("edge", "#2A364A"),
        ("text", "#EDF2FB"),
        ("quiet", "#93A1B8"),
        ("forward", "#5FBDF2"),
        ("backward", "#FFB224"),
        ("operation", "#BFA2F4"),
        ("output", "#35D6A8"),
        ("mistake", "#FF7352"),
        ("untracked", "#8A94A8"),
        ("keyword", "#D9A3C9"),
        ("number", "#BFA2F4"),
        ("string", "#9AD9B4"),
        ("comment", "#8A97AE"),
    ),
    # Files under assets/fonts: registered from there, so every machine draws the same.
    fonts=(
        ("display", "InterDisplay-ExtraBold.otf"),
        ("body", "Inter-SemiBold.otf"),
        ("strong", "Inter-Bold.otf"),
        ("label", "Inter-Medium.otf"),
        ("code", "JetBrainsMono-Medium.ttf"),
        ("code-strong", "JetBrainsMono-Bold.ttf"),
    ),
    # Pixel ems on the 1080x1920 master. Nothing is ever set under 32.
    sizes=(
        ("hook", 116),
        ("hook-min", 84),
        ("title", 58),
        ("tag", 33),
        ("body", 48),
        ("code", 41),
        ("code-min", 35),
        ("node", 38),
        ("value", 35),
        ("output", 40),
        ("caption", 66),
        ("small", 32),
    ),
)
