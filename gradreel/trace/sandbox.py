"""What holds a snippet in. Each layer is tried, and the answer names the ones that held.

For the author's own scripts: no snippet can reach files, network or other processes by accident.
It is no fortress; Python code can always reach the tracer that shares its process.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_CHILD_SUBREAPER = 1, 38, 36
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MEGABYTE = 1 << 20

_FORBIDDEN = {
    "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile",
    "os.kill", "os.killpg", "subprocess.Popen", "pty.spawn", "signal.pthread_kill",
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request", "webbrowser.open",
}  # fmt: skip
_CHANGES = {
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link",
    "os.symlink", "os.truncate", "os.utime", "shutil.rmtree", "shutil.move",
}  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def die_with_parent() -> None:
    """Let the kernel end this process when the thread that started it ends."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of what a child leaves behind, so that it can be ended too."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def enter(folder: Path, *, memory_bytes: int, seconds: float) -> str:
    """Close this process in `folder`. Returns the layers that hold: "rlimits+audit+netns+…"."""
    _limit(memory_bytes, seconds)
    held = ["rlimits", "audit"]
    missing = []
    for name, layer in (("netns", _leave_network), ("landlock", lambda: _landlock(folder))):
        try:
            layer()
            held.append(name)
        except OSError as refused:
            missing.append(f"no {name}: {refused.strerror or refused}")
    sys.addaudithook(_watch(str(folder)))
    return "+".join(held) + (f" ({'; '.join(missing)})" if missing else "")


def _limit(memory_bytes: int, seconds: float) -> None:
    processor = int(seconds) + 5
    for kind, amount in (
        (resource.RLIMIT_AS, _address_space() + memory_bytes),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_FSIZE, 64 * _MEGABYTE),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            amount = min(amount, hard)
        resource.setrlimit(kind, (amount, amount))


def _address_space() -> int:
    """Bytes mapped already: importing torch alone takes half a gigabyte or three."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 4 << 30
    return pages * resource.getpagesize()


def _leave_network() -> None:
    """A network namespace of its own has no network at all."""
    user, group = os.getuid(), os.getgid()
    if sys.platform != "linux":
        raise OSError("not Linux")
    if _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


_CREATE, _ADD, _RESTRICT = 444, 445, 446  # landlock_* system calls, the same on every machine
_READ = 0b1101  # execute, read file, read folder
_FIRST_VERSION = 13  # rights of ABI 1; later ones: refer 2, truncate 3, ioctl 5
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _landlock(folder: Path) -> None:
    """Read only Python and the system's libraries, write only `folder`."""
    if sys.platform != "linux":
        raise OSError("not Linux")
    version = _call(_CREATE, None, 0, 1)
    every = (1 << _RIGHTS.get(version, 16)) - 1
    rules = _call(_CREATE, ctypes.byref(_Ruleset(every)), ctypes.sizeof(_Ruleset), 0)
    for path in _readable():
        _allow(rules, path, _READ)
    _allow(rules, folder, every)
    for device in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"):
        _allow(rules, Path(device), 0b110)
    if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    _call(_RESTRICT, rules, 0)
    os.close(rules)


def _readable() -> list[Path]:
    code = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), str(Path(__file__).parent)}
    system = {"/usr", "/lib", "/lib64", "/bin", "/proc", "/sys/devices/system/cpu"}
    return [Path(path) for path in sorted(code | system) if Path(path).exists()]


def _allow(rules: int, path: Path, access: int) -> None:
    if not path.is_dir():
        access &= 0b111  # of a file: execute, write, read
    descriptor = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    try:
        beneath = _Beneath(access, descriptor)
        _call(_ADD, rules, 1, ctypes.byref(beneath), 0)
    finally:
        os.close(descriptor)


def _call(number: int, *arguments: Any) -> int:
    result: int = _LIBC.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _watch(folder: str) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook: a plain refusal on the very line, where the layers below would be cryptic."""

    def inside(path: Any) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return True  # a descriptor
        full = os.path.realpath(os.fsdecode(path))
        return full == "/dev/null" or full == folder or full.startswith(folder + os.sep)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"{event} is not available in the sandbox")
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and not inside(path):
                raise PermissionError(f"{os.fsdecode(path)} cannot be written in the sandbox")
        elif event in _CHANGES and not inside(arguments[0]):
            raise PermissionError(f"{event} is not available in the sandbox")

    return hook
