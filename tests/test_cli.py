"""The command line: what it says, where it says it, and the code it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BAD = Path("tests") / "bad_scripts"


def render(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "render.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_help_is_quick() -> None:
    render("--help")
    started = time.monotonic()
    done = render("--help")
    assert time.monotonic() - started < 0.3
    assert done.returncode == 0
    options = "--short --all --day --preview --still --sheet --check --list --doctor --show-config"
    for option in f"{options} --voice --out --seed --force -j --json --debug".split():
        assert option in done.stdout


def test_list() -> None:
    done = render("--list")
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 32)
    assert lines[12] == "13 Vanishing Gradient: Sigmoid Saturation"
    assert done.stderr == ""
    short = json.loads(render("--list", "--json").stdout.splitlines()[12])
    assert short["slug"] == "13-vanishing-gradient-sigmoid-saturation"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "which short?"),
        (("--short", "3-1"), 2, "13-18,21"),
        (("--short", "x"), 2, "13-18,21"),
        (("--short", "99"), 2, "there is no short 99"),
        (("--short", "1", "--all"), 2, "choose --short or --all"),
        (("--short", "1", "--still", "3", "--sheet"), 2, "choose one of"),
        (("--short", "1", "--still", "nan"), 2, "number of seconds"),
        (("--short", "1", "-j", "0"), 2, "1 to 64"),
        (("--short", "1", "--seed", "-3"), 2, "whole number"),
        (("--list", "--day", "nowhere.md"), 3, "nowhere.md: cannot be read"),
        (("--list", "--day", "77"), 3, "day77.md"),
        (("--list", "--config", "nowhere.toml"), 3, "nowhere.toml: cannot be read"),
        (("--list", "--platform", "tiktik"), 3, "no key 'tiktik'"),
        (("--short", "1", "--voice", "siri"), 3, "no voice 'siri'"),
        (("--short", "1", "--day", f"{BAD}/15-two-fences.md"), 3, "15-two-fences.md:16: There is"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], code: int, says: str) -> None:
    done = render(*arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_an_error_as_json() -> None:
    done = render("--short", "1", "--json", "--day", f"{BAD}/28b-41-lines.md")
    error, summary = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 3
    assert (error["status"], error["error"]["line"]) == ("failed", 12)
    assert error["error"]["file"].endswith("28b-41-lines.md")
    assert "41 lines" in error["error"]["message"]
    assert "summary" in summary
    assert done.stderr == ""


def test_debug_keeps_the_traceback() -> None:
    done = render("--list", "--debug", "--day", "nowhere.md")
    assert "Traceback" in done.stderr


def test_a_terminal_is_never_told_what_to_do(tmp_path: Path) -> None:
    day = tmp_path / "day04\x1b[2J.md"
    done = render("--list", "--day", str(day))
    assert "\x1b" not in done.stderr
    assert r"\x1b[2J" in done.stderr


def test_doctor() -> None:
    done = render("--doctor")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("ok ") == len(done.stdout.splitlines())


def test_a_missing_program_is_told_before_any_work(tmp_path: Path) -> None:
    started = time.monotonic()
    done = render("--short", "13", "--json", PATH=str(tmp_path))
    assert done.returncode == 4
    assert "ffmpeg: is not installed" in done.stdout
    assert "make setup" in done.stdout
    assert time.monotonic() - started < 2
    assert render("--doctor", PATH=str(tmp_path)).returncode == 4


def test_missing_packages_are_told_with_the_remedy(tmp_path: Path) -> None:
    """As on a machine where nothing was set up: the bare interpreter, no .venv beside render.py."""
    (tmp_path / "gradreel").symlink_to(ROOT / "gradreel")
    (tmp_path / "render.py").write_text((ROOT / "render.py").read_text())
    (tmp_path / "config.toml").write_text((ROOT / "config.toml").read_text())
    done = subprocess.run(
        [sys.executable, "-S", "render.py", "--short", "13"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_show_config() -> None:
    done = render("--show-config", "--preview", "--voice", "none")
    assert done.returncode == 0
    assert "width = 540\nheight = 960\nfps = 15" in done.stdout
    assert 'name = "none"' in done.stdout
    assert 'colours.forward = "#5FBDF2"' in done.stdout
