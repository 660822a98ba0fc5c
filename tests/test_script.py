"""The day's Markdown: the user's file unchanged, and every way a file can be wrong."""

from __future__ import annotations

import os
import random
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradreel.errors import GradreelError, ScriptError
from gradreel.model import Script, Span
from gradreel.script import MAX_BYTES, parse

BAD = Path(__file__).parent / "bad_scripts"

HEAD = "# Day 04 — Test\n\n"
SHORT = """## Short 01 — Title

**Hook**
Gradients flow.

**Talk track**
- “One call to `.backward()`.”

**Code**
```python
import torch
```

**Common mistake**
- Forgetting it.
"""

# file: (line, what the message says); a line of None means that the file is fine, and the text is
# then what its warning says, "" for no warning.
EXPECTED: dict[str, tuple[int | None, str]] = {
    "01-empty": (1, "is empty"),
    "02-front-matter": (1, "no short"),
    "03-no-title": (3, "no title"),
    "04-no-code": (3, "no **Code**"),
    "05-no-talk": (3, "no **Talk track**"),
    "06-duplicate-number": (19, "there twice"),
    "07-gap": (None, "gap: 2, 3"),
    "08-not-a-number": (3, "'one' is not the number"),
    "09-other-order": (None, ""),
    "10-unclosed-fence": (12, "never closed"),
    "10b-fence-runs-into-next-short": (12, "never closed"),
    "11-nested-fences": (None, ""),
    "12-tilde-fence": (None, ""),
    "13-fence-in-quote": (None, ""),
    "13b-fence-in-list": (None, ""),
    "14-fence-closed-shorter": (12, "never closed"),
    "15-two-fences": (16, "second code block"),
    "16-javascript": (12, "'js', not Python"),
    "16b-no-language": (None, "names no language"),
    "16c-curly-python": (None, ""),
    "16d-python3": (None, ""),
    "17-crlf": (None, ""),
    "18-lone-cr": (None, ""),
    "19-bom": (None, ""),
    "20-utf16": (1, "not UTF-8"),
    "21-latin1": (6, "byte 59 (0xf6)"),
    "22-nul": (6, "U+0000"),
    "22b-escape": (3, "U+001B"),
    "23-surrogate": (6, "not UTF-8"),
    "24-emoji": (None, ""),
    "25-bidi": (13, "U+202E"),
    "26-zero-width": (None, "invisible character"),
    "26b-cyrillic": (None, "Cyrillic"),
    "27-combining": (None, "accents"),
    "28-long-code": (12, "10,000 lines, at most 40"),
    "28b-41-lines": (12, "41 lines"),
    "28c-30-lines": (None, ""),
    "30-tabs": (None, ""),
    "31-latex": (None, ""),
    "31b-latex-unclosed": (6, "not closed"),
    "31c-latex-input": (6, r"\input"),
    "31d-latex-write18": (6, r"\write18"),
    "32-html": (None, "HTML"),
    "32b-comment-holds-fence": (None, "raw HTML is left out"),
    "37-unknown-section": (3, "Did you mean **Hook**?"),
    "38-section-twice": (19, "there twice"),
    "39-no-day": (1, "which day"),
    "40-seed-not-number": (19, "'seven' is not a number"),
    "41-empty-code": (12, "empty"),
    "42-code-outside": (19, "outside **Code**"),
}


GIVEN = Path(__file__).parent / "day03_as_given.md"  # as the user wrote it


@pytest.fixture(scope="module")
def given_day() -> Script:
    return parse(GIVEN)


