"""What the doctor says of voices, and what a render asks of them before it starts."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from gradreel.doctor import Finding, examine, require
from gradreel.errors import ConfigError, EnvironmentMissing
from gradreel.script import parse
from gradreel.settings import Settings, load
from gradreel.voice import VOICES
from gradreel.voice.cast import Cast
from gradreel.voice.espeak import Pyttsx3
from gradreel.voice.hibari import Hibari
from gradreel.voice.kokoro import Kokoro
from gradreel.voice.piper import Piper

SETTINGS = load(Path(__file__).parent.parent / "config.toml")
CLASSES = {"kokoro": Kokoro, "hibari": Hibari, "piper": Piper, "pyttsx3": Pyttsx3}
asked: list[str] = []


def speaking(name: str) -> Settings:
    voice = replace(SETTINGS.voice, name=name, recordings=Path("/nowhere"))
    return replace(SETTINGS, voice=voice)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Why each voice cannot speak here; `asked` has the voices that were asked."""
    reasons: dict[str, str | None] = {"kokoro": "no model", "piper": "no model"}
    asked.clear()
    for name, kind in CLASSES.items():

        def available(_: object, name: str = name) -> str | None:
            asked.append(name)
            return reasons.get(name)

        monkeypatch.setattr(kind, "available", available)
    return reasons


def voices(name: str) -> dict[str, Finding]:
    return {f.name: f for f in examine(speaking(name)) if f.name.startswith("voice")}


def test_every_voice_is_shown_and_what_auto_takes(machine: dict[str, str | None]) -> None:
    found = voices("auto")
    assert [*found] == [f"voice {name}" for name in ("recorded", *VOICES, "auto")]
    assert found["voice hibari"].detail == "ready"
    assert found["voice piper"].detail == "left out, no model"
    assert found["voice auto"].detail == "hibari"
    assert not any(finding.fix for finding in found.values())
    assert found["voice recorded"].detail.startswith("left out, there is no")
    machine["hibari"] = "not installed: pip install"
    assert voices("auto")["voice auto"].detail == "pyttsx3"


def test_a_voice_that_is_wanted_and_absent_is_a_failure() -> None:
    found = voices("piper")
    assert found["voice piper"].detail == "no model"
    assert found["voice piper"].fix
    assert not found["voice kokoro"].fix
    with pytest.raises(EnvironmentMissing, match="voice piper: no model"):
        require(speaking("piper"))


def test_auto_with_no_voice_at_all_is_a_failure(machine: dict[str, str | None]) -> None:
    machine.update(hibari="gone", pyttsx3="gone")
    assert voices("auto")["voice auto"].fix == "Run: make setup"
    with pytest.raises(EnvironmentMissing, match="no voice can speak"):
        require(speaking("auto"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("auto", ["pyttsx3"]), ("hibari", ["hibari"]), ("none", []), ("recorded", [])],
)
def test_a_render_asks_only_the_voice_it_needs(name: str, expected: list[str]) -> None:
    require(speaking(name))
    assert asked == expected


def test_a_voice_is_tried_once_however_many_threads_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    def available(_: object) -> str | None:
        asked.append("hibari")
        time.sleep(0.1)
        return None

    monkeypatch.setattr(Hibari, "available", available)
    cast, short = Cast(speaking("hibari").voice), parse(SETTINGS.paths.script).shorts[0]
    with ThreadPoolExecutor() as pool:
        spoken = [pool.submit(cast.speaker, 3, short) for _ in range(3)]
    assert len({id(each.result()[0]) for each in spoken}) == 1
    assert asked == ["hibari"]


def test_a_name_that_is_no_voice_is_told() -> None:
    for question in (require, lambda settings: list(examine(settings))):
        with pytest.raises(ConfigError, match="Did you mean 'hibari'"):
            question(speaking("hibary"))
