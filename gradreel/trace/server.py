"""The parent's side: a `Tracer` holds one warm child and asks it for one run after another.

Nothing here imports torch. A run's records come back through a file that the parent opened before
the run, outside the folder the snippet may write to.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from gradreel.errors import EnvironmentMissing
from gradreel.trace.assemble import Records, assemble, difference, read
from gradreel.trace.codec import encode
from gradreel.trace.limits import Limits
from gradreel.trace.model import End, Trace

_IMPORT_SECONDS = 120.0
_GRACE_SECONDS = 15.0  # beyond the limit the child keeps by itself
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_ROOT = Path(__file__).resolve().parents[2]


class Tracer:
    """Runs snippets and says what they did.

    Use it as a context manager, from one thread. The first trace takes some seconds (torch is
    imported once); later ones take milliseconds. A child that died is replaced at the next trace.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._greeted = False  # whether the child has said that torch is there

    def __enter__(self) -> Tracer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def trace(self, source: str, *, seed: int = 0, limits: Limits | None = None) -> Trace:
        """Run `source` traced, then once more without the tracer, and compare.

        Whatever the snippet does is a `Trace`; see `Trace.end`. Raises `EnvironmentMissing` if
        torch cannot be imported.
        """
        if _only_comments(source):
            nothing: Records = read([], 0, timeout=False, limits=self.limits)
            nothing.end = End("ok")
            return assemble(source, seed, nothing, "same")
        bounds = limits or self.limits
        try:
            traced = self._run(source, seed, bounds, traced=True)
            if traced.end.status in ("timeout", "steps", "memory", "killed"):
                control = "not compared: the run was stopped"
            else:
                plain = self._run(source, seed, bounds, traced=False)
                control = _compare(traced, plain)
        except BaseException:
            self.close()  # an answer may be under way that the next call must not take for its own
            raise
        return assemble(source, seed, traced, control)

    def close(self) -> None:
        """End the child and everything it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()  # before its pipes are closed: who waits for an answer has to hear the end
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        if self._errors is not None:
            self._errors.close()

    def _run(self, source: str, seed: int, limits: Limits, *, traced: bool) -> Records:
        process = self.warm()
        with tempfile.TemporaryDirectory(prefix="gradreel-trace-") as name:
            base = Path(name).resolve()
            folder = base / "work"
            folder.mkdir()
            records = base / "records.jsonl"
            request = base / "request.json"
            with records.open("w+", encoding="utf-8", newline="\n") as written:
                request.write_text(
                    json.dumps(
                        {
                            "source": source,
                            "seed": seed,
                            "traced": traced,
                            "folder": str(folder),
                            "records": str(records),
                            "limits": encode(limits),
                        }
                    )
                )
                answer = self._ask(process, f"{request}\n", limits.seconds + _GRACE_SECONDS)
                if answer is None:
                    self.close()
                    answer = {"status": signal.SIGKILL, "timeout": False}
                return read(written, answer["status"], timeout=answer["timeout"], limits=limits)

    def warm(self) -> subprocess.Popen[bytes]:
        """Have torch imported, so that the next trace need not wait for it."""
        if self._process is None or self._process.poll() is not None:
            self._spawn()
        process = self._process
        assert process is not None
        if not self._greeted:
            hello = self._ask(process, "", _IMPORT_SECONDS)
            if hello is None or "ready" not in hello:
                reason = self._last_words() if hello is None else hello["missing"]
                self.close()
                raise EnvironmentMissing(
                    f"PyTorch cannot be used: {reason}", fix="Run: pip install torch"
                )
            self._greeted = True
        return process

    def _spawn(self) -> None:
        self.close()
        self._greeted = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gradreel.trace.worker", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            start_new_session=True,
        )

    def _ask(
        self, process: subprocess.Popen[bytes], question: str, seconds: float
    ) -> dict[str, Any] | None:
        """The child's answer; None if it died or is stuck."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(question.encode())
            process.stdin.flush()
        except BrokenPipeError:
            return None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                return None
        line = process.stdout.readline()
        if not line:
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        assert self._errors is not None
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "its process ended without a word"


def _compare(traced: Records, plain: Records) -> str:
    if traced.outcome is None and plain.outcome is None and traced.end == plain.end:
        return "same"
    return difference(traced.outcome, plain.outcome)


def _environment() -> dict[str, str]:
    """A clean environment: nothing of the user's that a snippet could read."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TORCHDYNAMO_DISABLE": "1",  # torch.compile runs a snippet's function as it is
    }


def _only_comments(source: str) -> bool:
    lines = (line.strip() for line in source.splitlines())
    return all(not line or line.startswith("#") for line in lines)