def write(folder: Path, text: str, name: str = "day04.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def one(folder: Path, text: str) -> Script:
    return parse(write(folder, HEAD + text))


# --------------------------------------------------------------------------- the user's file


def test_day_03_is_read_whole(given_day: Script) -> None:
    assert (given_day.day, len(given_day.shorts)) == (3, 32)
    assert [short.number for short in given_day.shorts] == list(range(1, 33))
    lines = GIVEN.read_text(encoding="utf-8").splitlines()
    for short in given_day.shorts:
        assert short.title in lines[short.line - 1]
        code = short.code.text.split("\n")
        assert lines[short.code.line - 1 :][: len(code)] == code
        for prose in (short.hook, *short.talk, *([short.mistake] if short.mistake.spans else [])):
            assert prose.spans[0].text[:10] in lines[prose.line - 1]


def test_every_word_of_the_user_arrives(given_day: Script) -> None:
    """Joined again, the parts are the file: all letters, digits and signs in their order."""

    def bare(text: str) -> str:
        return re.sub(r"[\s*`“”()\\-]", "", text)

    text = GIVEN.read_text(encoding="utf-8")
    body = text[text.index("## Short 01") :]
    labels = r"## Short |^\*\*(Hook|Talk track|Code|Common mistake)\*\*$|```python| —(?= .*$)"
    found = "".join(
        bare(f"{s.number:02d}")
        + bare(" ".join([s.title, s.hook.plain, *(t.plain for t in s.talk)]))
        + bare(s.code.text + s.mistake.plain)
        for s in given_day.shorts
    )
    assert found.replace("—", "") == bare(re.sub(labels, "", body, flags=re.M)).replace("—", "")


def test_short_13(given_day: Script) -> None:
    short = given_day.shorts[12]
    assert short.slug == "13-vanishing-gradient-sigmoid-saturation"
    assert short.hook.plain == "Big positive/negative inputs kill gradient."
    assert [prose.plain for prose in short.talk] == [
        "At large |x|, sigmoid becomes flat.",
        "Flat means derivative ~ 0, learning slows down.",
    ]
    assert short.code.text.startswith("import torch\n\nx = torch.tensor")
    assert (short.line, short.hook.line, short.code.line) == (310, 313, 321)
    assert (short.seed, short.tags, short.mistake_code) == (0, (), None)


def test_our_copy_has_every_word_of_the_user(script: Script, given_day: Script) -> None:
    """`assets/day03.md` may add optional sections, and nothing else."""

    def words(day: Script) -> list[object]:
        return [
            (s.number, s.title, s.code.text, [p.spans for p in (s.hook, *s.talk, s.mistake)])
            for s in day.shorts
        ]

    assert words(script) == words(given_day)
    assert script.warnings == ()


def test_markup_of_day_03(given_day: Script) -> None:
    assert given_day.shorts[17].talk[0].spans[1] == Span(
        "math", r"\theta \leftarrow \theta - \alpha \nabla_\theta L"
    )
    assert given_day.shorts[3].mistake.spans[1] == Span(
        "strong", "built dynamically each forward pass"
    )
    assert given_day.shorts[9].mistake.plain.startswith("“Dying ReLU”: if")


def test_a_short_may_have_no_mistake(given_day: Script) -> None:
    assert given_day.shorts[31].mistake.plain == ""
    assert given_day.warnings == ()


# --------------------------------------------------------------------------- wrong files


def test_every_bad_script_has_an_expectation() -> None:
    assert {path.stem for path in BAD.glob("*.md")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_bad_script(name: str) -> None:
    line, says = EXPECTED[name]
    path = BAD / f"{name}.md"
    started = time.monotonic()
    if line is None:
        script = parse(path)
        assert bool(script.warnings) == bool(says)
        assert says in " ".join(script.warnings)
    else:
        with pytest.raises(ScriptError) as caught:
            parse(path)
        assert caught.value.line == line
        assert says in caught.value.message
        assert str(caught.value).startswith(f"{path}:{line}: ")
    assert time.monotonic() - started < 1


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD + SHORT.replace("python", "js") + SHORT.replace("Short 01", "Short x")
    with pytest.raises(ScriptError) as caught:
        parse(write(tmp_path, text))
    first, second = str(caught.value).split("\n")
    assert "day04.md:12: The code block is 'js'" in first
    assert "day04.md:18: 'x' is not the number" in second


def test_code_in_a_container_is_the_code() -> None:
    for name in ("13-fence-in-quote", "13b-fence-in-list", "12-tilde-fence"):
        assert parse(BAD / f"{name}.md").shorts[0].code.text == "import torch"
    assert parse(BAD / "11-nested-fences.md").shorts[0].code.text == 'text = """\n```\n"""'


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "day04.md"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    started = time.monotonic()
    with pytest.raises(ScriptError, match="100,000,000 bytes"):
        parse(path)
    assert time.monotonic() - started < 0.1


@pytest.mark.parametrize("kind", ["folder", "fifo", "loop", "absent", "device", "nul"])
def test_what_is_no_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "day04.md"
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "device":
            path = Path("/dev/zero")
        case "nul":
            path = Path("a\0b")
    with pytest.raises(ScriptError):
        parse(path)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "> " * 900,
            "- " * 900,
            "[" * 1900,
            "[ " * 900,
            "[a](" * 400,
            "[a]{#" * 300,
            "`" * 1900,
            "**a" * 600,
            "$" * 1900,
            r"\(" * 900,
        ),
        *(
            "\n".join(">" * i + " x" for i in range(1, 900)),
            "x" * 100_000,
            "\n" * (MAX_BYTES - 500),
        ),
        ("*a _b `c " * 200 + "\n") * 200,
    ],
    ids=range(14),
)
def test_hostile_markdown_is_quick(text: str, tmp_path: Path) -> None:
    started = time.process_time()
    with suppress(ScriptError):
        one(tmp_path, SHORT + "\n" + text)
    assert time.process_time() - started < 2


