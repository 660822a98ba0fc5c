"""Days with finished films for tests: everything of a package but the film itself is real."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from briefs import brief_of

from gradreel import fingerprint, shelf
from gradreel.evidence.record import record
from gradreel.model import Brief, Code, Prose, Script, Short, Span, SpokenWord, Timeline
from gradreel.settings import Settings, load
from gradreel.trace.model import End, Output, Trace
from gradreel.voice.cast import Cast

BESIDE = (
    *("cover.jpg", "captions.srt", "captions.vtt"),
    *("transcript.txt", "trace.json", "qc.json"),
)
EVIL = '</script><img src=x onerror="alert(1)">&amp;'


def prose(text: str) -> Prose:
    return Prose((Span("text", text),), 1)


def script_of(*titles: str) -> Script:
    """A day of one-line shorts."""
    plain = brief_of().short
    shorts = tuple(
        replace(plain, number=n, title=title, hook=prose(f"Hook of {title}."))
        for n, title in enumerate(titles, 1)
    )
    return Script(Path("day07.md"), 7, f"Day 07 — Tests {EVIL}", shorts)


def settings_of(root: Path, out: Path) -> Settings:
    usual = load(root / "config.toml")
    publish = replace(usual.publish, zone="Europe/Berlin")
    voice = replace(usual.voice, name="none")
    return replace(usual, voice=voice, publish=publish, paths=replace(usual.paths, out=out))


def brief_for(script: Script, short: Short, trace: Trace | None = None) -> Brief:
    """A film of two seconds that says its hook and shows 7."""
    text = f"print({EVIL!r})"
    run = trace or replace(
        brief_of().trace,
        source=text,
        torch="2.13.0",
        outputs=(Output(0, 1, "stdout", f"{EVIL} 7\n"),),
        end=End("ok"),
    )
    words = tuple(
        SpokenWord(word, 5 * n, 5 * n + 4, "hook", False)
        for n, word in enumerate(short.hook.plain.split())
    )
    timeline = Timeline(10, 20, (), (), words, (("hook", 0),))
    code = Code(run.source, 1)
    return replace(
        brief_of(), day=script.day, short=replace(short, code=code), trace=run, timeline=timeline
    )


def finished(script: Script, short: Short, settings: Settings, trace: Trace | None = None) -> Path:
    """A film as if it had just been made, with all that is written with it."""
    film = shelf.path_of(script, short, settings)
    film.parent.mkdir(parents=True, exist_ok=True)
    film.write_bytes(f"the film of {short.number}".encode())
    for name in BESIDE[:3]:
        film.with_name(name).write_bytes(name.encode())
    texts = (("7", 3), ("x = 1", 0))
    record(film.parent, brief_for(script, short, trace), texts, 4, None, {"trace": 0.5}, ("odd",))
    voice, _ = Cast(settings.voice).speaker(script.day, short)
    scene = shelf.scene_of(script, short)
    spoken_by = voice.fingerprint()
    inputs = fingerprint.of(script, short, settings, scene, spoken_by)
    fingerprint.write(film, inputs, spoken_by, (), BESIDE)
    return film
