"""How long an author waits: from the save of a file to the picture on the studio's page.

    python -m bench.studio [--short 13] [--edits 20]

Runs the studio of a copy of this project, looks at it in the system's Chromium, and saves changes
of words, code, storyboard and theme in turn. For each it waits until the page shows the still of
the changed moment, its beat, and the whole draft, each decoded.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from shutil import which

from playwright.sync_api import Page, sync_playwright

from bench.checkout import copied, studio
from gradreel.script import parse

WAIT = 60_000  # milliseconds
PICTURES = ("still", "clip", "draft")
_SHOWN = """([kind, version]) => {
  const shown = document.documentElement.dataset
  const rank = {still: 0, clip: 1, draft: 2}
  return Number(shown.version) > version && rank[shown.picture] >= rank[kind]
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", type=int, default=13)
    parser.add_argument("--edits", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        checkout = copied(Path(folder))
        edits = edits_of(checkout, options.short)
        with studio(checkout, "--short", str(options.short)) as address:
            browser = playwright.chromium.launch(
                executable_path=which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address)
            page.wait_for_function(_SHOWN, arg=["draft", 0], timeout=WAIT)
            measure(page, edits, options.edits)
            browser.close()


def measure(page: Page, edits: dict[str, Callable[[int], None]], count: int) -> None:
    waited: dict[tuple[str, str], list[float]] = defaultdict(list)
    for turn, (kind, edit) in enumerate(islice(cycle(edits.items()), count)):
        version = int(page.evaluate("document.documentElement.dataset.version"))
        saved = time.monotonic()
        edit(turn)
        for picture in PICTURES:
            page.wait_for_function(_SHOWN, arg=[picture, version], timeout=WAIT)
            waited[kind, picture].append(time.monotonic() - saved)
            waited["all", picture].append(time.monotonic() - saved)
    print(f"{'seconds from the save':<22} {'still':>14} {'beat':>14} {'whole draft':>14}")
    for kind in (*edits, "all"):
        told = [
            f"{statistics.median(found):6.2f} {max(found):6.2f}"
            for picture in PICTURES
            if (found := waited[kind, picture])
        ]
        print(f"{kind:<12} med. worst {'  '.join(told)}")


def edits_of(checkout: Path, number: int) -> dict[str, Callable[[int], None]]:
    """Ways to change a short; each makes another file every time."""
    script = checkout / "assets" / "day03.md"
    short = next(short for short in parse(script).shorts if short.number == number)
    scene = checkout / "scenes" / "day03" / f"short_{number:02d}.py"
    config = checkout / "config.toml"

    def line(place: int, change: Callable[[str], str]) -> None:
        lines = script.read_text("utf-8").splitlines(keepends=True)
        lines[place - 1] = change(lines[place - 1])
        script.write_text("".join(lines), "utf-8")

    def text(turn: int) -> None:
        word = ("soon", "later")[turn // 4 % 2]
        line(short.talk[-1].line, lambda old: re.sub(r"\w+(?=\W*$)", word, old))

    def code(turn: int) -> None:
        place = next(
            n for n, each in enumerate(short.code.text.splitlines()) if re.search(r"\d\.\d", each)
        )
        line(
            short.code.line + place,
            lambda old: re.sub(r"\d+\.\d+(?!.*\d\.\d)", f"{turn % 7 + 2}.0", old),
        )

    def storyboard(turn: int) -> None:
        source = scene.read_text("utf-8")
        source = re.sub(r"\n        pass  # \d+", "", source)
        scene.write_text(
            re.sub(
                r"(def play_backward\(.*\n(?: +\"\"\".*\n)?)",
                rf"\1        pass  # {turn}\n",
                source,
            )
        )

    def theme(turn: int) -> None:
        source = re.sub(r"\nforward = .*", "", config.read_text("utf-8"))
        config.write_text(
            re.sub(r"(\[theme.colours\].*)", rf'\1\nforward = "#{turn % 10}FBDF2"', source), "utf-8"
        )

    return {"text": text, "code": code, "storyboard": storyboard, "theme": theme}


if __name__ == "__main__":
    main()
