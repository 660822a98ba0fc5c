"""Markdown of a day -> `Script`.

Nothing is guessed silently: whatever is left out becomes a warning, whatever is wrong an error,
and all errors of a file are reported at once.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from markdown_it.token import Token

from gradreel.errors import ScriptError
from gradreel.markdown import (
    BAD_CUE,
    BAD_SAID,
    UNCLOSED,
    parser,
    several_kinds_said,
    spans_of,
    unquoted,
)
from gradreel.model import Code, Prose, Script, Short, Span

MAX_BYTES = 1_000_000
MAX_LINE = 2_000  # characters; a longer line is no sentence and no code
MAX_CODE_LINES = 40
MAX_CODE_COLUMNS = 120
MAX_REPORTED = 20

REQUIRED = ("hook", "talk track", "code")
FENCED = ("code", "mistake code", "fix code", "demo code")
SECTIONS = (*REQUIRED, "common mistake", *FENCED[1:], "seed", "tags")
BESIDE = ("seed", "tags")  # their text may stand right beside the label

_PYTHON = {"python", "py", "python3", "{.python}"}
_SHORT = re.compile(r"short\b\s*(?P<number>[^\s:—–-]*)\s*[:—–-]*\s*(?P<title>.*)", re.I | re.S)
_DAY = re.compile(r"day[\s_-]*0*(\d{1,4})\b", re.I)
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TEX_FILES = re.compile(
    r"\\(input|include|openin|openout|read|write\d*|immediate|special|csname|catcode|def|let"
    r"|includegraphics|usepackage|loop)(?![a-zA-Z])"
)
_HTML = re.compile(r"</?[a-zA-Z][\w-]*(\s[^<>]*)?/?>")
_ACCENTS = re.compile("[\u0300-\u036f]{9,}")


def parse(path: Path) -> Script:
    """Read a day. Raises `ScriptError` with the line of the first problem and a list of all."""
    text = _read(path)
    day = _Reader(path, text)
    script = day.read()
    if day.problems:
        raise _joined(path, sorted(day.problems, key=lambda p: p.line))
    return script


# --------------------------------------------------------------------------- problems


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    message: str
    fix: str


def _joined(path: Path, problems: Sequence[Problem]) -> ScriptError:
    first = problems[0]
    if len(problems) == 1:
        return ScriptError(first.message, fix=first.fix, path=path, line=first.line)
    lines = [f"{first.message} {first.fix}"]
    lines += [f"{path}:{p.line}: {p.message} {p.fix}" for p in problems[1:MAX_REPORTED]]
    if len(problems) > MAX_REPORTED:
        lines.append(f"... and {len(problems) - MAX_REPORTED} more")
    return ScriptError("\n".join(lines), path=path, line=first.line)


# --------------------------------------------------------------------------- the file


def _read(path: Path) -> str:
    """The text with plain newlines. Size and kind are checked before a byte is read."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise ScriptError("is not a file.", fix="Give the path of a Markdown file.", path=path)
        if info.st_size > MAX_BYTES:
            raise ScriptError(
                f"has {info.st_size:,} bytes; a script may have {MAX_BYTES:,}.",
                fix="Split the day, one Markdown file each.",
                path=path,
            )
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ScriptError(
            f"cannot be read: {reason}.", fix="Check the path and its permissions.", path=path
        ) from None
    except ValueError:  # a NUL in the name
        raise ScriptError("is no usable file name.", fix="Give another path.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScriptError(
            f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8.",
            fix="Save the file as UTF-8.",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ScriptError(
            "is empty.",
            fix="Start with `# Day 4 — Title`, then `## Short 01 — Title`.",
            path=path,
            line=1,
        )
    return text


def _hidden(lines: Sequence[str]) -> Iterator[Problem]:
    """Characters and lines that no author means."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            yield Problem(
                number,
                f"The line has {len(line):,} characters, at most {MAX_LINE:,} are allowed.",
                "Break it up.",
            )
        if bad := _FORBIDDEN.search(line):
            yield Problem(
                number,
                f"The line holds the invisible character U+{ord(bad[0]):04X}, "
                f"at column {bad.start() + 1}.",
                "Delete it.",
            )


def _together(proses: Sequence[Prose]) -> Prose:
    """Several sentences as one."""
    spans: list[Span] = []
    for prose in proses:
        spans += [Span("text", " "), *prose.spans] if spans else prose.spans
    return Prose(tuple(spans), proses[0].line)


# --------------------------------------------------------------------------- the day


@dataclass(slots=True)
class _Part:
    """A section of a short, while it is read."""

    name: str
    line: int
    proses: list[Prose] = field(default_factory=list)
    fences: list[Code] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    """A short, while it is read. `number` is None where the heading has no usable one."""

    number: int | None
    title: str
    line: int
    parts: dict[str, _Part] = field(default_factory=dict)


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.drafts: list[_Draft] = []
        self.part: _Part | None = None
        self.title = ""
        self.open = False  # inside a short, not in the introduction or another section

    def problem(self, line: int, message: str, fix: str) -> None:
        self.problems.append(Problem(line, message, fix))

    def warn(self, line: int, message: str) -> None:
        self.warnings.append(f"{self.path}:{line}: {message}")

    def read(self) -> Script:
        self.problems += _hidden(self.lines)
        if any(len(line) > MAX_LINE for line in self.lines):  # not worth a parse
            return Script(self.path, 0, "", ())
        tokens = parser().parse(self.text)
        for index, token in enumerate(tokens):
            if token.type == "fence":
                self._fence(token)
            elif token.type == "html_block" and self.open:
                self.warn(_line(token), "raw HTML is left out.")
            elif token.type == "inline":
                before = tokens[index - 1]
                if before.type == "heading_open":
                    self._heading(token, int(before.tag[1]))
                else:
                    self._paragraph(token, top=before.level == 0)
        shorts = tuple(short for d in self.drafts if (short := self._short(d)) is not None)
        self._numbers()
        return Script(self.path, self._day(), self.title, shorts, tuple(self.warnings))

    def _heading(self, token: Token, level: int) -> None:
        text = "".join(span.text for span in spans_of(token.children or ()))
        line = _line(token)
        found = _SHORT.fullmatch(text)
        if found and level <= 3:
            self._start(found["number"], found["title"].strip(), line)
        elif level == 1 and not self.title:
            self.title, self.open = text, False
        elif self.open and level > 2 and self._label(text, line):
            pass
        else:
            if self.drafts:
                self.warn(line, f"the heading {text!r} starts no short; what follows is left out.")
            self.open, self.part = False, None

    def _start(self, number: str, title: str, line: int) -> None:
        usable = re.fullmatch("[0-9]{1,3}", number)
        fix = "Write `## Short 13 — Title`."
        if not usable:
            self.problem(line, f"{number!r} is not the number of a short.", fix)
        if not title:
            self.problem(line, "The short has no title.", fix)
        self.drafts.append(_Draft(int(number) if usable else None, title, line))
        self.open, self.part = True, None

    def _label(self, text: str, line: int) -> bool:
        """Start the section called `text`, if there is one; a near miss is a problem."""
        name = " ".join(text.casefold().strip(" :").split())
        draft = self.drafts[-1]
        if name not in SECTIONS:
            if len(name.split()) > 3 or name.endswith((".", "!", "?")) or not name:
                return False
            near = get_close_matches(name, SECTIONS, n=1)
            hint = f"Did you mean **{near[0].capitalize()}**? " if near else ""
            known = ", ".join(section.capitalize() for section in SECTIONS)
            self.problem(line, f"There is no section {text!r}.", f"{hint}Sections: {known}.")
            self.part = _Part(name, line)
            return True
        if name in draft.parts:
            first = draft.parts[name].line
            self.problem(
                line,
                f"**{text.strip(' :')}** is there twice, first on line {first}.",
                "Join the two.",
            )
        self.part = draft.parts.setdefault(name, _Part(name, line))
        return True

    def _paragraph(self, token: Token, top: bool) -> None:
        if not self.open:
            return
        children = list(token.children or ())
        line = _line(token)
        if top and children and children[0].type in ("strong_open", "text"):
            children, line = self._after_label(children, line)
        spans = unquoted(spans_of(children))
        if not spans:
            return
        self._check_prose(children, spans, line)
        if self.part is None:
            self.warn(line, "text outside a section is left out.")
        elif self.part.name in FENCED:
            self.warn(line, f"text under **{self.part.name.capitalize()}** is left out.")
        else:
            self.part.proses.append(Prose(tuple(spans), line))

    def _after_label(self, children: list[Token], line: int) -> tuple[list[Token], int]:
        """Take a leading `**Label**` off a paragraph; what follows it belongs to the section."""
        tokens = [t for t in children if t.type != "text" or t.content]
        kinds = [t.type for t in tokens[:3]]
        if kinds != ["strong_open", "text", "strong_close"]:
            return children, line
        label, rest = tokens[1].content, tokens[3:]
        name = label.casefold().strip(" :")
        colon = label.endswith(":") or (rest and rest[0].content.startswith(":"))
        alone = not rest or rest[0].type in ("softbreak", "hardbreak")
        if not (alone or (name in SECTIONS and (colon or name in BESIDE))):
            return children, line
        if not self._label(label, line):
            return children, line
        if rest and rest[0].type == "text":
            rest[0].content = rest[0].content.lstrip(": ")
            if not rest[0].content:
                rest = rest[1:]
        if rest and rest[0].type in ("softbreak", "hardbreak"):
            line += 1
        return rest, line

    def _check_prose(self, tokens: Sequence[Token], spans: Sequence[Span], line: int) -> None:
        wrong = {token.type for token in tokens}
        if UNCLOSED in wrong:
            self.problem(line, r"LaTeX `\(` is not closed.", r"End the formula with `\)`.")
        if BAD_CUE in wrong:
            self.problem(
                line,
                "A `{#…}` holds no name.",
                "Write `[shown]{#name}`, like {#x.grad} or {#line-4}.",
            )
        if BAD_SAID in wrong:
            self.warn(line, "a `[…](…)` is shown as it stands: only words can be said, no links.")
        if two := _two_cues_in_a_word(spans):
            self.problem(
                line, f"One word has two cues, {two}.", "Put a space between them, or keep one."
            )
        if several_kinds_said(tokens):
            self.problem(
                line,
                "A `[shown](said)` mixes words and code or bold.",
                "Mark each of them: `[the](thee) [`x`](eks)`.",
            )
        for span in spans:
            if span.kind == "math" and (found := _TEX_FILES.search(span.text)):
                self.problem(
                    line, f"LaTeX may not use {found[0]}.", "Only formulas are drawn: delete it."
                )
            elif span.kind in ("text", "strong"):
                if _HTML.search(span.text):
                    self.warn(line, "HTML is shown as text.")
                if _ACCENTS.search(span.text):
                    self.warn(line, "more accents on one letter than a font can draw.")

    def _fence(self, token: Token) -> None:
        line = _line(token)
        if self._swallowed(token, line):
            return
        if not self.open:
            return
        part = self.part
        if part is None or part.name not in FENCED:
            self.problem(line, "A code block stands outside **Code**.", "Put **Code** above it.")
            return
        language = token.info.strip().split(maxsplit=1)[0].casefold() if token.info.strip() else ""
        if not language:
            self.warn(line, "the code block names no language; taken for Python.")
        elif language not in _PYTHON:
            self.problem(
                line, f"The code block is {language!r}, not Python.", "Open it with ```python."
            )
        if part.fences:
            self.problem(line, "There is a second code block.", "Join the two into one.")
        code = Code(token.content.rstrip(), line + 1)
        self._check_code(code)
        part.fences.append(code)

    def _swallowed(self, token: Token, line: int) -> bool:
        """Report a fence that was never closed, or that ran on into the next short."""
        assert token.map is not None
        last = self.lines[token.map[1] - 1].lstrip(" \t>").rstrip()
        mark = token.markup[0]
        closed = (
            token.map[1] - 1 > token.map[0]
            and len(last) >= len(token.markup)
            and set(last) == {mark}
        )
        inside = self.lines[token.map[0] + 1 : token.map[1]]
        runs_on = any(re.match(r"\s{0,3}#{1,3}\s+short\s+\d", row, re.I) for row in inside)
        if closed and not runs_on:
            return False
        self.problem(
            line,
            "The code block that opens here is never closed.",
            f"End it with a line of {token.markup}.",
        )
        if self.part is not None:  # its absence is not a second problem
            self.part.fences.append(Code("pass", line + 1))
        return True

    def _check_code(self, code: Code) -> None:
        lines = code.text.split("\n")
        if not code.text.strip():
            self.problem(code.line - 1, "The code block is empty.", "Write the snippet into it.")
        if len(lines) > MAX_CODE_LINES:
            self.problem(
                code.line - 1,
                f"The code has {len(lines):,} lines, at most {MAX_CODE_LINES} can be shown.",
                "Shorten it.",
            )
        for number, text in enumerate(lines[:MAX_CODE_LINES], code.line):
            if len(text) > MAX_CODE_COLUMNS:
                self.problem(
                    number,
                    f"The line has {len(text)} columns, at most {MAX_CODE_COLUMNS} can be shown.",
                    "Break it up.",
                )
            if _INVISIBLE.search(text):
                self.warn(number, "the code holds an invisible character.")
            if any(unicodedata.name(c, "").startswith("CYRILLIC") for c in text.partition("#")[0]):
                self.warn(number, "the code holds Cyrillic letters that look like Latin ones.")

    def _short(self, draft: _Draft) -> Short | None:
        """The finished short, or None after noting what is missing."""
        before = len(self.problems)
        for name in REQUIRED:
            if name not in draft.parts:
                label = name.capitalize()
                self.problem(
                    draft.line,
                    f"Short {_shown(draft)} has no **{label}**.",
                    f"Add a line **{label}** and its text.",
                )
        seed = self._seed(draft.parts.get("seed"))
        for part in draft.parts.values():
            if not (part.fences if part.name in FENCED else part.proses):
                label = part.name.capitalize()
                self.problem(part.line, f"**{label}** is empty.", "Write something under it.")
        if len(self.problems) > before or draft.number is None:
            return None
        parts = draft.parts
        mistake = parts.get("common mistake")
        tags = parts["tags"].proses if "tags" in parts else []
        words = re.split(r"[\s,;]+", " ".join(p.plain for p in tags))
        return Short(
            number=draft.number,
            title=draft.title,
            hook=_together(parts["hook"].proses),
            talk=tuple(parts["talk track"].proses),
            code=parts["code"].fences[0],
            mistake=_together(mistake.proses) if mistake else Prose((), draft.line),
            line=draft.line,
            mistake_code=parts["mistake code"].fences[0] if "mistake code" in parts else None,
            fix_code=parts["fix code"].fences[0] if "fix code" in parts else None,
            demo_code=parts["demo code"].fences[0] if "demo code" in parts else None,
            seed=seed,
            tags=tuple(word.lstrip("#") for word in words if word.strip("#")),
        )

    def _seed(self, part: _Part | None) -> int:
        if part is None:
            return 0
        text = " ".join(prose.plain for prose in part.proses)
        if not re.fullmatch("[0-9]{1,9}", text):
            self.problem(part.line, f"**Seed** {text!r} is not a number.", "Write **Seed** 7.")
            return 0
        return int(text)

    def _numbers(self) -> None:
        """Each number once; a gap is only worth a warning."""
        if not self.drafts:
            self.problem(1, "There is no short.", "Start one with `## Short 01 — Title`.")
        seen: dict[int, int] = {}
        for draft in self.drafts:
            if draft.number is None:
                continue
            if draft.number in seen:
                self.problem(
                    draft.line,
                    f"Short {draft.number} is there twice, first on line {seen[draft.number]}.",
                    "Give it another number.",
                )
            seen.setdefault(draft.number, draft.line)
        if seen:
            gap = [n for n in range(min(seen), max(seen)) if n not in seen]
            if gap:
                names = ", ".join(map(str, gap[:10])) + (" ..." if len(gap) > 10 else "")
                self.warnings.append(f"{self.path}: the numbers have a gap: {names}.")

    def _day(self) -> int:
        found = _DAY.search(self.title) or _DAY.search(self.path.stem)
        if found is None:
            self.problem(
                1, "Neither heading nor file name says which day this is.", "Write `# Day 4 — …`."
            )
            return 0
        return int(found[1])


def _two_cues_in_a_word(spans: Sequence[Span]) -> str:
    """The cues of `[W]{#W}/[b]{#b}`, which is one word of the caption; "" if there is no such."""
    cue = ""
    for span in spans:
        if cue and span.cue and span.cue != cue:
            return f"{{#{cue}}} and {{#{span.cue}}}"
        cue = span.cue or ("" if any(map(str.isspace, span.text)) else cue)
    return ""


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _shown(draft: _Draft) -> str:
    return "?" if draft.number is None else f"{draft.number:02d}"
