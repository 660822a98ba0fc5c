"""The project once more, for those who edit its scenes and blocks and want to keep their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).resolve().parent.parent


def copied(target: Path) -> Path:
    """The program, its scenes and assets, without films and cache."""
    for name in ("gradreel", "scenes", "assets"):
        copytree(ROOT / name, target / name, ignore=ignore_patterns("__pycache__"))
    for name in ("render.py", "config.toml", "pyproject.toml"):
        (target / name).write_bytes((ROOT / name).read_bytes())
    return target


@contextmanager
def studio(checkout: Path, *arguments: str) -> Iterator[str]:
    """Its studio while it runs, at the address that this yields; no browser is opened."""
    with subprocess.Popen(
        (sys.executable, "render.py", "--studio", *arguments),
        cwd=checkout,
        env={**os.environ, "BROWSER": "true"},  # a program that does nothing
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"http://\S+", told)
            if found is None:
                raise SystemExit(f"the studio did not start: {told}")
            yield found[0]
        finally:
            process.terminate()
            process.wait()
