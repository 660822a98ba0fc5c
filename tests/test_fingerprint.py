"""A film is made again when something it is made of changes, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gradreel import fingerprint
from gradreel.script import parse
from gradreel.settings import Settings, load

Change = Callable[[Settings], Settings]


def of(root: Path, settings: Settings, voice: str = "a voice") -> str:
    script = parse(root / "assets" / "day03.md")
    return fingerprint.of(script, script.shorts[0], settings, Path(__file__), voice)


@pytest.mark.parametrize(
    ("change", "matters"),
    [
        (lambda s: replace(s, captions="keywords"), True),
        (lambda s: replace(s, voice=replace(s.voice, pace=160)), True),
        (lambda s: replace(s, voice=replace(s.voice, trim=True)), True),
        (lambda s: replace(s, voice=replace(s.voice, facts=False)), True),
        (lambda s: replace(s, encode=replace(s.encode, crf=18)), True),
        (lambda s: replace(s, theme=replace(s.theme, fonts=s.theme.fonts[1:])), True),
        (lambda s: replace(s, encode=replace(s.encode, threads=1)), False),
        (lambda s: replace(s, cache=replace(s.cache, max_gb=1)), False),
        (lambda s: replace(s, batch=replace(s.batch, timeout=9)), False),
        (lambda s: replace(s, publish=replace(s.publish, zone="Asia/Tokyo")), False),
        # who speaks is said by the voice's own fingerprint, not by where its files are kept
        (lambda s: replace(s, voice=replace(s.voice, name="auto", piper="/x.onnx")), False),
        (lambda s: replace(s, voice=replace(s.voice, recordings=Path("/elsewhere"))), False),
        (lambda s: replace(s, paths=replace(s.paths, out=Path("/elsewhere"))), False),
    ],
)
def test_what_a_film_is_made_of(root: Path, change: Change, matters: bool) -> None:
    settings = load(root / "config.toml")
    assert (of(root, settings) != of(root, change(settings))) is matters


def test_another_voice_makes_another_film(root: Path) -> None:
    settings = load(root / "config.toml")
    assert of(root, settings, "a voice") != of(root, settings, "another")
