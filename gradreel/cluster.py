"""Many shorts on many machines, through a Dask scheduler; otherwise as `batch.run`.

We hand out the shorts ourselves, one at a time to each worker, and Dask carries them: so a worker
that comes late is asked what it has before it gets any, one that is lost costs only the short it
was at, and one that would make other films gets none. Stages come back as Dask's events.
"""

from __future__ import annotations

import asyncio
import pickle
import re
import ssl
import tempfile
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from gradreel import errand, shelf, twin
from gradreel.errors import ConfigError, EnvironmentMissing, GradreelError
from gradreel.model import Short
from gradreel.order import Order, Outcome, Stage
from gradreel.voice.cast import Cast

PACKAGE = "distributed==2026.8.0"  # as in pyproject.toml
TRIES = 3  # of a short whose workers are lost
CONNECT = 5.0  # seconds for the scheduler to answer
PATIENCE = 10.0  # seconds without any worker
SILENCE = 30.0  # seconds for the scheduler to say who is there
POLL = 0.5  # seconds between two looks
CLOSE = 2.0  # seconds for a last word

_WORKER = "in the project's folder: .venv/bin/python -m dask worker {address} --nthreads 1"


@dataclass(frozen=True, slots=True)
class Tls:
    """The PEM files of a `tls://` cluster: who signs, our certificate, its key."""

    ca: Path
    cert: Path
    key: Path


def run(
    order: Order,
    shorts: Sequence[Short],
    address: str,
    tls: Tls | None = None,
    tell: Callable[[str], None] = lambda _: None,
    patience: float = PATIENCE,
) -> Generator[Stage | Outcome, None, None]:
    """Work through `shorts` with all workers of the scheduler at `address`; every short has exactly
    one Outcome. `tell` hears of workers that are not used.

    Raises `EnvironmentMissing` if the package, the scheduler, or a worker that would make the same
    films is missing. Closing the iterator, or an exception at it, ends what is under way.
    """
    if find_spec("distributed") is None:
        raise EnvironmentMissing(
            "--cluster needs the package distributed.",
            fix=f"Run: .venv/bin/python -m pip install {PACKAGE}",
        )
    waiting, cast = [], Cast(order.settings.voice)
    for short in shorts:
        film = None
        if order.action == "film" and not order.force:
            with suppress(GradreelError):  # a worker will say what is wrong
                film = shelf.kept(order.script, short, order.settings, cast)
        if film:
            yield Outcome(short, "kept", film)
        else:
            waiting.append(short)
    if not waiting:
        return
    with asyncio.Runner() as runner:
        site = _Site(order, waiting, cast, address, tell, patience)
        try:
            runner.run(site.open(tls))
            left = len(waiting)
            while left:
                event = runner.run(site.next())
                left -= isinstance(event, Outcome)
                yield event
        finally:
            runner.run(site.close())


class _Lost(Exception):
    """The worker went away before it had answered."""


class Left(GradreelError):
    """A worker is told to close, or that nobody waits for its answer."""


