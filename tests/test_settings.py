"""config.toml: what it says arrives, and what it must not say is named with its line."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from gradreel.errors import ConfigError
from gradreel.settings import Encode, Settings, load, preview
from gradreel.stage.theme import HOUSE


@pytest.fixture
def text(root: Path) -> str:
    return (root / "config.toml").read_text()


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    return load(path)


def test_the_projects_own(root: Path) -> None:
    settings = load(root / "config.toml")
    assert settings.paths.script == root / "assets" / "day03.md"
    assert settings.encode == Encode("veryfast", 17, 2)
    assert settings.theme == HOUSE
    platform = settings.platform
    assert (platform.name, platform.frames) == ("default", 900)
    zones = (platform.header, platform.upper, platform.stage, platform.captions)
    for above, below in pairwise(zones):
        assert above.bottom <= below.top
    for zone in zones:
        assert platform.safe.left <= zone.left < zone.right <= platform.safe.right
        assert platform.safe.top <= zone.top < zone.bottom <= platform.safe.bottom


def test_preview_is_half_of_everything(root: Path) -> None:
    small = preview(load(root / "config.toml")).platform
    assert (small.width, small.height, small.fps, small.seconds) == (540, 960, 15, 30)


def test_the_look_can_be_changed_by_role(tmp_path: Path, text: str) -> None:
    theme = loaded(tmp_path, text.replace("[theme.sizes]", "[theme.sizes]\ncaption = 70")).theme
    assert theme.size("caption") == 70
    assert theme.size("code") == HOUSE.size("code")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("crf = 17", "crv = 17", "no key 'crv'.*Did you mean 'crf'"),
        ("crf = 17", 'crf = "17"', "encode.crf is '17'.*whole number"),
        ("crf = 17", "crf = true", "whole number"),
        ("facts = true", "facts = 1", "true or false"),
        ("crf = 17", "crf = 1_000_000_000", "0 to 40"),
        ("crf = 17", "crf = 2024-01-01", "whole number"),
        ("crf = 17", "crf = 17\ncrf = 18", "not valid TOML"),
        ("crf = 17", "", "'crf' is missing"),
        ("timeout = 600", "timeout = 0", "1 to 86400"),
        ('"veryfast"', '"fastest"', "no preset.*ultrafast"),
        ("[voice]", "[voise]", "no key 'voise'.*Did you mean 'voice'"),
        ("pace = 165", "pace = -1", "100 to 240"),
        ("lufs = -14", "lufs = nan", "-40 to -5"),
        ("left = 60, top = 350", "left = 60, tpo = 350", "no key 'tpo'.*Did you mean 'top'"),
        ("left = 60, top = 350", "left = 2000, top = 350", "the zone is empty"),
        ("[platforms.default]", "[platforms.tiktok]", "no key 'default'.*Known: tiktok"),
        ("[theme.colours]", '[theme.colours]\nforward = "blue"', "'blue' is no colour"),
        ("[theme.colours]", '[theme.colours]\nforwards = "#000000"', "Did you mean 'forward'"),
        ("[theme.sizes]", "[theme.sizes]\ncaption = 4000", "8 to 400"),
        ("[theme.sizes]", "theme = 3", "not valid TOML|no key"),
        ("[paths]", "paths = 3\n[x]", "no key 'x'|no table"),
        ("[paths]", "[[paths]]", "no table"),
    ],
)  # fmt: skip
def test_wrong_config(old: str, new: str, says: str, tmp_path: Path, text: str) -> None:
    assert old in text
    changed = text.replace(old, new, 1)
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, changed)
    error = caught.value
    assert re.search(says, f"{error.message} {error.fix}")
    if error.line is not None and new:
        first = changed[: changed.index(new)].count("\n") + 1
        assert first <= error.line <= first + new.count("\n") + 1


@pytest.mark.parametrize("data", [b"\xff", b"x" * 200_000, b"a = " + b"[" * 5000, b"", None])
def test_no_config_at_all(data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError):
        load(path)


def test_bom_and_crlf(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(path).voice.pace == 165
