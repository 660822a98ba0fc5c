"""The runs of a day's code: each is made once, and remembered for as long as it would be the same.

Nothing here imports torch; where every run is remembered, nothing has to.
"""

from __future__ import annotations

import json
import platform
from concurrent.futures import Future, ThreadPoolExecutor

from gradreel import fingerprint
from gradreel.cache import Cache
from gradreel.model import Code, Short
from gradreel.settings import Run
from gradreel.trace import Trace, Tracer, from_json, to_json

KIND = "runs"
WHOLE = ("ok", "raised")  # what else ends a run may not end it the next time


class Runs:
    """Use it as a context manager. The tracer works in a thread of its own, one run at a time."""

    def __init__(self, tracer: Tracer, cache: Cache, settings: Run) -> None:
        self._tracer, self._cache, self.settings = tracer, cache, settings
        self._line = ThreadPoolExecutor(1, "tracer")
        self._ahead: dict[str, Future[Trace]] = {}  # begun before they were asked for

    def of(self, code: Code, seed: int) -> Trace:
        """The run of a snippet. Raises `EnvironmentMissing` if torch is needed and not there."""
        key = self._key(code, seed)
        if (begun := self._ahead.pop(key, None)) is not None:
            return begun.result()
        known = self._cache.get(KIND, key)
        if known is not None:
            return from_json(json.loads(known))
        return self._line.submit(self._run, key, code, seed).result()

    def expect(self, short: Short) -> None:
        """Its runs will be asked for soon: begin with those that have to be made."""
        self._ahead.clear()
        codes = (short.code, short.mistake_code, short.fix_code, short.demo_code)
        wanted = {self._key(code, short.seed): code for code in codes if code is not None}
        for key, code in wanted.items():
            if self._cache.get(KIND, key) is None:
                self._ahead[key] = self._line.submit(self._run, key, code, short.seed)

    def warm(self) -> None:
        """Begin to import torch, for runs that are not known yet."""
        self._line.submit(self._tracer.warm)

    def close(self) -> None:
        """What is not begun never will be; end the tracer to end what is."""
        self._line.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, key: str, code: Code, seed: int) -> Trace:
        trace = self._tracer.trace(code.text, seed=seed)
        if trace.end.status in WHOLE:
            self._cache.put(KIND, key, json.dumps(to_json(trace)).encode())
        return trace

    def _key(self, code: Code, seed: int) -> str:
        return fingerprint.key(
            (code.text, seed, self.settings),
            fingerprint.source("trace", "runs.py"),
            fingerprint.versions("torch", "numpy"),
            platform.python_version(),
        )
