"""Markdown with the few rules that a script needs: headings, lists, quotes, fences, inline code,
bold, and LaTeX.

Links, images and setext headings are off, so that `[`, `---` and `x**2 + y**2` in an author's
sentence stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from gradreel.model import Span

UNCLOSED = "math_unclosed"  # the type of the token for a `\(` that nothing ends

# As in pandoc: no space inside the dollars, no digit after; "$5 and $6" is money.
_DOLLARS = re.compile(r"\$(?=\S)([^$`]*[^\s$`])\$(?!\d)")
_QUOTES = {"“": "”", '"': '"', "‘": "’", "'": "'", "«": "»", "„": "“"}


def parser() -> MarkdownIt:
    blocks = ["fence", "heading", "list", "blockquote", "hr", "html_block"]
    inlines = ["backticks", "escape", "entity", "newline", "emphasis"]
    md = MarkdownIt("zero", {"html": True}).enable(blocks + inlines)
    md.inline.ruler.at("emphasis", _emphasis)
    md.inline.ruler.before("escape", "math", _math)
    return md


def spans_of(tokens: Iterable[Token]) -> list[Span]:
    """Inline tokens as spans; neighbours of one kind are one span, line breaks are spaces."""
    spans: list[Span] = []
    bold = 0
    for token in tokens:
        kind: Literal["text", "code", "math", "strong"] = "strong" if bold else "text"
        text = token.content
        match token.type:
            case "strong_open":
                bold += 1
                continue
            case "strong_close":
                bold -= 1
                continue
            case "code_inline":
                kind = "code"
            case "math":
                kind = "math"
            case "softbreak" | "hardbreak":
                text = " "
        if not text:
            continue
        if spans and spans[-1].kind == kind and kind in ("text", "strong"):
            spans[-1] = Span(kind, spans[-1].text + text)
        else:
            spans.append(Span(kind, text))
    return _trimmed(spans)


def _trimmed(spans: list[Span]) -> list[Span]:
    """Without space at the two ends."""
    if spans and spans[0].kind == "text":
        spans[0] = Span("text", spans[0].text.lstrip())
    if spans and spans[-1].kind == "text":
        spans[-1] = Span("text", spans[-1].text.rstrip())
    return [span for span in spans if span.text]


def unquoted(spans: list[Span]) -> list[Span]:
    """Without one pair of quotes that encloses the whole sentence: `“A” and “B”` keeps its own."""
    if not spans or spans[0].kind != "text" or spans[-1].kind != "text":
        return spans
    whole = "".join(span.text for span in spans)
    opening = whole[0]
    closing = _QUOTES.get(opening)
    if len(whole) < 2 or closing is None or whole[-1] != closing:
        return spans
    depth = 0
    for character in whole[1:-1]:
        if opening == closing and character == opening:
            return spans
        depth += (character == opening) - (character == closing and opening != "‘")
        if depth < 0:
            return spans
    spans = [replace(spans[0], text=spans[0].text[1:]), *spans[1:]]
    spans[-1] = replace(spans[-1], text=spans[-1].text[:-1])
    return _trimmed(spans)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """`**bold**`, but never inside a word, so that `x**2 + y**2` stays arithmetic."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    run = state.scanDelims(state.pos, False)
    for _ in range(run.length):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=run.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=run.can_open,
                close=run.can_close,
            )
        )
    state.pos += run.length
    return True


def _math(state: StateInline, silent: bool) -> bool:
    r"""`\( … \)` and `$…$`, before Markdown takes the backslash for an escape."""
    source, start = state.src, state.pos
    if source.startswith(r"\(", start):
        end = source.find(r"\)", start + 2)
        kind = "math" if end >= 0 else UNCLOSED
        inside, after = (source[start + 2 : end], end + 2) if end >= 0 else ("(", start + 2)
    elif found := _DOLLARS.match(source, start):
        kind, inside, after = "math", found[1], found.end()
    else:
        return False
    if not silent:
        state.push(kind, "", 0).content = " ".join(inside.split())
    state.pos = after
    return True
