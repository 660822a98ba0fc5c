"""Markdown with the few rules that a script needs: headings, lists, quotes, fences, inline code,
bold, LaTeX, and an author's marks `[shown](said)` and `[shown]{#cue}`.

Links, images and setext headings are off, so that `[`, `---` and `x**2 + y**2` in an author's
sentence stay what they are. A bracket opens a mark only where a word may begin and where `](` or
`]{#` follows at once: `[1, 2, 3]`, `W[0](x)` and everything in a code span are no marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from gradreel.model import Span

# Types of the tokens for what an author got wrong; it is shown as it stands.
UNCLOSED = "math_unclosed"  # a `\(` that nothing ends
BAD_SAID = "mark_bad_said"  # a `[shown](…)` that holds more than words to say
BAD_CUE = "mark_bad_cue"  # a `[shown]{#…}` that holds no name

# As in pandoc: no space inside the dollars, no digit after; "$5 and $6" is money.
_DOLLARS = re.compile(r"\$(?=\S)([^$`]*[^\s$`])\$(?!\d)")

_IN_A_WORD = re.compile(r"[\w)\].`]")
# What is shown may hold code spans, and brackets of its own one deep.
_SHOWN = re.compile(r"\[\s*((?=[^\s\]])(?:`[^`]*`|\[[^\[\]`]*\]|[^\[\]`])+)\](?=\(|\{#)")
_SAID = re.compile(r"\(((?:[^\W\d_]|[\s,.!?'’-])+)\)")
_CUE = re.compile(r"\{#([^\W\d][\w.-]*)\}")
_QUOTES = {"“": "”", '"': '"', "‘": "’", "'": "'", "«": "»", "„": "“"}


def parser() -> MarkdownIt:
    blocks = ["fence", "heading", "list", "blockquote", "hr", "html_block"]
    inlines = ["backticks", "escape", "entity", "newline", "emphasis"]
    md = MarkdownIt("zero", {"html": True}).enable(blocks + inlines)
    md.inline.ruler.at("emphasis", _emphasis)
    md.inline.ruler.before("escape", "math", _math)
    md.inline.ruler.before("escape", "mark", _mark)
    return md


def spans_of(tokens: Iterable[Token]) -> list[Span]:
    """Inline tokens as spans; neighbours of one kind are one span, line breaks are spaces."""
    spans: list[Span] = []
    bold = opened = 0
    fresh = True  # the next token starts a span of its own
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
            case "mark_open":
                opened, fresh = len(spans), True
                continue
            case "mark_close":
                spans[opened:] = [replace(span, **token.meta) for span in spans[opened:]]
                fresh = True
                continue
            case "code_inline":
                kind = "code"
            case "math":
                kind = "math"
            case "softbreak" | "hardbreak":
                text = " "
        if not text:
            continue
        if not fresh and spans[-1].kind == kind and kind in ("text", "strong"):
            spans[-1] = replace(spans[-1], text=spans[-1].text + text)
        else:
            spans.append(Span(kind, text))
        fresh = False
    return _trimmed(spans)


def several_kinds_said(tokens: Sequence[Token]) -> bool:
    """Whether a `[shown](said)` holds text of more than one kind, so that nobody could tell which
    word is said for which."""
    opens = [index for index, token in enumerate(tokens) if token.type == "mark_open"]
    closes = [index for index, token in enumerate(tokens) if token.type == "mark_close"]
    return any(
        tokens[last].meta["said"] and len(spans_of(tokens[first + 1 : last])) > 1
        for first, last in zip(opens, closes, strict=True)
    )


def _trimmed(spans: list[Span]) -> list[Span]:
    """Without space at the two ends."""
    if spans and spans[0].kind == "text":
        spans[0] = replace(spans[0], text=spans[0].text.lstrip())
    if spans and spans[-1].kind == "text":
        spans[-1] = replace(spans[-1], text=spans[-1].text.rstrip())
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


def _mark(state: StateInline, silent: bool) -> bool:
    """`[shown](said)`, `[shown]{#cue}` and `[shown](said){#cue}`."""
    source, start = state.src, state.pos
    if source[start] != "[" or (start and _IN_A_WORD.match(source[start - 1])):
        return False
    shown = _SHOWN.match(source, start, state.posMax)
    if shown is None:
        return False
    bad, end, said, cue = "", shown.end(), "", ""
    if source[end] == "(":
        if found := _SAID.match(source, end):
            said, end = " ".join(found[1].replace("’", "'").replace("-", " ").split()), found.end()
        bad = "" if any(map(str.isalpha, said)) and not state.linkLevel else BAD_SAID
    if source.startswith("{#", end):
        if found := _CUE.match(source, end):
            cue, end = found[1], found.end()
        bad = bad or ("" if cue and not state.linkLevel else BAD_CUE)
    if bad:
        if not silent:
            state.push(bad, "", 0).content = "["
        state.pos = start + 1
        return True
    if not silent:
        state.push("mark_open", "", 1)
        most, state.posMax = state.posMax, shown.end(1)
        state.pos = shown.start(1)
        state.linkLevel += 1  # there is no mark inside a mark
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.posMax = most
        state.push("mark_close", "", -1).meta = {"said": said, "cue": cue}
    state.pos = end
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
