"""index.html of a day: every film with its texts to copy and a list to tick off.

One file that works from disk without a network. Text is text, never markup; the page may run its
own script and nothing else. What is copied is read off the page, so no text is inside the script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gradreel.publish import tiktok, youtube
from gradreel.publish.tags import MOST_UNITS, counted
from gradreel.publish.times import local
from gradreel.publish.words import Limit
from gradreel.store import read_json

HERE = Path(__file__).parent
TASKS = (
    ("youtube", "YouTube", "film, title, description, tags, time"),
    ("captions", "Captions", "captions.srt, to YouTube"),
    ("tiktok", "TikTok", "film, caption, cover"),
    ("instagram", "Instagram", "film, caption, cover.jpg"),
)
LINKS = (
    ("cover.jpg", "Cover"), ("captions.srt", "SRT"), ("captions.vtt", "VTT"),
    ("transcript.txt", "Transcript"), ("youtube.json", "YouTube body"), ("trace.json", "Trace"),
    ("qc.json", "Checks"),
)  # fmt: skip
STATES = {
    "ready": "",
    "missing": "Not made yet.",
    "old": "A film of an earlier version, or without its package: make it anew.",
    "failed": "Failed.",
}


def page(manifest: Mapping[str, Any], folder: Path) -> str:
    """The page of a day whose shorts lie in `folder`."""
    style, script = ((HERE / f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    shorts: Sequence[Mapping[str, Any]] = manifest["shorts"]
    ready = sum(short["status"] == "ready" for short in shorts)
    title, day = escape(manifest["title"]), int(manifest["day"])
    # Some browsers hold that a page from disk is not `'self'`.
    policy = "; ".join(
        (
            "default-src 'none'", "img-src 'self' file:", "media-src 'self' file:",
            f"style-src {_allowed(style)}", f"script-src {_allowed(script)}",
            "base-uri 'none'", "form-action 'none'",
        )
    )  # fmt: skip
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>{style}</style></head><body>",
            '<a class="skip" href="#shorts">To the shorts</a>',
            f'<header><h1 dir="auto">{title}</h1>',
            f"<p>{ready} of {len(shorts)} ready to upload</p></header>",
            '<div class="bar"><div><nav aria-label="Shorts">',
            *(_chip(short) for short in shorts),
            f'</nav><span class="count"><b id="done">0</b> of {len(shorts)} done</span>',
            '<button type="button" id="rest" aria-pressed="false">Hide done</button></div></div>',
            '<main id="shorts">',
            *(_short(short, day, manifest["zone"], folder) for short in shorts),
            "</main>",
            "<footer><p>Ticks are kept by this browser. <kbd>j</kbd> and <kbd>k</kbd> go to the "
            "next short and back.</p></footer>",
            '<p id="said" class="said" role="status"></p>',
            f"<script>{script}</script></body></html>\n",
        )
    )


def _allowed(inline: str) -> str:
    digest = hashlib.sha256(inline.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _chip(short: Mapping[str, Any]) -> str:
    number, state = int(short["short"]), escape(short["status"])
    named = escape(f"{number:02d} {short['title']}")
    return f'<a href="#short-{number}" data-state="{state}" title="{named}">{number:02d}</a>'


def _short(short: Mapping[str, Any], day: int, zone: str, folder: Path) -> str:
    number = int(short["short"])
    parts = [
        f'<article class="short" id="short-{number}" tabindex="-1" '
        f'aria-labelledby="title-{number}"><div class="head">'
        f'<h2 id="title-{number}" dir="auto"><span class="number">{number:02d}</span>'
        f"{escape(short['title'])}</h2>"
    ]
    if short["status"] == "ready":
        parts += [_when(short["publishAt"], zone), "</div>"]
        parts += _ready(short, number, day, folder / short["slug"])
    else:
        parts += [_problem(short, number), "</div>"]
    return "\n".join([*parts, "</article>"])


def _when(moment: str, zone: str) -> str:
    there = local(zone, datetime.fromisoformat(moment))
    clock = there.strftime("%A %-d %B %Y, %H:%M")
    return (
        f'<p class="when">Comes out <time datetime="{escape(moment)}">{escape(clock)}</time> '
        f"({escape(zone or there.tzname() or '')})"
        '<span class="late" hidden> · that has passed: choose another time</span></p>'
    )


def _problem(short: Mapping[str, Any], number: int) -> str:
    state = escape(short["status"])
    why = escape(short.get("error") or STATES[short["status"]])
    command = f"<code>python render.py --short {number}</code>"
    return f'<p class="state" data-state="{state}">{why} {command}</p>'


def _ready(short: Mapping[str, Any], number: int, day: int, folder: Path) -> Iterator[str]:
    film = escape(quote(short["film"]))
    slug = quote(short["slug"])
    yield (
        f'<div><video controls preload="none" playsinline src="{film}" '
        f'poster="{slug}/cover.jpg" aria-label="Film of short {number}"></video>'
    )
    links = [(short["film"], "Film"), *((f"{short['slug']}/{name}", told) for name, told in LINKS)]
    items = (
        f'<li><a href="{escape(quote(path))}" download aria-label="{told} of short {number}">'
        f"{told}</a></li>"
        for path, told in links
    )
    yield f'<ul class="files">{"".join(items)}</ul></div>'
    snippet = read_json(folder / "youtube.json").get("snippet", {})
    post = read_json(folder / "tiktok.json").get("post_info", {})
    tags = snippet.get("tags", [])
    title, described = snippet.get("title", ""), snippet.get("description", "")
    caption = post.get("title", "")
    cover = post.get("video_cover_timestamp_ms", 0) / 1000
    fields = (
        ("Title", title, _size(title, youtube.TITLE, "characters")),
        ("Description", described, _size(described, youtube.DESCRIPTION, "bytes")),
        ("Tags", ", ".join(tags), f"{counted(tags)} of {MOST_UNITS} characters"),
        (
            "Caption", caption,
            f"TikTok, Instagram: {_size(caption, tiktok.CAPTION, 'characters')}, "
            f"cover at {cover:g} s",
        ),
    )  # fmt: skip
    yield "<div>" + "".join(_field(number, *field) for field in fields) + "</div>"
    boxes = "".join(
        f'<label><input type="checkbox" data-key="gradreel/day{day:02d}/{number}/{key}">'
        f"<span>{name}<small>{what}</small></span></label>"
        for key, name, what in TASKS
    )
    yield f"<fieldset><legend>Uploaded</legend>{boxes}</fieldset>"
    if notes := "".join(f"<li>{escape(str(note))}</li>" for note in short["warnings"]):
        yield f'<ul class="notes" aria-label="Warnings">{notes}</ul>'


def _size(text: str, limit: Limit, what: str) -> str:
    return f"{limit.measure(text)} of {limit.most} {what}"


def _field(number: int, name: str, text: str, size: str) -> str:
    """A text with a button that copies it."""
    place = f"{name.lower()}-of-{number}"
    kind = ' class="code"' if name == "Description" else ""
    return (
        f'<section class="field"><div><h3>{name}</h3><span class="size">{size}</span>'
        f'<button type="button" data-of="{place}" data-what="{name}" '
        f'aria-label="Copy {name.lower()} of short {number}">Copy</button></div>'
        f'<pre id="{place}"{kind} dir="auto" tabindex="0" role="textbox" aria-readonly="true" '
        f'aria-label="{name} of short {number}">{_in_pre(text)}</pre></section>'
    )


def _in_pre(text: str) -> str:
    """A line break right after <pre> is not shown, so one more is needed there."""
    return ("\n" if text.startswith("\n") else "") + escape(text)