# --------------------------------------------------------------------------- what authors write


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("## Short 13 — Title", "Title"),
        ("## Short 13 - Title: more", "Title: more"),
        ("## Short 13: Title", "Title"),
        ("## short 13 – Title — b", "Title — b"),
        ("## Short 13 `x.grad` is None", "x.grad is None"),
        ("## Short 013 — $x^2$ and __init__ ##", "x^2 and init"),
    ],
)
def test_heading(heading: str, title: str, tmp_path: Path) -> None:
    short = one(tmp_path, SHORT.replace("## Short 01 — Title", heading)).shorts[0]
    assert (short.number, short.title) == (13, title)


@pytest.mark.parametrize(
    ("bullet", "plain"),
    [
        ("“Curly.”", "Curly."),
        ('"Straight."', "Straight."),
        ("'Single.'", "Single."),
        ("No quotes.", "No quotes."),
        ("“A” and “B”", "“A” and “B”"),
        ('"A" and "B"', '"A" and "B"'),
        ("“Say “hi” now.”", "Say “hi” now."),
        ("“It’s `x`.”", "It’s x."),
        ("`x` first”", "x first”"),
        ("x**2 + y**2 and 2*x + 3*y", "x**2 + y**2 and 2*x + 3*y"),
        ("see [1] and a_b_c <= 3", "see [1] and a_b_c <= 3"),
        ("costs $5 and $6", "costs $5 and $6"),
        ("one\n  two", "one two"),
        ("“”", ""),
    ],
)
def test_bullet(bullet: str, plain: str, tmp_path: Path) -> None:
    short = one(tmp_path, SHORT.replace("“One call to `.backward()`.”", f"x\n- {bullet}")).shorts[0]
    assert [prose.plain for prose in short.talk] == (["x", plain] if plain else ["x"])


def test_spans(tmp_path: Path) -> None:
    text = r"So **`W`** and \(x_1 \cdot 2\) or **bold** $y^2$!"
    hook = one(tmp_path, SHORT.replace("Gradients flow.", text)).shorts[0].hook
    assert hook.spans == (
        Span("text", "So "),
        Span("code", "W"),
        Span("text", " and "),
        Span("math", r"x_1 \cdot 2"),
        Span("text", " or "),
        Span("strong", "bold"),
        Span("text", " "),
        Span("math", "y^2"),
        Span("text", "!"),
    )


