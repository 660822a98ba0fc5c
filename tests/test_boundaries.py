"""Each heavy library has one door, and the library never talks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("gradreel", "scenes")
    for path in (ROOT / folder).rglob("*.py")
)

# library: the only places that may import it (a folder ends in "/")
DOORS = {
    "torch": ("gradreel/trace/",),
    "moviepy": ("gradreel/assemble.py",),
    "manim": (
        *("gradreel/stage/", "gradreel/blocks/", "gradreel/storyboard.py"),
        *("gradreel/shoot.py", "scenes/"),
    ),
    "manimpango": ("gradreel/stage/",),
    "onnxruntime": ("gradreel/voice/onnx_session.py",),
    "hibari": ("gradreel/voice/hibari.py", "gradreel/voice/phonemes.py"),
    "piper": ("gradreel/voice/piper.py",),
    "pyttsx3": ("gradreel/voice/pyttsx3_worker.py",),
    "dask": ("gradreel/cluster.py",),
    "distributed": ("gradreel/cluster.py",),
    "starlette": ("gradreel/studio/",),
    "watchfiles": ("gradreel/studio/loop.py",),
    "uvicorn": ("gradreel/studio/app.py",),
    "markdown_it": ("gradreel/markdown.py", "gradreel/script.py"),
    "rich": (),
    "argparse": (),
}


def imports(source: str) -> Iterator[tuple[str, bool]]:
    """(module, whether it is imported as the file is) for every import of a file."""
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    at_top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            yield name, id(node) in at_top


@pytest.mark.parametrize("source", SOURCES)
def test_every_library_comes_through_its_door(source: str) -> None:
    for name, _ in imports(source):
        doors = DOORS.get(name.partition(".")[0])
        assert doors is None or source.startswith(doors), f"{source} imports {name}"


@pytest.mark.parametrize("source", ["gradreel/model.py", "gradreel/trace/model.py"])
def test_the_nouns_need_the_standard_library_only(source: str) -> None:
    own = {"gradreel.errors", "gradreel.trace.model"}
    for name, _ in imports(source):
        assert name in own or name.partition(".")[0] in sys.stdlib_module_names


def test_the_command_line_starts_light() -> None:
    light = {"argparse", *sys.stdlib_module_names}
    for name, at_top in imports("render.py"):
        assert not at_top or name.partition(".")[0] in light


FORBIDDEN = {"print", "input", "exit", "quit", "breakpoint"}
TALKERS = {"gradreel/voice/pyttsx3_worker.py"}  # children that answer on their standard output


@pytest.mark.parametrize("source", SOURCES)
def test_the_library_neither_prints_nor_exits_nor_reads_the_environment(source: str) -> None:
    if source in TALKERS:
        return
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN, f"{source}:{node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used = f"{node.value.id}.{node.attr}"
            assert used not in ("sys.exit", "os.getenv"), f"{source}:{node.lineno}"


LINE = (
    *("model", "script", "trace", "voice", "stage", "blocks", "storyboard"),
    *("shoot", "assemble", "pipeline", "batch"),
)


@pytest.mark.parametrize("source", [s for s in SOURCES if s.startswith("gradreel/")])
def test_no_stage_asks_a_later_one(source: str) -> None:
    own = source.removeprefix("gradreel/").removesuffix(".py").partition("/")[0]
    if own not in LINE:
        return
    for name, _ in imports(source):
        part = name.removeprefix("gradreel.").partition(".")[0]
        if name.startswith("gradreel.") and part in LINE and name != "gradreel.trace.model":
            assert LINE.index(part) <= LINE.index(own), f"{source} imports {name}"
