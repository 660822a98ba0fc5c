"""The solver: whatever is said, the beats tile the film, nothing overlaps, or it says by how much
it is too long."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradreel.errors import TooLong
from gradreel.model import (
    Binding,
    Code,
    Platform,
    Prose,
    Script,
    Short,
    Span,
    Speech,
    Timeline,
    Utterance,
    Word,
    Zone,
)
from gradreel.schedule import assign, excess, needs, schedule, spare
from gradreel.script import parse
from gradreel.trace import Tracer
from gradreel.trace import model as tr
from gradreel.voice import Take, sound
from gradreel.voice.captions import (
    BESIDE,
    MOST_LETTERS,
    MOST_WORDS,
    captions,
    cut_cost,
    is_sign,
    keywords,
)
from gradreel.voice.espeak import Pyttsx3
from gradreel.voice.facts import Fact, facts_of
from gradreel.voice.lexicon import Unit
from gradreel.voice.narrate import FASTEST, NATURAL, SLOWEST, STRETCH, narrate, strained
from gradreel.voice.silent import Silent

SCRIPT = Path(__file__).parent.parent / "assets" / "day03.md"
ZONE = Zone(0, 0, 1080, 1920)
MASTER = Platform("test", 1080, 1920, 30, 30, -14, -1, ZONE, ZONE, ZONE, ZONE, ZONE)
PREVIEW = replace(MASTER, fps=15)
HERE = tr.Span(1, 0, 1, 4)


def prose(text: str, line: int = 1) -> Prose:
    return Prose((Span("text", text),), line)


def short(talk: int = 2, mistake: str = "Forgetting it.") -> Short:
    return Short(
        number=1,
        title="A short",
        hook=prose("This is it.", 3),
        talk=tuple(prose(f"Bullet {n}.", 10 + n) for n in range(talk)),
        code=Code("x = 1", 30),
        mistake=prose(mistake, 40) if mistake else Prose((), 40),
        line=1,
    )


def trace(ops: int = 2, visits: int = 2, printed: bool = True) -> tr.Trace:
    """A run with so many operations, gradients and lines of output."""
    value = tr.Value((), "float32", (1.0,))
    return tr.Trace(
        source="y = torch.sigmoid(x)\ny.backward()\nprint(x.grad)",
        seed=0,
        torch="2.13.0",
        python="3.11",
        isolation="none",
        statements=(),
        steps=(),
        tensors=(),
        ops=tuple(
            tr.Op(
                n, 0, "sigmoid", "sigmoid", HERE, "torch.sigmoid(x)",
                (tr.Argument("x", 0, 0, None),), (tr.Result(n + 1, 0, False, value, None),), "on",
            )
            for n in range(ops)
        ),
        nodes=(),
        backwards=(
            tr.Backward(
                0, 0, HERE, "y.backward()", (),
                tuple(tr.Visit(n, 0, (value,), ()) for n in range(visits)),
            ),
        )
        if visits
        else (),
        outputs=(tr.Output(0, 3, "stdout", "tensor(1.)\n"),) if printed else (),
        end=tr.End("ok"),
        control="same",
    )  # fmt: skip


def utterance(part: str, seconds: float, text: str = "one two three") -> Utterance:
    shown = text.split()
    each = seconds / len(shown)
    words = tuple(
        Word(word, word, n * each, (n + 0.8) * each, True, "." in word[:-1])
        for n, word in enumerate(shown)
    )
    return Utterance(part, words, seconds, None)


def speech(**seconds: float) -> Speech:
    return Speech("test", 165, tuple(utterance(k.replace("_", "-"), s) for k, s in seconds.items()))


def check(timeline: Timeline, said: Speech, platform: Platform) -> None:
    """What every film relies on."""
    assert timeline.frames == platform.frames
    at = 0
    for beat in timeline.beats:  # they tile the film
        assert beat.start == at
        assert beat.frames > 0
        at = beat.end
    assert at == platform.frames
    assert timeline.beats[0].name == "hook"
    assert timeline.beats[1].name == "code"
    assert timeline.beats[-1].name == "out"
    # every sentence is in one beat, wholly inside it, after the one before
    length = {u.part: u.seconds * platform.fps for u in said.utterances}
    homes = {part: beat for beat in timeline.beats for part in beat.parts}
    assert sorted(homes) == sorted(length)
    assert sorted(part for part, _ in timeline.starts) == sorted(length)
    free = 0.0
    for part, start in timeline.starts:
        assert start >= free
        free = start + length[part]
        assert homes[part].start <= start
        assert free <= homes[part].end
    assert dict(timeline.starts)["hook"] <= 0.3 * platform.fps
    # words never go back, nor sound before they are shown
    spoken = {u.part: u for u in said.utterances}
    starts = dict(timeline.starts)
    for one, two in itertools.pairwise(timeline.words):
        assert one.start <= two.start
    for part, words in itertools.groupby(timeline.words, key=lambda word: word.part):
        for placed, word in zip(words, spoken[part].words, strict=True):
            assert placed.start <= starts[part] + word.start * platform.fps + 1e-6
            assert placed.start < placed.end <= homes[part].end
    # talk bullets keep their order
    order = [timeline.beats.index(homes[p]) for p in sorted(homes) if p.startswith("talk-")]
    assert order == sorted(order)
    names = [cue.name for cue in timeline.cues]
    assert len(names) == len(set(names))
    assert all(0 <= cue.frame < timeline.frames for cue in timeline.cues)
    assert [name for name, _ in timeline.slack] == [beat.name for beat in timeline.beats]


@given(
    hook=st.floats(0.3, 5),
    talk=st.lists(st.floats(0.3, 8), max_size=5),
    mistake=st.floats(0.3, 8),
    facts=st.lists(
        st.tuples(st.sampled_from(["code", "forward", "backward", "output", "mistake", "fix"]),
                  st.floats(0.3, 4)), max_size=5),
    ops=st.integers(0, 20),
    visits=st.integers(0, 20),
    printed=st.booleans(),
    platform=st.sampled_from([MASTER, PREVIEW]),
)  # fmt: skip
def test_any_speech_fits_exactly_or_is_too_long(
    hook: float,
    talk: list[float],
    mistake: float,
    facts: list[tuple[str, float]],
    ops: int,
    visits: int,
    printed: bool,
    platform: Platform,
) -> None:
    parts = {"hook": hook, "mistake": mistake}
    parts |= {f"talk-{n}": s for n, s in enumerate(talk, 1)}
    parts |= {f"run-{beat}-{n}": s for n, (beat, s) in enumerate(facts, 2)}
    said = Speech("test", 165, tuple(utterance(part, s) for part, s in parts.items()))
    run, lesson = trace(ops, visits, printed), short(len(talk))
    over = excess(lesson, run, said, platform)
    if over > 0:
        with pytest.raises(TooLong, match=r"words too long"):
            schedule(lesson, run, said, platform)
        return
    timeline = schedule(lesson, run, said, platform)
    check(timeline, said, platform)
    for group, after in itertools.pairwise(captions(timeline)):
        assert group.start < group.end <= after.start


@given(halves=st.lists(st.integers(1, 8), min_size=2, max_size=6), data=st.data())
def test_a_little_longer_or_shorter_sentence_moves_nothing_else(
    halves: list[int], data: st.DataObject
) -> None:
    """As long as it takes as many half seconds as before, and there is room."""
    lengths = st.sampled_from([0.1, 0.2, 0.3, 0.4, 0.5])
    lesson, run = short(len(halves)), trace()

    def said() -> Speech:
        seconds = [n / 2 - 0.5 + data.draw(lengths) for n in halves]
        parts = {f"talk_{n}": s for n, s in enumerate(seconds, 1)}
        return speech(hook=2.0, mistake=2.5, **parts)

    one, other = said(), said()
    if spare(lesson, run, one, MASTER) < 0:
        return
    before, after = (schedule(lesson, run, each, MASTER) for each in (one, other))
    assert before.beats == after.beats
    assert before.starts == after.starts


def test_beats_follow_the_run() -> None:
    said = speech(hook=2, mistake=2)
    names = {
        (2, 3, True): "hook code forward backward output mistake out",
        (2, 0, False): "hook code forward mistake out",
        (0, 0, True): "hook code output mistake out",
        (0, 0, False): "hook code idea mistake out",
    }
    for (ops, visits, printed), row in names.items():
        timeline = schedule(short(), trace(ops, visits, printed), said, MASTER)
        assert [beat.name for beat in timeline.beats] == row.split()


def test_a_short_without_a_mistake_has_no_beat_for_it() -> None:
    timeline = schedule(short(mistake=""), trace(), speech(hook=2), MASTER)
    assert all(beat.name != "mistake" for beat in timeline.beats)


def test_a_raised_error_is_output() -> None:
    failed = replace(trace(0, 0, False), end=tr.End("raised", tr.Failure("ValueError", "no", None)))
    assert "output" in [need.name for need in needs(short(), failed)]


def test_hook_and_end_stay_short_when_there_is_room() -> None:
    timeline = schedule(short(), trace(), speech(hook=1.5, mistake=2), MASTER)
    assert timeline.beat("hook").frames <= 3.5 * 30
    assert timeline.beat("out").frames <= 2.0 * 30


def test_bullets_go_where_their_words_belong() -> None:
    said = Speech(
        "test",
        165,
        (
            utterance("talk-1", 2.0, "At large |x|, sigmoid becomes flat."),
            utterance("talk-2", 2.0, "Flat means derivative ~ 0, learning slows down."),
        ),
    )
    homes = assign(trace(), said, ("hook", "code", "forward", "backward", "output"))
    assert homes == {"talk-1": "forward", "talk-2": "backward"}


def test_bullets_spread_when_their_words_say_nothing() -> None:
    said = Speech("test", 165, tuple(utterance(f"talk-{n}", 2.0, "la la la") for n in (1, 2, 3)))
    homes = assign(trace(), said, ("hook", "code", "forward", "backward", "output"))
    assert len(set(homes.values())) == 3


def test_a_word_is_a_cue_each_time_it_is_said() -> None:
    said = Speech(
        "test",
        165,
        (
            utterance("hook", 2.0, "Sigmoid, then sigmoid."),
            Utterance("mistake", (Word(".backward()", "dot backward", 0, 1, True, True),), 1, None),
        ),
    )
    timeline = schedule(short(), trace(0, 0), said, MASTER)
    first, second = timeline.cue("sigmoid").frame, timeline.cue("sigmoid-2").frame
    assert first == timeline.words[0].start
    assert second == timeline.words[2].start
    assert timeline.cue("hook").frame == 0
    assert timeline.cue(".backward()").frame == timeline.cue("backward").frame


def test_an_author_s_cue_is_found_before_a_word_of_that_name() -> None:
    heard = (Word("flat", "flat", 0, 0.5, True), Word("slope", "slope", 0.5, 1, True, cue="flat"))
    said = Speech("test", 165, (Utterance("hook", heard, 1.0, None),))
    timeline = schedule(short(), trace(0, 0), said, MASTER)
    assert timeline.cue("flat").frame == timeline.cue("slope").frame == timeline.words[1].start
    assert timeline.words[1].cue == "flat"


def test_too_long_names_the_part_to_shorten() -> None:
    said = speech(hook=3, talk_1=9, talk_2=12, mistake=6)
    with pytest.raises(TooLong) as error:
        schedule(short(), trace(), said, MASTER, path=Path("day.md"))
    assert error.value.where == "day.md:11"
    assert "'talk-2'" in error.value.fix
    over = excess(short(), trace(), said, MASTER)
    assert f"{over:.1f} s" in error.value.message


# --------------------------------------------------------------------------- captions


def test_captions_are_short_and_never_cross_a_sentence() -> None:
    text = (
        "Want gradients of activations? Tell PyTorch. Use torch.set_grad_enabled(is_training) now."
    )
    said = Speech("test", 165, (utterance("hook", 6, text),))
    timeline = schedule(short(0), trace(), said, MASTER)
    groups = captions(timeline)
    assert [word for group in groups for word in group.words] == list(timeline.words)
    for group in groups:
        assert sum(not is_sign(word.shown) for word in group.words) <= MOST_WORDS
        longest = max(len(word.shown) for word in group.words)
        assert len(group.text) <= max(MOST_LETTERS, longest + BESIDE)
        assert not any(word.shown.endswith((".", "?")) for word in group.words[:-1])
    last = groups[-1]
    assert last.end == last.words[-1].end + round(0.6 * 30)


def grouped(text: str) -> list[str]:
    timeline = schedule(
        short(0), trace(), Speech("test", 165, (utterance("hook", 6, text),)), MASTER
    )
    return [group.text for group in captions(timeline)]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Flat means derivative ~ 0, learning slows.",
         ["Flat means", "derivative ~ 0,", "learning slows."]),
        ("We do forward: h → g → f.", ["We do forward:", "h → g → f."]),
        ("We’ll fit y = 2x + 1 from data.", ["We’ll fit y = 2x + 1", "from data."]),
        ("Sigmoid maps everything into (0, 1).", ["Sigmoid maps", "everything into (0, 1)."]),
        ("So the update isn’t tracked.", ["So the update", "isn’t tracked."]),
        ("Skipping step 5 (zero grads) and more.",
         ["Skipping step 5", "(zero grads) and more."]),
        ("Forgetting requires_grad=True and wondering.",
         ["Forgetting requires_grad=True", "and wondering."]),
    ],
)  # fmt: skip
def test_captions_are_cut_where_it_hurts_least(text: str, groups: list[str]) -> None:
    assert grouped(text) == groups


PIECES = (
    "the a of to grad x.grad loss.backward() gradients learning flat 0 1, so. is and"
    " torch.no_grad() → ≈ = ~ (0, 1) very_long_identifier_name,"
)


@given(st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=25))
def test_no_caption_ends_on_a_sign_that_waits_for_more(words: list[str]) -> None:
    said = Speech("test", 165, (utterance("hook", 9, " ".join(words)),))
    timeline = schedule(short(0), trace(), said, MASTER)
    groups = captions(timeline)
    assert [word for group in groups for word in group.words] == list(timeline.words)
    for one, two in itertools.pairwise(groups):
        before, after = one.words[-1].shown, two.words[0].shown
        avoidable = any(
            cut_cost(x.shown, y.shown) < 5 for x, y in itertools.pairwise([*one.words, *two.words])
        )
        assert cut_cost(before, after) < 5 or not avoidable or len(one.text) > 15


def test_keywords_are_code_numbers_and_what_points_at_something() -> None:
    text = "At large x the sigmoid is (flat, so its derivative ~ 0 of “loss.backward()”, then."
    said = Speech("test", 165, (utterance("hook", 6, text),))
    timeline = schedule(short(0), trace(), said, MASTER)
    bindings = tuple(
        Binding(word, None) for word in timeline.words if word.shown in ("sigmoid", "(flat,")
    )
    groups = keywords(timeline, bindings)
    assert [group.text for group in groups] == ["sigmoid", "flat", "0", "loss.backward()"]
    starts = {word.shown: word.start for word in timeline.words}
    assert [group.start for group in groups] == [
        starts[shown] for shown in ("sigmoid", "(flat,", "0", "“loss.backward()”,")
    ]
    for group, after in itertools.pairwise(groups):
        assert group.end <= after.start
    assert keywords(replace(timeline, words=timeline.words[:3]), ()) == ()


# --------------------------------------------------------------------------- the whole day

needs_voice = pytest.mark.skipif(
    Pyttsx3().available() is not None, reason=str(Pyttsx3().available())
)


@pytest.fixture(scope="module")
def day() -> Script:
    return parse(SCRIPT)


def traced(day: Script) -> list[tuple[Short, tr.Trace, tuple[Fact, ...]]]:
    """Each short with its run and the facts of its runs."""
    rows = []
    with Tracer() as tracer:
        for lesson in day.shorts:
            run = tracer.trace(lesson.code.text, seed=lesson.seed)
            mistake, fix = (
                tracer.trace(code.text, seed=lesson.seed) if code else None
                for code in (lesson.mistake_code, lesson.fix_code)
            )
            rows.append((lesson, run, facts_of(run, mistake=mistake, fix=fix)))
    return rows


@needs_voice
def test_the_whole_day_fits_and_hardly_falls_silent(day: Script, tmp_path: Path) -> None:
    def longest_silence(row: tuple[Short, tr.Trace, tuple[Fact, ...]]) -> float:
        lesson, run, facts = row
        folder = tmp_path / lesson.slug
        folder.mkdir()
        said = narrate(lesson, run, facts, Pyttsx3(), MASTER, folder)
        timeline = schedule(lesson, run, said, MASTER)
        check(timeline, said, MASTER)
        assert SLOWEST <= said.pace <= FASTEST
        assert strained(said) == ()
        assert {u.audio for u in said.utterances} == set(folder.iterdir())
        assert all(word.exact for heard in said.utterances for word in heard.words)
        length = {u.part: u.seconds for u in said.utterances}
        ends = [0.0, *(start / 30 + length[part] for part, start in timeline.starts)]
        begins = [*(start / 30 for _, start in timeline.starts), 30.0]
        return max(b - e for e, b in zip(ends, begins, strict=True))

    with ThreadPoolExecutor(2) as pool:
        quiet = list(pool.map(longest_silence, traced(day)))
    assert sum(seconds < 4 for seconds in quiet) >= 28
    assert max(quiet) < 6


def test_the_silent_voice_fits_the_day_too(day: Script, tmp_path: Path) -> None:
    run = trace(3, 3)
    for lesson in day.shorts:
        said = narrate(lesson, run, (), Silent(), PREVIEW, tmp_path)
        check(schedule(lesson, run, said, PREVIEW), said, PREVIEW)
    assert not list(tmp_path.iterdir())


def wordy(words: int) -> Short:
    return replace(short(1), talk=(prose("usual " * words + "end.", 12),))


def test_a_wordy_script_is_spoken_faster(tmp_path: Path) -> None:
    paces = []
    while len(paces) < 90:
        lesson = wordy(10 + len(paces))
        try:
            said = narrate(lesson, trace(), (), Silent(), MASTER, tmp_path)
        except TooLong:
            break
        assert excess(lesson, trace(), said, MASTER) <= 0
        paces.append(said.pace)
    assert paces == sorted(paces)
    assert paces[0] <= NATURAL < paces[-1] == FASTEST


def test_only_then_it_is_spoken_with_shorter_pauses_and_says_so(tmp_path: Path) -> None:
    calm = hurried = None
    for words in range(1, 99):
        rest = (prose("Eight more words and then a full stop.", 13),) * 4
        lesson = replace(wordy(words), talk=(*wordy(words).talk, *rest))
        try:
            said = narrate(lesson, trace(), (), Silent(), MASTER, tmp_path)
        except TooLong:
            break
        check(schedule(lesson, trace(), said, MASTER), said, MASTER)
        if said.breath < 1:
            hurried = said
            assert said.pace == FASTEST
        else:
            assert hurried is None
            calm = said
    assert calm is not None
    assert hurried is not None
    assert not strained(calm)
    assert "about" in strained(hurried)[0]
    assert "words less" in strained(hurried)[0]


class Pausing:
    """Speaks at a pace of its own, with a second of silence after the first word."""

    name = "pausing"
    natural: float | None = 150.0
    improvises = False

    def available(self) -> str | None:
        return None

    def fingerprint(self) -> str:
        return self.name

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        each = 60 / pace
        word = np.full(round(each * 8000), 0.5, np.float32)
        samples = np.concatenate([word, np.zeros(8000, np.float32), *[word] * (len(units) - 1)])
        starts = [0.0, *(each * n + 1 for n in range(1, len(units)))]
        times = tuple((start, start + each) for start in starts)
        return Take(samples, 8000, len(samples) / 8000, times, exact=True)


def test_a_voice_with_a_pace_of_its_own_keeps_it(tmp_path: Path) -> None:
    said = narrate(wordy(20), trace(), (), Pausing(), MASTER, tmp_path)
    assert said.pace == 150
    longer = [narrate(wordy(n), trace(), (), Pausing(), MASTER, tmp_path) for n in range(30, 41)]
    assert 150 < max(said.pace for said in longer) <= 150 * STRETCH


def test_silences_inside_sentences_go_last_and_only_if_they_may(tmp_path: Path) -> None:
    words = 40
    while True:
        try:
            narrate(wordy(words), trace(), (), Pausing(), MASTER, tmp_path)
        except TooLong:
            break
        words += 1
    said = narrate(wordy(words), trace(), (), Pausing(), MASTER, tmp_path, trim=True)
    assert said.trimmed
    assert "silence inside" in strained(said)[0]
    heard = next(u for u in said.utterances if u.part == "talk-1")
    gap = heard.words[1].start - heard.words[0].end
    assert gap == pytest.approx(sound.HUSH, abs=0.01)
    assert heard.audio is not None
    samples, rate = sound.read(heard.audio)
    assert len(samples) / rate == pytest.approx(heard.seconds, abs=0.001)
    later = round(heard.words[1].start * rate)
    assert np.abs(samples[later + 200 : later + 400]).min() > 0.3  # the word is where it says


def test_a_script_with_too_many_words_is_refused_where_it_is_longest(tmp_path: Path) -> None:
    with pytest.raises(TooLong, match="too long at 180 words a minute") as error:
        narrate(wordy(90), trace(), (), Silent(), MASTER, tmp_path, path=SCRIPT)
    assert error.value.line == 12
    assert error.value.path == SCRIPT
