"""What a save changed is found by content: a moved line is no change, a word is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from briefs import brief_of

from gradreel.model import Beat, Brief, Speech, SpokenWord, Timeline, Utterance, Word
from gradreel.script import parse
from gradreel.studio.changed import edited, focus, rewritten, settled

DAY = Path(__file__).parent.parent / "assets" / "day03.md"


def brief(hook: str, talk: str, source: str = "x = 1") -> Brief:
    """A film of three beats; each word of its two sentences takes ten frames."""
    said, words, at = [], [], 0
    for part, text in (("hook", hook), ("talk-1", talk)):
        shown = text.split()
        said.append(Utterance(part, tuple(Word(w, w, 0, 1, True) for w in shown), 1.0, None))
        for word in shown:
            words.append(SpokenWord(word, at, at + 10, part, False))
            at += 10
        at = 100
    beats = (Beat("hook", 0, 100), Beat("code", 100, 100), Beat("backward", 200, 100))
    of = brief_of()
    return replace(
        of,
        trace=replace(of.trace, source=source),
        speech=Speech("test", 165, tuple(said)),
        timeline=Timeline(30, 300, beats, (), tuple(words), ()),
    )


def test_a_moved_line_is_no_change_and_a_word_is(tmp_path: Path) -> None:
    text = DAY.read_text("utf-8")
    old = parse(DAY)
    copy = tmp_path / DAY.name
    for changed, found in (
        (text.replace("## Short 05", "\n\n## Short 05"), []),
        (text.replace("learning slows down", "learning slows soon"), [13]),
        (text.replace("[-5.0, 0.0, 5.0]", "[-5.0, 0.0, 6.0]"), [13]),
    ):
        assert changed != text
        copy.write_text(changed, "utf-8")
        assert rewritten(old, parse(copy), [copy]) == found


@pytest.mark.parametrize(
    ("file", "found"),
    [("scenes/day03/short_07.py", [7]), ("scenes/day04/short_07.py", []), ("scenes/auto.py", [])],
)
def test_a_saved_scene_is_its_short_s(file: str, found: list[int]) -> None:
    day = parse(DAY)
    assert rewritten(day, day, [Path(file)]) == found


def test_the_first_word_that_is_not_as_before_is_shown_while_it_is_heard() -> None:
    before = brief("one two", "three four five")
    for talk, frame in (("three new five", 119), ("three four", 119), ("three four five six", 139)):
        assert focus(before, brief("one two", talk), 7, None) == frame


def test_code_shows_its_beat_and_a_storyboard_the_beat_that_was_edited() -> None:
    before = brief("one", "two")
    code = before.timeline.beats[1]
    assert focus(before, brief("one", "two", "x = 2"), 7, None) == settled(code)
    assert focus(before, before, 7, "backward") == settled(before.timeline.beats[2])


def test_where_nothing_of_the_film_s_content_changed_one_sees_what_one_saw() -> None:
    before = brief("one", "two")
    assert focus(before, before, 7, None) == 7
    assert focus(before, before, 10_000, None) == 299


def test_a_short_not_seen_before_is_shown_in_its_middle() -> None:
    now = brief("one", "two")
    assert focus(None, now, None, None) == settled(now.timeline.beats[1])


def test_the_edited_play_of_a_storyboard_is_found_whatever_moved() -> None:
    before = "class S:\n    def play_hook(self): a()\n    def play_code(self): b()\n"
    assert edited(before, "# new\n" + before) is None
    assert edited(before, before.replace("b()", "c()")) == "code"
    assert edited(before, before + "    def play_out(self): d()\n") == "out"
    assert edited(before, "class S:\n    def play_hook(self") is None
