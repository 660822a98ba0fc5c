"""The review page of a day: a dozen moments of every film, what the lint found, and which films
look alike. One HTML file beside the films; text is text, never markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from gradreel.model import Short
from gradreel.sameness import Look, Pair, pairs
from gradreel.sheet import taken_off

ALIKE = 0.4  # a distance under which two films of a day are taken for one another
CLOSEST = 8  # pairs in the table

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ background: #0a0e16; color: #edf2fb; font: 16px/1.5 system-ui, sans-serif; margin: 2rem; }}
h2 {{ margin: 2.5rem 0 .5rem; font-size: 1.2rem; }}
img {{ width: 100%; max-width: 2244px; display: block; border-radius: 8px; }}
li, .alike {{ color: #ff7352; }}
td, th {{ padding: .1rem 1.2rem .1rem 0; text-align: right; }}
a {{ color: #5fbdf2; }}
</style>
<h1>{title}</h1>
<p>{links}</p>
{table}
{films}
</html>
"""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A film's contact sheet and what was found in it."""

    short: Short
    sheet: Path
    warnings: tuple[str, ...]


def review(target: Path, title: str, films: Sequence[Reviewed]) -> list[Pair]:
    """Write the page to `target`. Returns the closest pairs, the most alike first."""
    films = sorted(films, key=lambda film: film.short.number)
    looks = {film.short.number: Look.of(taken_off(film.sheet)) for film in films}
    closest = pairs(looks)[:CLOSEST]
    page = _PAGE.format(
        title=escape(title),
        links=" ".join(f'<a href="#{f.short.number}">{f.short.number:02d}</a>' for f in films),
        table=_table(closest),
        films="\n".join(_film(film, target.parent) for film in films),
    )
    draft = target.with_suffix(".tmp")
    draft.write_text(page, "utf-8")
    draft.replace(target)
    return closest


def _table(closest: list[Pair]) -> str:
    rows = "".join(
        f"<tr{' class=alike' * (pair.distance < ALIKE)}><td>{pair.one:02d} {pair.two:02d}"
        f"<td>{pair.distance:.2f}<td>{pair.opening:.2f}<td>{pair.course:.2f}"
        f"<td>{pair.composition:.2f}</tr>"
        for pair in closest
    )
    head = "<tr><th>the most alike<th>distance<th>opening<th>course<th>composition</tr>"
    return f"<table>{head}{rows}</table>" if closest else ""


def _film(film: Reviewed, folder: Path) -> str:
    short = film.short
    source = escape(film.sheet.relative_to(folder).as_posix(), quote=True)
    found = "".join(f"<li>{escape(warning)}</li>" for warning in film.warnings)
    return (
        f'<h2 id="{short.number}">{short.number:02d} {escape(short.title)}</h2>'
        f'<ul>{found}</ul><img loading="lazy" src="{source}" alt="twelve moments">'
    )