def hook_of(folder: Path, text: str) -> tuple[Span, ...]:
    return one(folder, SHORT.replace("Gradients flow.", text)).shorts[0].hook.spans


def test_an_author_s_marks(tmp_path: Path) -> None:
    text = (
        "So [ReLU](relloo)’s **[slope](slow’pe, then)** is [`lr=0.01`](a small-ish\nrate){#lr} here"
    )
    assert hook_of(tmp_path, text) == (
        Span("text", "So "),
        Span("text", "ReLU", said="relloo"),
        Span("text", "’s "),
        Span("strong", "slope", said="slow'pe, then"),
        Span("text", " is "),
        Span("code", "lr=0.01", said="a small ish rate", cue="lr"),
        Span("text", " here"),
    )


def test_a_cue_may_stand_over_text_of_several_kinds(tmp_path: Path) -> None:
    assert hook_of(tmp_path, r"[the `W` of \(y_1\)]{#W.grad} [x[0]]{#line-4}!") == (
        Span("text", "the ", cue="W.grad"),
        Span("code", "W", cue="W.grad"),
        Span("text", " of ", cue="W.grad"),
        Span("math", "y_1", cue="W.grad"),
        Span("text", " "),
        Span("text", "x[0]", cue="line-4"),
        Span("text", "!"),
    )


@pytest.mark.parametrize(
    "text",
    ["see [1, 2, 3] (now)", "W[0](x), f(x)[0](y)", r"\[a](b)", "a [b", "[a] (b)", "[](b)", "x{#y}"],
)
def test_ordinary_brackets_are_no_marks(text: str, tmp_path: Path) -> None:
    script = one(tmp_path, SHORT.replace("Gradients flow.", text))
    assert script.shorts[0].hook.spans == (Span("text", text.lstrip("\\")),)
    assert not script.warnings


def test_code_holds_no_marks(tmp_path: Path) -> None:
    assert hook_of(tmp_path, "`[a](b)` `[a]{#b}`")[::2] == (
        Span("code", "[a](b)"),
        Span("code", "[a]{#b}"),
    )


@pytest.mark.parametrize("text", ["[docs](https://x.org)", "[a](1 2)", "[x]()", "[[a](b) c](d)"])
def test_what_cannot_be_said_is_shown_with_a_warning(text: str, tmp_path: Path) -> None:
    script = one(tmp_path, SHORT.replace("Gradients flow.", text))
    assert "only words can be said" in script.warnings[0]
    assert "day04.md:6: " in script.warnings[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]{#4}", "holds no name"),
        ("[a](b){#}", "holds no name"),
        ("[the `x`](eks)", "mixes words and code"),
        ("[W]{#W}/[b]{#b}", "two cues, {#W} and {#b}"),
    ],
)
def test_a_wrong_mark_is_an_error(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=message) as caught:
        one(tmp_path, SHORT.replace("Gradients flow.", text))
    assert caught.value.line == 6


def test_optional_sections(tmp_path: Path) -> None:
    extra = """
**Mistake code**
```python
loss.backward()
```

**Fix code**

```py
loss.sum().backward()
```

**Demo code**
```python
print(loss)
```

**Seed** 7

**Tags**: #autograd, sigmoid backprop
"""
    short = one(tmp_path, SHORT + extra).shorts[0]
    assert short.mistake_code is not None
    assert short.fix_code is not None
    assert (short.mistake_code.text, short.mistake_code.line) == ("loss.backward()", 21)
    assert short.fix_code.text == "loss.sum().backward()"
    assert short.demo_code is not None
    assert short.demo_code.text == "print(loss)"
    assert (short.seed, short.tags) == (7, ("autograd", "sigmoid", "backprop"))


