"""A short in a notebook: `%load_ext gradreel.notebook`, then `%gradreel 13`.

Its preview is made as on the command line, in a process of its own, and shown under the cell.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).resolve().parent.parent / "render.py"
WIDTH = 270  # CSS pixels


def load_ipython_extension(shell: Any) -> None:
    shell.register_magic_function(gradreel, "line")


def gradreel(line: str) -> Any:
    """`%gradreel 13`: the preview of a short. Other options of render.py may follow."""
    from IPython.core.error import UsageError
    from IPython.display import Video

    words = line.split()
    if not words or not words[0].isdecimal():
        raise UsageError("which short? %gradreel 13")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "--preview", "--json", "--short", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads((done.stdout.splitlines() or ["{}"])[0])
    if (error := told.get("error")) is not None:
        raise UsageError(error["message"])
    if done.returncode:
        raise UsageError(done.stderr.strip() or f"render.py ended with {done.returncode}")
    return Video(told["video"], embed=True, width=WIDTH)  # type: ignore[no-untyped-call]
