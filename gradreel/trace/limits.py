"""How much a snippet may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run.

    `seconds` of wall clock; `memory_bytes` on top of what PyTorch itself needs; `steps` that may be
    recorded; `output_bytes` kept of stdout and stderr together; `full_iterations` of each loop are
    recorded in full, later ones only as names, values and output.
    """

    seconds: float = 60.0
    memory_bytes: int = 1 << 30
    steps: int = 20_000
    output_bytes: int = 64 * 1024
    full_iterations: int = 3