@pytest.mark.parametrize("label", ["**Hook:** ", "**Hook**: ", "### Hook\n", "**HOOK**\n\n> "])
def test_forms_of_a_label(label: str, tmp_path: Path) -> None:
    short = one(tmp_path, SHORT.replace("**Hook**\n", label)).shorts[0]
    assert short.hook.plain == "Gradients flow."


def test_a_bold_sentence_is_no_label(tmp_path: Path) -> None:
    script = one(tmp_path, SHORT.replace("Gradients flow.", "\n**Gradients flow here too.**"))
    assert script.shorts[0].hook.spans == (Span("strong", "Gradients flow here too."),)


def test_several_hooks_and_mistakes_are_one(tmp_path: Path) -> None:
    short = one(tmp_path, SHORT + "- And again.\n").shorts[0]
    assert short.mistake.plain == "Forgetting it. And again."


def test_a_hundred_shorts_and_a_day_in_the_file_name(tmp_path: Path) -> None:
    text = "\n".join(SHORT.replace("01", str(n)) for n in range(1, 101))
    script = parse(write(tmp_path, text, "day_12.md"))
    assert (script.day, len(script.shorts), script.warnings) == (12, 100, ())


def test_other_headings_end_a_short(tmp_path: Path) -> None:
    script = one(tmp_path, SHORT + "\n## Notes\n\nBuy milk.\n\n" + SHORT.replace("01", "02"))
    assert script.shorts[0].mistake.plain == "Forgetting it."
    assert "starts no short" in script.warnings[0]


TITLES = """../../x|/etc/x|..\\\\x|CON|a:b|-vf|.|%(x)s|$(id)|'|"|{}|</script>|日本語|🙂"""


@pytest.mark.parametrize("title", [*TITLES.split("|"), "é" * 300, "a" * 300, "x" * 60 + " y" * 9])
def test_a_title_never_leaves_the_folder(title: str, tmp_path: Path) -> None:
    slug = one(tmp_path, SHORT.replace("Title", title)).shorts[0].slug
    assert slug.startswith("01")
    assert len(slug) <= 64
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


# --------------------------------------------------------------------------- anything at all

PIECES = st.sampled_from([
    "# Day 3 — x\n", "## Short 1 — a\n", "## Short 02: b\n", "**Hook**\n", "**Talk track**\n",
    "**Code**\n", "**Common mistake**\n", "**Seed** 4\n", "**Tags**\n", "```python\n", "```\n",
    "~~~\n", "- “a”\n", "> q\n", "\n", "    x\n", "<!--\n", "-->\n", "<b>\n", "---\n", "===\n",
    "**", "`", "$", r"\(", r"\)", "[x]: y\n", "[a](b)", "]{#", "](", "\t", "&#0;", "&amp;",
    "\r", "\u2028", "text. ",
])  # fmt: skip
ANYTHING = st.one_of(
    st.lists(st.one_of(PIECES, st.text(st.characters(codec="utf-8"), max_size=9)), max_size=40)
    .map("".join)
    .map(str.encode),
    st.binary(max_size=200),
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=ANYTHING)
def test_any_document_is_read_or_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "day04.md"
    path.write_bytes(data)
    with suppress(GradreelError):
        assert parse(path).shorts


def test_damaged_copies_of_the_day_are_read_or_refused(root: Path, tmp_path: Path) -> None:
    good = (root / "assets" / "day03.md").read_bytes()[:6000]
    dice = random.Random(3)
    path = tmp_path / "day03.md"
    for _ in range(150):
        data = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(data))
            match dice.randrange(3):
                case 0:
                    data[at] = dice.randrange(256)
                case 1:
                    del data[at : at + dice.randrange(200)]
                case _:
                    data[at:at] = dice.choice([b"```", b"**", b"\n\n", b"\\(", b"## Short "])
        path.write_bytes(bytes(data))
        with suppress(GradreelError):
            assert parse(path).shorts
