"""Snippets that misbehave: each is held, and ends with a status that says why."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from snippets import tracer

from gradreel.trace import Limits, Tracer
from gradreel.trace.model import Trace

QUICK = Limits(seconds=1.5, steps=2000)


def run(source: str, limits: Limits = QUICK) -> Trace:
    return tracer().trace(source, limits=limits)


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass\n",
        "while True:\n    try:\n        while True: pass\n    except:\n        pass\n",
        "def f():\n    while True:\n        try:\n            x = 1\n"
        "        except BaseException:\n            continue\nf()\n",
        "x = 0\nwhile x < 1:\n    x *= 1\n",
    ],
)
def test_endless_loops_use_up_their_steps(source: str) -> None:
    trace = run(source)
    assert trace.end.status == "steps"
    assert len(trace.steps) == QUICK.steps
    assert "2000" in trace.end.note


@pytest.mark.parametrize("line", ["time.sleep(1000)", "sum(iter(int, 1))"])
def test_a_long_call_is_ended_on_its_line(line: str) -> None:
    trace = run(f"import time\nprint('before')\n{line}\n")
    assert trace.end.status == "timeout"
    assert trace.end.failure is not None
    assert trace.end.failure.span is not None
    assert trace.end.failure.span.line == 3
    assert trace.stdout == "before\n"


@pytest.mark.parametrize("line", ["x = torch.zeros(10**12)", "x = [0] * 10**10"])
def test_too_much_memory(line: str) -> None:
    trace = run(f"import torch\nprint(1)\n{line}\n")
    assert trace.end.status == "memory"
    assert trace.end.failure is not None
    assert trace.end.failure.span is not None
    assert trace.end.failure.span.line == 3


@pytest.mark.parametrize(
    "line",
    [
        "os.system('true')",
        "os.fork()",
        "os.kill(os.getppid(), 9)",
        "subprocess.run(['true'])",
        "socket.create_connection(('127.0.0.1', 9), 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "open('/var/tmp/outside', 'w')",
        "os.remove('/var/tmp/outside')",
        "open(os.path.expanduser('~') + '/../outside', 'w')",
    ],
)
def test_what_is_forbidden_says_so(line: str) -> None:
    trace = run(f"import os, socket, subprocess\n{line}\n")
    assert trace.end.status == "raised"
    assert trace.end.failure is not None
    assert trace.end.failure.kind == "PermissionError"
    assert "sandbox" in trace.end.failure.message
    assert trace.end.failure.span is not None
    assert trace.end.failure.span.line == 2
    assert trace.control == "same"
    assert not Path("/var/tmp/outside").exists()


def held(layer: str) -> bool:
    return layer in run("x = 1\n").isolation


def test_isolation_names_the_layers() -> None:
    assert run("x = 1\n").isolation.startswith("rlimits+audit")


def test_the_network_is_closed_below_python() -> None:
    if not held("netns"):
        pytest.skip("no network namespaces here")
    # connect(2) through C, which the audit hook cannot see
    source = (
        "import ctypes, socket\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n"
        "address = bytes([2, 0, 0, 22, 127, 0, 0, 1]) + bytes(8)\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "print(libc.connect(s.fileno(), address, 16), ctypes.get_errno() == 101)\n"
    )
    assert run(source).stdout == "-1 True\n"  # ENETUNREACH: there is not even a loopback


def test_files_are_closed_below_python(tmp_path: Path) -> None:
    if not held("landlock"):
        pytest.skip("no Landlock here")
    secret = tmp_path / "secret"
    secret.write_text("canary")
    trace = run(f"print(open({str(secret)!r}).read())\n")
    assert trace.end.failure is not None
    assert trace.end.failure.kind == "PermissionError"
    assert "canary" not in trace.stdout
    libc = (
        f"import ctypes\nprint(ctypes.CDLL(None).creat({str(tmp_path / 'new')!r}.encode(), 384))\n"
    )
    assert run(libc).stdout == "-1\n"
    assert not (tmp_path / "new").exists()


def test_its_own_folder_is_free_and_vanishes() -> None:
    trace = run(
        "import os\nopen('a.txt', 'w').write('x')\nprint(open('a.txt').read(), os.getcwd())\n"
    )
    assert trace.stdout == "x ~\n"


def test_a_snippet_may_remove_the_ground_it_stands_on() -> None:
    trace = run(
        "import os, shutil\nos.chdir('/')\nshutil.rmtree(os.environ['HOME'], ignore_errors=True)\n"
        "print('x')\n"
    )
    assert trace.end.status == "ok"
    assert trace.stdout == "x\n"
    assert trace.control == "same"


def test_much_output_is_cut() -> None:
    trace = run("print('x' * 10_000_000)\nprint('end')\n")
    assert len(trace.stdout) == 64 * 1024
    assert trace.warnings == ("kept the first 65536 of 10000005 bytes of output",)
    assert trace.control == "same"


def test_input_finds_nothing() -> None:
    trace = run("name = input('name? ')\n")
    assert trace.end.failure is not None
    assert trace.end.failure.kind == "EOFError"
    assert trace.stdout == "name? "


@pytest.mark.parametrize(
    ("line", "note"),
    [("os._exit(3)", "exit code 3"), ("sys.exit(2)", "exit code 2"), ("raise SystemExit", "None")],
)
def test_leaving_is_no_error(line: str, note: str) -> None:
    trace = run(f"import os, sys\nprint('a')\n{line}\n")
    assert trace.end.status == "exit"
    assert note in trace.end.note
    assert trace.stdout == "a\n"
    assert trace.control == "same"


def test_a_crash_keeps_what_came_before() -> None:
    trace = run("import ctypes\nprint('b')\nctypes.string_at(0)\n")
    assert trace.end.status == "killed"
    assert trace.end.note == "SIGSEGV"
    assert trace.stdout == "b\n"
    assert trace.end.failure is not None
    assert trace.end.failure.span is not None
    assert trace.end.failure.span.line == 3


@pytest.mark.parametrize(
    ("source", "line", "col"),
    [("x = 1\ny = (2\n", 2, 4), ("return 5\n", 1, 0), ("é = 'a' 'b\n", 1, 8), ("x =\n", 1, 3)],
)
def test_broken_source(source: str, line: int, col: int) -> None:
    trace = run(source)
    assert trace.end.status == "syntax"
    assert trace.steps == ()
    assert trace.end.failure is not None
    assert trace.end.failure.kind == "SyntaxError"
    span = trace.end.failure.span
    assert span is not None
    assert (span.line, span.col) == (line, col)


def test_endless_recursion_is_the_snippets_own_error() -> None:
    trace = run("def f():\n    return f()\nf()\n")
    assert trace.end.status == "raised"
    assert trace.end.failure is not None
    assert trace.end.failure.kind == "RecursionError"
    assert trace.control == "same"


def test_closing_descriptors_does_not_blind_the_tracer() -> None:
    assert run("import os\nos.closerange(3, 200)\nprint('x')\n").stdout == "x\n"


def test_writing_past_python_is_kept() -> None:
    assert run("import os\nprint('a')\nos.write(1, b'raw\\n')\n").stdout == "a\nraw\n"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def gone(pid: int) -> bool:
    """Whether a process ends; the wait is only for the kernel to do it."""
    for _ in range(500):
        if not alive(pid):
            return True
        time.sleep(0.01)
    return False


def test_a_process_left_behind_is_ended() -> None:
    source = (
        "import ctypes, time\nlibc = ctypes.CDLL(None)\nchild = libc.fork()\n"
        "if child == 0:\n    libc.setsid()\n    time.sleep(1000)\nprint(child)\n"
    )
    trace = run(source)
    assert gone(int(trace.stdout))


def test_one_tracer_from_a_clean_start_over_a_killed_child_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "canary")
    environment = "import os\nprint(open('/proc/self/environ').read(), dict(os.environ))\n"
    killer = "import ctypes, os, time\nctypes.CDLL(None).kill(os.getppid(), 9)\ntime.sleep(9)\n"
    parent = "import os\nprint(os.getppid())\n"
    with Tracer(QUICK) as fresh:
        clean = fresh.trace(environment)
        assert "PYTHONHASHSEED" in clean.stdout
        assert "canary" not in clean.stdout
        first = int(fresh.trace(parent).stdout)
        assert fresh.trace(killer).end.status == "killed"
        assert gone(first)
        second = int(fresh.trace(parent).stdout)
        assert alive(second)
    assert gone(second)


def test_the_parent_never_imports_torch_and_its_death_ends_the_child() -> None:
    program = (
        "import os, sys, gradreel.trace as t\n"
        "tracer = t.Tracer()\n"
        "trace = tracer.trace('import os, torch\\nprint(os.getppid())\\n')\n"
        "t.graph_of(trace), t.to_json(trace)\n"
        "print('torch' in sys.modules, trace.stdout)\n"
        "sys.stdout.flush()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    imported, child = done.stdout.split()
    assert imported == "False"
    assert gone(int(child))
