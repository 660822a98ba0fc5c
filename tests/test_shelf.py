"""What is finished and unchanged is found without the libraries that would make it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gradreel import batch, fingerprint, shelf
from gradreel.model import Script, Short
from gradreel.script import parse
from gradreel.settings import Settings, load
from gradreel.voice.cast import Cast
from gradreel.voice.kokoro import Kokoro


@pytest.fixture
def script(root: Path) -> Script:
    return parse(root / "assets" / "day03.md")


@pytest.fixture
def settings(root: Path, tmp_path: Path) -> Settings:
    usual = load(root / "config.toml")
    voice = replace(usual.voice, name="none")
    return replace(usual, voice=voice, paths=replace(usual.paths, out=tmp_path))


def short(script: Script, number: int) -> Short:
    return next(each for each in script.shorts if each.number == number)


def finished(script: Script, number: int, settings: Settings, *refers: int) -> Path:
    """A film as if it had just been made."""
    made = short(script, number)
    film = shelf.path_of(script, made, settings)
    film.parent.mkdir(parents=True)
    film.write_bytes(b"a film")
    voice, _ = Cast(settings.voice).speaker(script.day, made)
    others = tuple(short(script, other) for other in refers)
    scene = shelf.scene_of(script, made)
    spoken_by = voice.fingerprint()
    inputs = fingerprint.of(script, made, settings, scene, spoken_by, others)
    fingerprint.write(film, inputs, spoken_by, others)
    return film


def kept(script: Script, number: int, settings: Settings) -> Path | None:
    return shelf.kept(script, short(script, number), settings, Cast(settings.voice))


def test_a_film_is_kept_until_a_short_that_its_scene_refers_to_changes(
    script: Script, settings: Settings
) -> None:
    film = finished(script, 19, settings, 20)
    assert kept(script, 19, settings) == film
    other = replace(short(script, 20), seed=7)
    shorts = tuple(other if each.number == 20 else each for each in script.shorts)
    assert kept(replace(script, shorts=shorts), 19, settings) is None
    assert kept(script, 20, settings) is None  # there is none


def test_a_damaged_film_or_record_is_not_kept(script: Script, settings: Settings) -> None:
    film = finished(script, 13, settings)
    record = film.with_suffix(".json")
    told = record.read_text()
    for damaged in ("", "[]", "{}", told.replace("refers", "reefers")):
        record.write_text(damaged)
        assert kept(script, 13, settings) is None
    record.write_text(told)
    assert kept(script, 13, settings) == film
    film.write_bytes(b"half")
    assert kept(script, 13, settings) is None


def test_no_voice_is_tried_that_has_spoken(
    script: Script, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    auto = replace(settings, voice=replace(settings.voice, name="auto"))
    film = finished(script, 13, auto)
    monkeypatch.setattr(Cast, "reason", None)
    assert kept(script, 13, auto) == film


def test_no_voice_is_tried_where_something_else_changed(
    script: Script, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(script, 13, settings)
    other = replace(short(script, 13), seed=7)
    monkeypatch.setattr(Cast, "presumed", None)
    monkeypatch.setattr(Cast, "speaker", None)
    assert shelf.kept(script, other, settings, Cast(settings.voice)) is None


def test_a_film_is_kept_where_a_better_voice_is_there_but_cannot_speak(
    script: Script, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    auto = replace(settings, voice=replace(settings.voice, name="auto"))
    monkeypatch.setattr(Kokoro, "missing", lambda _: None)
    monkeypatch.setattr(Kokoro, "fingerprint", lambda _: "kokoro")
    monkeypatch.setattr(Kokoro, "available", lambda _: "its model is damaged")
    film = finished(script, 13, auto)
    assert kept(script, 13, auto) == film
    monkeypatch.setattr(Kokoro, "available", lambda _: None)
    assert kept(script, 13, auto) is None


def test_where_nothing_changed_no_worker_starts(
    script: Script, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    films = [finished(script, 13, settings), finished(script, 19, settings, 20)]
    monkeypatch.setattr(batch, "Crew", None)
    order = batch.Order(script, settings, "film")
    outcomes = list(batch.run(order, [short(script, 13), short(script, 19)], 2))
    assert [(o.status, o.path) for o in outcomes if isinstance(o, batch.Outcome)] == [
        ("kept", film) for film in films
    ]


def test_neither_manim_nor_torch_is_needed_to_know() -> None:
    code = "import sys, gradreel.batch; print({'manim', 'torch', 'moviepy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
