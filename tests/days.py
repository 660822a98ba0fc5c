"""A project of its own with days of tiny films, whose scenes may do what no author would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from gradreel.media import run
from gradreel.settings import load

ROOT = Path(__file__).parent.parent
SHORT = """## Short {number:02d} — {number}

**Hook**
Watch this.

**Talk track**
- “It runs.”

**Code**
```python
{code}
```
"""


@dataclass
class Project:
    """A copy of the program with a tiny platform, and one day of shorts."""

    home: Path
    mark: str = field(default_factory=lambda: f"/nowhere-{uuid4().hex}")

    @classmethod
    def copied(cls, home: Path, timeout: int = 60) -> Project:
        for name in ("gradreel", "assets"):
            shutil.copytree(ROOT / name, home / name)
        for name in ("render.py", "config.toml", "pyproject.toml"):
            shutil.copy(ROOT / name, home)
        (home / "scenes").mkdir()
        shutil.copy(ROOT / "scenes" / "auto.py", home / "scenes")
        config = (home / "config.toml").read_text()
        for old, new in (
            ("width = 1080", "width = 108"),
            ("height = 1920", "height = 192"),
            ("fps = 30", "fps = 5"),
            ("seconds = 30\n", "seconds = 10\n"),
            ('name = "auto"', 'name = "none"'),
            ("assets/day03.md", "day01.md"),
            ("timeout = 600", f"timeout = {timeout}"),
        ):
            assert config.count(old) == 1, old
            config = config.replace(old, new)
        (home / "config.toml").write_text(config)
        (home / "tmp").mkdir()
        return cls(home)

    def day(self, *codes: str, scenes: dict[int, str] | None = None) -> None:
        """Write the day: one short for each code; `scenes` by number, the others get the house's.

        A scene's text is what its file does before it behaves like the house's.
        """
        shorts = (SHORT.format(number=n, code=code) for n, code in enumerate(codes, 1))
        (self.home / "day01.md").write_text("\n".join(shorts))
        own = self.home / "scenes" / "day01"
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir()
        house = (self.home / "scenes" / "auto.py").read_text()
        for number, text in (scenes or {}).items():
            head, future, rest = house.partition("from __future__ import annotations\n")
            (own / f"short_{number:02d}.py").write_text(f"{head}{future}{text}\n{rest}")

    @property
    def out(self) -> Path:
        return self.home / "out" / "day01"

    @property
    def temporary(self) -> Path:
        return self.home / "tmp"

    def film(self, number: int) -> Path:
        (short,) = self.out.glob(f"{number:02d}-*")
        return short / f"{short.name}.mp4"

    @property
    def environment(self) -> dict[str, str]:
        """All our processes can be found by their search path, which even the tracer keeps."""
        path = f"{os.environ['PATH']}{os.pathsep}{self.mark}"
        return {**os.environ, "PATH": path, "TMPDIR": str(self.temporary)}

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "render.py", *arguments],
            cwd=self.home,
            env=options.pop("env", self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def render(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **options)
        out, errors = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def report(self) -> dict[int, dict[str, Any]]:
        """Its entries by number; none where a run was killed before it wrote any."""
        path = self.out / "report.json"
        shorts = json.loads(path.read_text())["shorts"] if path.exists() else []
        told = {short["short"]: short for short in shorts}
        assert len(told) == len(shorts)  # every short once
        return told

    def alive(self) -> dict[int, str]:
        """Our processes that live, zombies aside: number and command."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                    if state not in "ZX":
                        found[int(folder.name)] = command
            except OSError:
                continue
        return found

    def assert_nobody_lives(self, seconds: float = 5.0) -> None:
        until = time.monotonic() + seconds
        while alive := self.alive():
            assert time.monotonic() < until, alive
            time.sleep(0.02)

    def assert_sane(self, *, swept: bool) -> None:
        """What must hold after every fault: nobody lives, and what has its final name is whole.
        `swept` says that a run has ended by itself since, so nothing temporary is left either."""
        self.assert_nobody_lives()
        frames = load(self.home / "config.toml").platform.frames
        for path in self.home.joinpath("out").rglob("*"):
            if any(part.startswith(".tmp-") for part in path.relative_to(self.home).parts):
                assert not swept, path
            elif path.suffix == ".mp4":
                code, counted, said = run(
                    *("ffprobe", "-v", "error", "-count_packets", "-select_streams", "v"),
                    *("-show_entries", "stream=nb_frames,nb_read_packets", "-of", "csv=p=0"),
                    str(path),
                )
                assert (code, said) == (0, "")
                assert counted.decode().strip() == f"{frames},{frames}"
                code, _, said = run("ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-f",
                                    "null", "-")  # fmt: skip
                assert (code, said) == (0, "")
            elif path.suffix == ".json":
                json.loads(path.read_text())
        if swept:
            assert list(self.temporary.iterdir()) == []
