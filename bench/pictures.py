"""Makes the README's pictures anew, from the real scenes of real runs.

    python -m bench.pictures

docs/films.jpg shows one moment of six films, docs/short-13.jpg the contact sheet of one,
docs/studio.jpg the page of the studio.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.checkout import studio
from gradreel.pipeline import Production, Watch
from gradreel.script import parse
from gradreel.settings import load
from gradreel.shoot import still

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# short: the second that is shown
MOMENTS = {1: 20.0, 6: 18.8, 10: 20.0, 17: 14.5, 20: 15.5, 26: 25.0}
CELL = 300, 533  # pixels
GAP = 10
SHEET = 1500, 907
QUALITY = 82


def films(production: Production) -> Image.Image:
    """One moment of each film, side by side."""
    size = (len(MOMENTS) * (CELL[0] + GAP) - GAP, CELL[1])
    page = Image.new("RGB", size, production.settings.theme.colour("edge"))
    shorts = {short.number: short for short in production.script.shorts}
    with tempfile.TemporaryDirectory() as folder:
        for place, (number, seconds) in enumerate(MOMENTS.items()):
            brief = production.prepare(shorts[number], Path(folder), Watch())
            target = Path(folder) / f"{number}.png"
            still(brief, production.scene_of(shorts[number]), seconds, target)
            with Image.open(target) as picture:
                small = picture.resize(CELL, Image.Resampling.LANCZOS)
            page.paste(small, (place * (CELL[0] + GAP), 0))
    return page


def page(target: Path) -> None:
    """The studio with the draft of a short, looked at in the middle of its backward beat."""
    with studio(ROOT, "--short", "13") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox"]
        )
        seen = browser.new_page(viewport={"width": 1280, "height": 800})
        seen.goto(address)
        seen.wait_for_function(
            "() => document.documentElement.dataset.picture === 'draft'", timeout=120_000
        )
        seen.locator("#working").wait_for(state="hidden", timeout=120_000)
        seen.screenshot(path=target, type="jpeg", quality=QUALITY)
        browser.close()


def main() -> None:
    settings = load(ROOT / "config.toml")
    script = parse(settings.paths.script)
    with Production.opened(script, settings) as production:
        films(production).save(DOCS / "films.jpg", quality=QUALITY)
        thirteen = next(short for short in script.shorts if short.number == 13)
        with Image.open(production.picture(thirteen, Watch(), None)) as page:
            page.resize(SHEET, Image.Resampling.LANCZOS).save(
                DOCS / "short-13.jpg", quality=QUALITY
            )
    page(DOCS / "studio.jpg")
    for name in ("films.jpg", "short-13.jpg", "studio.jpg"):
        print(f"{DOCS / name}: {(DOCS / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
