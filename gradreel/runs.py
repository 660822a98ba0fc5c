"""The runs of a day's code: each is made once, and remembered for as long as it would be the same.

Nothing here imports torch; where every run is remembered, nothing has to.
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass

from gradreel import fingerprint
from gradreel.cache import Cache
from gradreel.model import Code, Short
from gradreel.settings import Run
from gradreel.trace import Trace, Tracer, from_json, to_json

KIND = "runs"
WHOLE = ("ok", "raised")  # what else ends a run may not end it the next time


@dataclass(frozen=True, slots=True)
class Runs:
    """Use it from one thread, as its tracer."""

    tracer: Tracer
    cache: Cache
    settings: Run

    def of(self, code: Code, seed: int) -> Trace:
        """The run of a snippet. Raises `EnvironmentMissing` if torch is needed and not there."""
        key = self._key(code, seed)
        known = self.cache.get(KIND, key)
        if known is not None:
            return from_json(json.loads(known))
        trace = self.tracer.trace(code.text, seed=seed)
        if trace.end.status in WHOLE:
            self.cache.put(KIND, key, json.dumps(to_json(trace)).encode())
        return trace

    def expect(self, short: Short) -> None:
        """Its runs will be asked for soon: begin to import torch if one has to be made."""
        codes = (short.code, short.mistake_code, short.fix_code, short.demo_code)
        if not all(self.cache.get(KIND, self._key(c, short.seed)) for c in codes if c is not None):
            self.tracer.start()

    def _key(self, code: Code, seed: int) -> str:
        return fingerprint.key(
            (code.text, seed, self.settings),
            fingerprint.source("trace", "runs.py"),
            fingerprint.versions("torch", "numpy"),
            platform.python_version(),
        )
