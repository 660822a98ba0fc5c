"""Texts for the platforms keep their limits, whatever an author writes or a program prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from briefs import brief_of
from hypothesis import given, settings
from hypothesis import strategies as st

from gradreel.evidence.film import Film, Said, Versions
from gradreel.model import Prose, Script, Short, Span
from gradreel.publish import instagram, tiktok, youtube
from gradreel.publish.tags import counted, hashtags, tags
from gradreel.publish.text import clean, cut, cut_lines, octets, units
from gradreel.publish.words import Block, Limit, composed, output_of

WORDS = st.text(st.sampled_from("ab <>é√→漢👩🏽‍💻\u0301\n\t #`")) | st.text()
VERSIONS = Versions("0.1.0", "3.11", "2.13.0", "0.22")


def prose(text: str) -> Prose:
    return Prose((Span("text", text),), 1)


def short_of(title: str = "Title", hook: str = "Hook.", mistake: str = "") -> Short:
    made = brief_of().short
    return replace(made, title=title, hook=prose(hook), mistake=prose(mistake))


def film_of(code: str = "x = 1", output: str = "", error: str = "", talk: str = "It runs.") -> Film:
    said = (Said("hook", "Hook."), Said("talk-1", talk), Said("run-output", "It prints 1."))
    return Film("hibari", 165, 0.2, said, code, output, error, "", ("sigmoid",), VERSIONS)


def described(short: Short, film: Film, found: tuple[str, ...] = ("PyTorch",)) -> str:
    return youtube.description(short, film, found)


# --------------------------------------------------------------------------- cutting


@settings(deadline=None)
@given(WORDS, st.integers(0, 60), st.sampled_from([units, octets]))
def test_a_cut_text_fits_and_ends_at_a_word(text: str, limit: int, measure: object) -> None:
    assert callable(measure)
    short = cut(text, limit, measure)
    assert measure(short) <= max(limit, 0)
    if short == text:
        return
    assert short in ("", "…") or short.endswith("…")
    kept = short.removesuffix("…")
    assert text.startswith(kept)
    if " " in kept.strip():
        assert not text[len(kept)].strip()


def test_a_cut_never_parts_a_sign() -> None:
    coder = "👩🏽‍💻"
    for limit in range(1, 12):
        assert cut("ab" + coder, limit, units) in ("…", "a…", "ab…", "ab" + coder)
    assert cut("cafe\u0301s", 5, units) == "caf…"
    assert units("👩") == 2
    assert octets("漢") == 3


def test_lines_are_cut_whole_and_counted() -> None:
    lines = ["x = 1", "y = 2", "z = 3"]
    assert cut_lines(lines, 17, units, "# {} more") == "x = 1\ny = 2\nz = 3"
    assert cut_lines(lines, 16, units, "# {} more") == "x = 1\n# 2 more"
    assert cut_lines(lines, 8, units, "# {} more") == ""


def test_what_no_platform_shows_is_taken_out() -> None:
    assert clean("\n\x1b[31mred\x07  \n\ud800 x\t1\n") == "[31mred\n? x 1"


# --------------------------------------------------------------------------- YouTube


@settings(max_examples=50, deadline=None)
@given(WORDS, WORDS, WORDS, WORDS, st.integers(1, 400))
def test_youtube_takes_every_title_and_description(
    title: str, hook: str, code: str, output: str, times: int
) -> None:
    short = short_of((title or "Title") * min(times, 40), hook, "A mistake.")
    body = youtube.body(
        short, film_of(code * times, output * times), ("PyTorch",), "en", datetime.now(UTC)
    )
    snippet = body["snippet"]
    assert units(snippet["title"]) <= 100
    assert octets(snippet["description"]) <= 5000
    assert not set("<>") & set(snippet["title"] + snippet["description"])
    assert snippet["description"].encode("utf-8")
    assert snippet["description"].endswith("#PyTorch")


def test_a_description_has_the_code_and_what_it_really_printed() -> None:
    film = film_of("import torch\nprint(x.grad)", "tensor([0.25])\n")
    text = described(short_of(mistake="Forgetting it."), film, ("PyTorch", "a b", "c", "d"))
    assert text == (
        "Hook.\n\nIt runs.\n\nimport torch\nprint(x.grad)\n\nIt really prints:\ntensor([0.25])\n\n"
        "Common mistake: Forgetting it.\n\n#PyTorch #AB #C"
    )


def test_an_error_is_told_as_it_was_raised() -> None:
    raised = "RuntimeError: element 0 does not require grad"
    assert f"It raises:\n{raised}" in described(short_of(), film_of(error=raised))
    both = output_of(film_of(output="first\n", error=raised)).text
    assert both == f"first\n{raised}"


def test_a_long_program_says_how_much_is_left_out() -> None:
    code = "\n".join(f"line_{n} = {n:060d}" for n in range(100))
    text = described(short_of(), film_of(code))
    kept = sum(line.startswith("line_") for line in text.splitlines())
    assert f"# … the code goes on: {100 - kept} more lines are in the video" in text
    assert octets(text) <= 5000
    assert text.startswith("Hook.")
    output = described(short_of(), film_of(output="1\n" * 500))
    assert "… and 480 more lines" in output


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("def f(x) -> int: ...", "def f(x) → int: ..."),
        ("if a <= b >= c < d:", "if a ≤ b ≥ c ‹ d:"),
        ("grad_fn=<AddBackward0>", "grad_fn=‹AddBackward0›"),
        ("f = lambda: x => y", "f = lambda: x ⇒ y"),
    ],
)
def test_angle_brackets_become_signs_that_read_well(code: str, shown: str) -> None:
    text = described(short_of(), film_of(code))
    assert shown in text
    assert youtube.NOTE in text
    assert youtube.NOTE not in described(short_of(), film_of())


def test_what_youtube_is_sent() -> None:
    moment = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    body = youtube.body(short_of(), film_of(), ("PyTorch",), "en", moment)
    assert body["status"] == {
        "privacyStatus": "private",
        "publishAt": "2026-12-01T08:00:00Z",
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True,
    }
    snippet = body["snippet"]
    assert (snippet["categoryId"], snippet["defaultLanguage"]) == ("27", "en")
    assert snippet["defaultAudioLanguage"] == "en"


@pytest.mark.parametrize(
    ("voice", "synthetic"), [("none", False), ("recorded", False), ("piper", True)]
)
def test_a_machine_s_voice_is_declared(voice: str, synthetic: bool) -> None:
    film = replace(film_of(), voice=voice)
    body = youtube.body(short_of(), film, (), "en", datetime.now(UTC))
    assert body["status"]["containsSyntheticMedia"] is synthetic
    assert ("defaultAudioLanguage" in body["snippet"]) is (voice != "none")
    assert tiktok.body(short_of(), film, ())["post_info"]["is_aigc"] is synthetic


# --------------------------------------------------------------------------- TikTok, Instagram


@settings(max_examples=40, deadline=None)
@given(WORDS, WORDS, st.integers(1, 400))
def test_captions_fit(hook: str, talk: str, times: int) -> None:
    short, film = short_of(hook=hook * times), film_of(talk=talk * times, output="👩" * times)
    post = tiktok.body(short, film, ("PyTorch",))["post_info"]
    reel = instagram.body(short, film, ("PyTorch",))
    assert units(post["title"]) <= 2200
    assert units(reel["caption"]) <= 2200
    assert (post["video_cover_timestamp_ms"], reel["thumb_offset"]) == (200, 200)


def test_the_hook_comes_first_where_only_some_words_are_seen() -> None:
    caption = tiktok.caption(short_of(hook="See this."), film_of(output="1\n"), ("a", "b"))
    assert caption == "See this.\n\nIt runs.\n\nIt really prints:\n1\n\n#A #B"


# --------------------------------------------------------------------------- tags


def script_of(title: str) -> Script:
    made = brief_of().short
    return Script(path=Path("day.md"), day=3, title=title, shorts=(made,))


def test_tags_are_the_author_s_or_what_ran() -> None:
    script = script_of("Day 03 — 30-Second Shorts (Autograd + Backprop)")
    short = short_of("Sigmoid Saturation")
    found = tags(script, short, ("tensor", "relu", "sigmoid"), "#PyTorch")
    assert found == ("PyTorch", "sigmoid", "Autograd", "Backprop", "relu")
    assert hashtags(found, 3) == ("#PyTorch", "#Sigmoid", "#Autograd")
    own = tags(script, replace(short, tags=("a b", "pytorch", "c<d>")), ("relu",), "PyTorch")
    assert own == ("PyTorch", "a b", "c d")


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=60))
def test_tags_stay_within_what_youtube_counts(words: list[str]) -> None:
    found = tags(script_of("Day 1"), replace(short_of(), tags=tuple(words)), (), "PyTorch")
    assert counted(found) <= 500
    assert all(0 < units(tag) <= 30 and not set('<>,"') & set(tag) for tag in found)
    assert all(sign.startswith("#") and " " not in sign for sign in hashtags(found, 3))


def test_quotes_and_commas_count() -> None:
    assert counted(["Foo-Baz"]) == 7
    assert counted(["Foo Baz"]) == 9
    assert counted(["Foo Baz", "x"]) == 11


def test_what_does_not_fit_is_left_out_in_the_order_of_its_rank() -> None:
    text = composed(Limit(30, units), "#a", (1, Block("second " * 9)), (0, Block("a first")))
    assert text == "second second second…\n\n#a"
