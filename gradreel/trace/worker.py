"""The warm child: imports torch once, then forks a process for each run. Started by `server`, whose
process number it is given.

It reads the path of a request file per line on stdin and answers each with one line of JSON:
first {"ready": version of torch}, then per run {"status": as from waitpid, "timeout": bool}.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from gradreel.trace import sandbox
from gradreel.trace.codec import decode

_DYNAMO = ("optim", "checkpoint", "compile")  # in whose names torch._dynamo comes, compiled or not


def main() -> None:
    sandbox.die_with_parent()
    if os.getppid() != int(sys.argv[1]):  # it died before
        return
    sandbox.adopt_orphans()
    requests, answers = _take_standard_streams()

    def answer(message: dict[str, Any]) -> None:
        os.write(answers, (json.dumps(message) + "\n").encode())

    gc.disable()  # what is imported is no garbage; looking for some takes a tenth of all imports
    try:
        import torch
    except ImportError as missing:
        answer({"missing": str(missing)})
        return
    _warm_up()
    answer({"ready": torch.__version__})
    with os.fdopen(requests) as lines:
        for line in lines:
            answer(_serve(Path(line.rstrip("\n")), (requests, answers)))


def _take_standard_streams() -> tuple[int, int]:
    """Move the two pipes away from where a snippet reads and prints."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    return requests, answers


def _warm_up() -> None:
    """Load what every run needs. Never run backward here: its threads would not survive fork."""
    import torch

    from gradreel.trace import run  # noqa: F401

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    gc.freeze()  # nor does a run look through them, and so copy memory that it shares with us
    gc.enable()


def _load_for(source: str) -> None:
    """Load what torch loads on first use, more than a second's worth, once for all runs."""
    if any(word in source for word in _DYNAMO):
        import torch._dynamo  # noqa: F401


def _serve(path: Path, pipes: tuple[int, int]) -> dict[str, Any]:
    from gradreel.trace.run import Request, run

    request = decode(Request, json.loads(path.read_text()))
    _load_for(request.source)
    child = os.fork()
    if child == 0:
        for pipe in pipes:
            os.close(pipe)
        run(request)
    deadline = time.monotonic() + request.limits.seconds
    timeout = False
    # WNOWAIT leaves the child unreaped, so its number cannot name another process when we kill.
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if not timeout and time.monotonic() > deadline:
            timeout = True
            _kill(child)
        time.sleep(0.002)
    _kill(child)
    _, status = os.waitpid(child, 0)
    _end_orphans()
    return {"status": status, "timeout": timeout}


def _kill(child: int) -> None:
    """End the child and its process group, if it got as far as making one."""
    for end in (os.killpg, os.kill):
        try:
            end(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _end_orphans() -> None:
    """End what a snippet started and left behind; the kernel made it our child."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            left = children.read_text().split()
        except OSError:
            return
        if not left:
            return
        for orphan in map(int, left):
            os.kill(orphan, signal.SIGKILL)
            os.waitpid(orphan, 0)


if __name__ == "__main__":
    main()