class _Site:
    """The scheduler, the workers that it has, and what each is at. Lives in one event loop."""

    def __init__(
        self,
        order: Order,
        shorts: list[Short],
        cast: Cast,
        address: str,
        tell: Callable[[str], None],
        patience: float,
    ) -> None:
        self.order, self.cast, self.address = order, cast, address
        self.tell, self.patience = tell, patience
        self.question = twin.Question.of(order.script.day, shorts, order.settings.voice)
        self.waiting = deque(shorts)
        self.undone = {short.number: short for short in shorts}
        self.events: asyncio.Queue[Stage | Outcome | BaseException] = asyncio.Queue()
        self.topic = f"gradreel-{uuid4().hex}"
        self.gone: dict[str, asyncio.Future[None]] = {}  # the workers that are there
        self.idle: list[str] = []
        self.at: dict[int, str] = {}  # number of a short -> the worker that makes it
        self.asked: set[str] = set()  # workers that have not answered yet
        self.refused: dict[str, str] = {}  # worker -> why
        self.matched = False  # whether there ever was a worker that may be used
        self.lost: Counter[int] = Counter()
        self.tasks: set[asyncio.Task[None]] = set()
        self.client: Any = None

    async def open(self, tls: Tls | None) -> None:
        """Find the scheduler. Raises `EnvironmentMissing`."""
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # only render.py talks
        self.here = twin.traits(self.question)
        self.client = await _connected(self.address, tls)
        versions = await self.client.scheduler.versions(packages=[])
        there = {"Python": ".".join(versions["host"]["python"].split(".")[:2])} | {
            package: versions["packages"][package] for package in twin.BETWEEN
        }
        if told := twin.differences({name: self.here[name] for name in there}, there):
            raise EnvironmentMissing(
                f"the scheduler {self.address} cannot be used: {', '.join(told)}.",
                fix="Install the same versions on both machines.",
            )
        self.client.subscribe_topic(self.topic, self._hear)
        self._begin(self._muster())

    async def next(self) -> Stage | Outcome:
        event = await self.events.get()
        if isinstance(event, BaseException):
            raise event
        return event

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.client is not None:
            with suppress(Exception):  # whoever is gone already need not be told
                await self.client.close(timeout=CLOSE)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.events.put_nowait(error)

    def _hear(self, event: tuple[float, Any]) -> None:
        """A worker has come to a stage."""
        address, number, body = event[1]
        if self.at.get(number) == address:
            stage: Stage = pickle.loads(body)
            name = f"{stage.name} on {address.partition('://')[2]}"
            self.events.put_nowait(replace(stage, short=self.undone[number], name=name))

    # ----------------------------------------------------------------------- who is there

    async def _muster(self) -> None:
        """See workers come and go, until there has been none for too long."""
        since = time.monotonic()
        while True:
            try:
                async with asyncio.timeout(SILENCE):
                    there = (await self.client.scheduler.identity(n_workers=-1))["workers"]
            except (OSError, AttributeError):  # the client closes itself when it has lost it
                return self._give_up(
                    GradreelError(
                        f"the scheduler {self.address} is gone; this short was not finished.",
                        fix="Start it again, and run the same command to go on.",
                    )
                )
            for worker in self.gone.keys() - there:
                self.gone.pop(worker).set_result(None)
                if worker in self.idle:
                    self.idle.remove(worker)
            for worker in there.keys() - self.gone.keys():
                self.gone[worker] = asyncio.get_running_loop().create_future()
                self._begin(self._examine(worker))
            if self.idle or self.at or self.asked:
                since = time.monotonic()
            elif time.monotonic() - since > self.patience:
                return self._give_up(self._nobody())
            await asyncio.sleep(POLL)

    def _nobody(self) -> EnvironmentMissing:
        address = self.address
        if self.matched:
            return EnvironmentMissing(
                f"all workers of {address} are gone; this short was not finished.",
                fix="Start them again, and run the same command to go on.",
            )
        if self.refused:
            reasons = "; ".join(f"{worker}: {why}" for worker, why in self.refused.items())
            return EnvironmentMissing(
                f"no worker of {address} can be used ({reasons}).",
                fix="Bring their checkouts to this version, run `make setup` there, start them.",
            )
        return EnvironmentMissing(
            f"no worker has come to {address} in {self.patience:g} s.",
            fix=f"Start one {_WORKER.format(address=address)}",
        )

    def _give_up(self, error: GradreelError) -> None:
        """Nothing goes on: an error, or where something has been under way, one for each short
        that is not done."""
        if not self.matched:
            raise error
        self.waiting.clear()
        for short in list(self.undone.values()):
            self._tell_of(Outcome(short, "failed", error=error))

    # ----------------------------------------------------------------------- what they do

    async def _examine(self, worker: str) -> None:
        """Use a worker, if it would make the same films."""
        self.asked.add(worker)
        try:
            answer = await self._ask(worker, "traits", self.question)
            reasons = twin.differences(self.here, answer)
        except _Lost:
            return
        except Exception as error:
            reasons = (_plain(error),)
        finally:
            self.asked.discard(worker)
        if reasons:
            self.refused[worker] = ", ".join(reasons)
            self.tell(f"worker {worker} is not used: {self.refused[worker]}")
        else:
            self.matched = True
            self._free(worker)

    def _free(self, worker: str) -> None:
        """A worker has nothing to do, if it is still there."""
        if worker in self.gone:
            self.idle.append(worker)
        while self.idle and self.waiting:
            short, worker = self.waiting.popleft(), self.idle.pop(0)
            self.at[short.number] = worker
            self._begin(self._make(worker, short))

    async def _make(self, worker: str, short: Short) -> None:
        outcome = None
        try:
            outcome = await self._made(worker, short)
        except _Lost:
            self.lost[short.number] += 1
            if self.lost[short.number] < TRIES:
                self.waiting.appendleft(short)
            else:
                error = GradreelError(
                    f"{TRIES} workers were lost while they made it.",
                    fix="See what they say, and whether they have memory enough.",
                )
                outcome = Outcome(short, "failed", error=error)
        except GradreelError as error:
            outcome = Outcome(short, "failed", error=error)
        except Exception as error:
            broken = GradreelError(
                f"worker {worker}: {_plain(error)}.", fix="See what the worker says."
            )
            outcome = Outcome(short, "failed", error=broken)
        self.at.pop(short.number, None)
        if outcome:
            self._tell_of(outcome)
        self._free(worker)

    async def _made(self, worker: str, short: Short) -> Outcome:
        order = self.order
        back = await self._ask(worker, "make", errand.pack(order, short), short.number)
        outcome = errand.unpack(order, short, back)
        if (
            outcome.status == "made"
            and order.action == "film"
            and shelf.kept(order.script, short, order.settings, self.cast) is None
        ):
            raise GradreelError(
                f"worker {worker} made it of something else than there is here now.",
                fix="Did a scene or the program change meanwhile? Run the same command again.",
            )
        return outcome

    def _tell_of(self, outcome: Outcome) -> None:
        if self.undone.pop(outcome.short.number, None):
            self.events.put_nowait(outcome)

    async def _ask(self, worker: str, kind: str, body: object, number: int = 0) -> Any:
        """What a worker answers. Raises `_Lost` if it goes away instead."""
        from distributed.scheduler import KilledWorker

        if (gone := self.gone.get(worker)) is None:
            raise _Lost
        future = self.client.submit(
            _servant(),
            *(self.topic, kind, pickle.dumps(body), number),
            key=f"gradreel-{uuid4().hex}",
            workers=[worker],
            pure=False,
        )
        answer = asyncio.ensure_future(future.result())
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise _Lost
            return pickle.loads(answer.result())
        except KilledWorker:  # it came back at the same address before we looked
            raise _Lost from None
        except (CancelledError, Left):  # scheduler or worker go: the muster sees which of them
            await asyncio.wait({gone}, timeout=SILENCE)
            raise _Lost from None
        finally:
            answer.cancel()
            future.release()


async def _connected(address: str, tls: Tls | None) -> Any:
    """A client of the scheduler. Raises `EnvironmentMissing` if none answers."""
    import dask

    quiet = {"distributed": "critical", "distributed.client": "critical"}
    dask.config.set({"logging": quiet})  # read at import: only render.py talks
    from distributed import Client

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    security = _security(tls) if tls else None
    host, _, port = address.partition("://")[2].rpartition(":")
    try:
        async with asyncio.timeout(CONNECT):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.close()
    except (OSError, ValueError, OverflowError) as error:
        raise EnvironmentMissing(
            f"there is no scheduler at {address}: {_plain(error)}.",
            fix="Start one: .venv/bin/python -m dask scheduler",
        ) from None
    client = Client(
        address, asynchronous=True, security=security, timeout=CONNECT, set_as_default=False
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions: we compare them ourselves
            async with asyncio.timeout(2 * CONNECT):  # its own limit does not hold for everything
                return await client
    except (OSError, ImportError, RuntimeError, ValueError) as error:
        with suppress(Exception):
            await client.close(timeout=CLOSE)
        raise EnvironmentMissing(
            f"what listens at {address} does not answer as a scheduler: {_plain(error)}.",
            fix="Does it speak TLS, with certificates of the same authority?"
            if tls
            else "If it speaks TLS, give tls:// and --cluster-tls CA,CERT,KEY.",
        ) from None


def _security(tls: Tls) -> Any:
    """Raises `ConfigError` for files that are no certificates."""
    from distributed.security import Security

    for path in (tls.ca, tls.cert, tls.key):
        if not path.is_file():
            raise ConfigError("is not there.", fix="Correct --cluster-tls.", path=path)
    security = Security(
        require_encryption=True,
        tls_ca_file=str(tls.ca),
        tls_client_cert=str(tls.cert),
        tls_client_key=str(tls.key),
    )
    try:
        security.get_connection_args("client")
    except ssl.SSLError as error:
        raise ConfigError(
            f"the files of --cluster-tls cannot be used: {_plain(error)}.",
            fix="Give who signs, the certificate, and its key, all PEM: ca.pem,cert.pem,key.pem.",
        ) from None
    return security


def _plain(error: BaseException) -> str:
    """The first line of what an error says."""
    text = str(error).strip().partition("\n")[0].rstrip(".")
    return re.sub(r"\s+", " ", text) or type(error).__name__


# --------------------------------------------------------------------------- on a worker


def _servant() -> Callable[..., bytes]:
    """What a task runs. It is sent as a value, being nested, so that the scheduler needs nothing of
    ours, and a worker only to have been started in our folder."""

    def servant(topic: str, kind: str, body: bytes, number: int) -> bytes:
        import os
        import sys

        if os.getcwd() not in sys.path:  # as with the bare command `dask worker`
            sys.path.insert(0, os.getcwd())
        try:
            from gradreel.cluster import serve
        except ImportError as error:
            raise ImportError(
                f"{error} in {os.getcwd()}: it was not started in the folder of this version"
            ) from None
        return serve(topic, kind, body, number)

    return servant


def serve(topic: str, kind: str, body: bytes, number: int) -> bytes:
    """Answer a question in a process of its own, and tell of every stage. What is no longer wanted
    is ended: Dask cannot do that, it only forgets. Raises `Left` then."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    folder = Path(tempfile.mkdtemp(prefix="gradreel-", dir=worker.local_directory))
    with errand.process(folder) as line:
        line.send((kind, body))
        while True:
            if line.poll(POLL):
                try:
                    what, message = line.recv()
                except (EOFError, OSError):
                    raise GradreelError(
                        "its process ended without an answer.", fix="See what the worker says."
                    ) from None
                if what == "answer":
                    return message  # type: ignore[no-any-return]
                worker.log_event(topic, (worker.address, number, message))
            task = worker.state.tasks.get(key)
            if task is None or task.state != "executing" or worker.status.name != "running":
                raise Left("nobody waits for it any more.")
