"""Turns a day's Markdown into finished vertical shorts: python render.py --short 13

Only this file talks: results on standard output, progress, warnings and errors on standard error.
Exit codes: 0 all well, 1 some short failed, 2 usage, 3 script or config invalid, 4 something is
not installed, 5 a finished file failed its checks, 6 another batch works on the same folder,
130 Ctrl-C (143 SIGTERM, 129 SIGHUP).
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib.util
import json
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Heavy imports come after parsing, where they are used: --help has to be quick.
if TYPE_CHECKING:
    from collections.abc import Generator

    from gradreel.errors import ConfigError, GradreelError
    from gradreel.evidence.compare import Difference
    from gradreel.evidence.verify import Broken, Verdict
    from gradreel.forecast import Forecast
    from gradreel.model import Script, Short
    from gradreel.order import Order, Outcome, Stage
    from gradreel.settings import Settings

HOME = Path(__file__).resolve().parent
UNWINDING = 2.0  # seconds that ending the workers may take after Ctrl-C, and after a second one
AT_ONCE = 0.5
MOST_TOLD = 12  # lines about one film that does not hold


def main(arguments: list[str] | None = None) -> int:
    stopped = _Stopped()
    try:
        return _told(_options(arguments))
    except BaseException:  # unwinding can fail too, where the terminal has gone
        if not stopped.code:
            raise
        stopped.say()
        return stopped.code


def _told(options: argparse.Namespace) -> int:
    """Do what is wanted; whatever goes wrong is told in words."""
    try:
        _use_own_environment()
        from gradreel.errors import EnvironmentMissing, GradreelError
    except ImportError as error:
        return _missing(options, error)
    try:
        return _run(options)
    except ImportError as error:
        return _failed(options, EnvironmentMissing(f"{error}.", fix="Run: make setup"))
    except GradreelError as error:
        return _failed(options, error)
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


class _Stop(BaseException):
    """Raised by the first Ctrl-C, SIGTERM or SIGHUP: it unwinds, which ends the workers."""


class _Stopped:
    """Hears those signals, and sees to it that unwinding takes no longer than it may."""

    def __init__(self) -> None:
        self.code = 0
        names = ("SIGINT", "SIGTERM", "SIGHUP")
        self._heard = [getattr(signal, name) for name in names if hasattr(signal, name)]
        for number in self._heard:
            signal.signal(number, self._hear)
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._break_off)

    def say(self) -> None:
        for number in self._heard:  # so that one more does not change the exit code
            signal.signal(number, signal.SIG_IGN)
        with contextlib.suppress(OSError):  # the terminal may be gone
            print("\nStopped. Run the same command again to go on.", file=sys.stderr, flush=True)

    def _hear(self, number: int, _: object) -> None:
        first, self.code = not self.code, self.code or 128 + number
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, UNWINDING if first else AT_ONCE)
        if first:
            raise _Stop

    def _break_off(self, *_: object) -> None:
        self.say()
        os._exit(self.code)  # the workers' guards see it, and end them


# --------------------------------------------------------------------------- the command line


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="render.py",
        description="Turns a day's Markdown into finished vertical shorts that show what PyTorch "
        "really computed.",
        epilog="Exit codes: 0 all well, 1 some short failed, 2 usage, 3 script or config invalid, "
        "4 something is not installed, 5 a finished file failed its checks, 6 another batch works "
        "on the same folder, 130 Ctrl-C.",
    )
    what = parser.add_argument_group("which shorts")
    what.add_argument("--short", metavar="N", help="numbers and ranges: 13 or 13-18,21")
    what.add_argument("--all", action="store_true", help="every short of the day")
    what.add_argument("--day", metavar="DAY", help="a script's path, or the number of a day")

    how = parser.add_argument_group("instead of the film")
    how.add_argument("--preview", action="store_true", help="540x960 at 15 fps, for a quick look")
    how.add_argument("--still", type=_seconds, metavar="SECONDS", help="one moment, as PNG")
    how.add_argument("--sheet", action="store_true", help="a contact sheet, as PNG")
    how.add_argument("--check", action="store_true", help="everything but drawing frames")
    how.add_argument("--verify", action="store_true", help="run packaged films' code again")
    how.add_argument("--drift", action="store_true", help="--verify for every packaged day")
    how.add_argument("--list", action="store_true", help="the shorts of the day")
    how.add_argument("--doctor", action="store_true", help="what this machine has and lacks")
    how.add_argument("--cache-clear", action="store_true", help="remove all finished work")
    how.add_argument("--show-config", action="store_true", help="the settings in force")

    write = parser.add_argument_group("while you write")
    write.add_argument("--studio", action="store_true", help="a local page that shows each save")
    write.add_argument(
        "--watch", action="store_true", help="at every save a picture and a draft in out/"
    )

    change = parser.add_argument_group("changes")
    change.add_argument("--config", type=Path, metavar="FILE", help="other settings")
    change.add_argument("--platform", default="default", metavar="NAME", help="a platform of it")
    change.add_argument("--voice", metavar="NAME", help="another voice; `none` for nobody")
    change.add_argument("--out", type=Path, metavar="DIR", help="another output folder")
    change.add_argument("--seed", type=_natural, metavar="N", help="another random seed")
    change.add_argument("--force", action="store_true", help="make films anew, changed or not")

    run = parser.add_argument_group("running")
    run.add_argument("-j", "--jobs", type=_jobs, default=1, metavar="N", help="processes at once")
    run.add_argument("--cluster", metavar="URL", help="draw on Dask workers: tcp://HOST:8786")
    run.add_argument(
        "--cluster-tls", metavar="CA,CERT,KEY", help="PEM files for a cluster at tls://HOST:8786"
    )
    run.add_argument(
        "--json", action="store_true", help="one JSON object per short, then a summary"
    )
    run.add_argument("--debug", action="store_true", help="show tracebacks")

    options = parser.parse_args(arguments)
    instead = (options.still is not None, options.sheet, options.check, options.verify)
    if sum(map(bool, instead)) > 1:
        parser.error("choose one of --still, --sheet, --check, --verify")
    if options.short and options.all:
        parser.error("choose --short or --all")
    alone = (
        options.list, options.doctor, options.show_config, options.cache_clear, options.drift,
        options.watch, options.studio,
    )  # fmt: skip
    if not (options.short or options.all or any(alone)):
        parser.error("which short? Give --short 13, --all, or --list to see them")
    options.numbers = _numbers(parser, options.short) if options.short else None
    _check_cluster(parser, options)
    return options


def _check_cluster(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    tls = options.cluster_tls
    if not options.cluster:
        if tls:
            parser.error("--cluster-tls needs --cluster")
        return
    if not re.fullmatch(r"(tcp|tls)://[^/\s]+:[0-9]{1,5}", options.cluster):
        parser.error(f"--cluster {options.cluster!r}: write tcp://HOST:8786 or tls://HOST:8786")
    if options.jobs != 1:
        parser.error("-j is for this machine; a cluster is as wide as its workers are many")
    if options.cluster.startswith("tls:") != bool(tls):
        parser.error("tls:// and --cluster-tls CA,CERT,KEY go together")
    if tls and tls.count(",") != 2:
        parser.error("--cluster-tls takes three files: ca.pem,cert.pem,key.pem")


def _numbers(parser: argparse.ArgumentParser, text: str) -> list[int]:
    """`13-18,21` as numbers, each once, in the order given."""
    numbers: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*([0-9]{1,3})(?:-([0-9]{1,3}))?\s*", part)
        first = int(found[1]) if found else 1
        last = int(found[2] or found[1]) if found else 0
        if last < first:
            parser.error(f"--short {text!r}: write numbers and ranges, as in 13-18,21")
        numbers += range(first, last + 1)
    return list(dict.fromkeys(numbers))


def _natural(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _jobs(text: str) -> int:
    jobs = _natural(text)
    if not 1 <= jobs <= 64:
        raise argparse.ArgumentTypeError("1 to 64 processes")
    return jobs


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (seconds := float(text)) <= 600:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")


def _use_own_environment() -> None:
    """Go on with the project's own Python where this one lacks the packages."""
    own = HOME / ".venv" / "bin" / "python"
    if (
        importlib.util.find_spec("manim") is None
        and own.exists()
        and Path(sys.prefix) != own.parents[1]
    ):
        sys.stdout.flush()
        os.execv(own, [str(own), str(HOME / "render.py"), *sys.argv[1:]])


# --------------------------------------------------------------------------- the work


def _run(options: argparse.Namespace) -> int:
    from gradreel.settings import load

    settings = _changed(options, load(options.config or HOME / "config.toml", options.platform))
    if options.show_config:
        return _show_config(settings)
    if options.cache_clear:
        return _clear_cache(settings)
    if options.doctor:
        return _doctor(options, settings)
    if options.verify or options.drift:
        return _verify(options, settings)
    from gradreel.script import parse

    script = parse(_day(options, settings))
    if options.list:
        return _list(options, script)
    if options.watch or options.studio:
        return _write(options, settings, script)
    shorts = _chosen(options, script)
    return _make(options, settings, script, shorts)


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    """Whether what packaged films show still holds, here and now."""
    from gradreel.evidence.verify import days, packaged, verify
    from gradreel.trace import Tracer

    out = settings.paths.out
    shorts = [
        short
        for day in (days(out) if options.drift else [_packaged_day(options, settings)])
        for short in packaged(out, day)
        if options.numbers is None or short.short in options.numbers
    ]
    missing = set(options.numbers or ()) - {short.short for short in shorts}
    if missing or not shorts:
        raise _no_package(out, missing)
    verdicts: list[Verdict] = []
    with Tracer(settings.trace.limits) as tracer:
        for short in shorts:
            verdicts.append(verdict := verify(short, tracer))
            _tell_verdict(options, verdict)
    counts = {
        status: sum(verdict.status == status for verdict in verdicts)
        for status in ("holds", "changed", "damaged", "unknown")
    }
    if options.json:
        print(json.dumps({"summary": counts}), flush=True)
    elif len(verdicts) > 1:
        print(f"{counts['holds']} of {len(verdicts)} films hold.")
    return 0 if counts["holds"] == len(verdicts) else 5


def _packaged_day(options: argparse.Namespace, settings: Settings) -> int:
    """The day to verify: its number alone will do, its script may be gone."""
    if options.day is not None and re.fullmatch("[0-9]{1,4}", options.day):
        return int(options.day)
    from gradreel.script import parse

    return parse(_day(options, settings)).day


def _no_package(out: Path, numbers: set[int]) -> ConfigError:
    from gradreel.errors import ConfigError

    what = f"of short {', '.join(map(str, sorted(numbers)))} " if numbers else ""
    error = ConfigError(f"there is no package {what}in {_near(out)}.", fix="Make the film first.")
    error.exit_code = 2
    return error


def _changed(options: argparse.Namespace, settings: Settings) -> Settings:
    """The settings with what the command line changes."""
    from gradreel.settings import preview

    if options.voice:
        settings = dataclasses.replace(
            settings, voice=dataclasses.replace(settings.voice, name=options.voice)
        )
    if options.out:
        paths = dataclasses.replace(settings.paths, out=options.out.absolute())
        settings = dataclasses.replace(settings, paths=paths)
    return preview(settings) if options.preview else settings


def _day(options: argparse.Namespace, settings: Settings) -> Path:
    if options.day is None:
        return _near(settings.paths.script)
    if re.fullmatch("[0-9]{1,4}", options.day):
        return _near(settings.paths.script.parent / f"day{int(options.day):02d}.md")
    return Path(options.day)


def _near(path: Path) -> Path:
    """As seen from here, if it lies below: shorter to read and to click."""
    with contextlib.suppress(ValueError, OSError):
        return path.relative_to(Path.cwd())
    return path


def _chosen(options: argparse.Namespace, script: Script) -> list[Short]:
    from gradreel.errors import ScriptError

    known = {short.number: short for short in script.shorts}
    numbers = options.numbers or list(known)
    if missing := [number for number in numbers if number not in known]:
        error = ScriptError(
            f"there is no short {', '.join(map(str, missing))}.",
            fix=f"The day has {min(known)} to {max(known)}; --list shows them.",
            path=script.path,
        )
        error.exit_code = 2  # the script is fine, the command line is not
        raise error
    chosen = [known[number] for number in numbers]
    if options.seed is not None:
        chosen = [dataclasses.replace(short, seed=options.seed) for short in chosen]
    return chosen


def _write(options: argparse.Namespace, settings: Settings, script: Script) -> int:
    """Draw what is saved until Ctrl-C, on a page or to files."""
    import threading
    import webbrowser

    from gradreel import doctor
    from gradreel.studio.easel import Look, Place
    from gradreel.studio.hosted import hosted
    from gradreel.studio.loop import Loop
    from gradreel.studio.ondisk import OnDisk

    doctor.require(settings)
    config = options.config or HOME / "config.toml"
    out = options.out and options.out.absolute()
    place = Place(config, script.path, options.platform, options.voice or "", out)
    number = options.numbers[0] if options.numbers else script.shorts[0].number
    first = Look(time.time(), number)
    forever = threading.Event()
    if options.studio:
        with hosted(place, settings, first) as address:
            print(f"studio: {address}", flush=True)
            webbrowser.open(address)
            forever.wait()
    on_disk = OnDisk(script, settings, lambda line: print(line, flush=True))
    with Loop(place, script.path, on_disk, first):
        _say(f"watching {_near(script.path)}; Ctrl-C ends it")
        forever.wait()
    return 0


def _make(
    options: argparse.Namespace, settings: Settings, script: Script, shorts: list[Short]
) -> int:
    """Run the batch, tell what happens, and return the exit code."""
    from gradreel import batch, forecast, lock, report, shelf

    action: batch.Action = (
        "check" if options.check else "sheet" if options.sheet
        else "still" if options.still is not None else "film"
    )  # fmt: skip
    order = batch.Order(script, settings, action, options.still, options.force)
    started = time.monotonic()
    outcomes: list[Outcome] = []
    for warning in script.warnings:
        _say(f"warning: {warning}")
    folder = shelf.folder_of(script, settings)
    lasting = action == "film" and not settings.preview
    ahead = forecast.Forecast(shorts, options.jobs, report.seconds(folder))
    packaged = None
    with contextlib.ExitStack() as stack:
        if lasting:
            stack.enter_context(lock.held(folder, " ".join(("render.py", *sys.argv[1:]))))
            record = stack.enter_context(report.Report(folder, script, shorts))
        with (
            _progress(options, len(shorts), ahead) as progress,
            contextlib.closing(_events(options, order, shorts)) as events,
        ):
            for event in events:
                if lasting:
                    record.hear(event)
                ahead.hear(event, time.monotonic())
                progress(event)
                if isinstance(event, batch.Outcome):
                    outcomes.append(event)
                    _report(options, order, event, _how_far(ahead, len(outcomes), len(shorts)))
        if lasting:
            packaged = _package(options, settings, script, outcomes)
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if options.sheet and len(outcomes) - len(failed) > 1:
        _review(options, settings, script, outcomes)
    if options.json:
        counts = {s: sum(o.status == s for o in outcomes) for s in ("made", "kept", "checked")}
        summary = {
            **counts,
            "failed": [outcome.short.number for outcome in failed],
            "seconds": round(time.monotonic() - started, 3),
        }
        if packaged:
            summary["package"] = str(packaged)
        print(json.dumps({"summary": summary}), flush=True)
    elif len(outcomes) > 1:
        if lasting:
            print(*map(_printable, report.table(outcomes)), sep="\n")
        print(f"{len(outcomes) - len(failed)} of {len(outcomes)} shorts are done.")
        if failed:
            _say(f"failed: {', '.join(str(outcome.short.number) for outcome in failed)}")
    if not failed:
        return 0
    codes = {outcome.error.exit_code for outcome in failed if outcome.error}
    return codes.pop() if len(codes) == 1 and len(failed) == len(shorts) else 1


def _package(
    options: argparse.Namespace, settings: Settings, script: Script, outcomes: list[Outcome]
) -> Path:
    """The texts for the platforms, and the page of the day."""
    from datetime import UTC, datetime

    from gradreel.publish.package import package

    made = package(script, settings, outcomes, datetime.now(UTC))
    for warning in made.warnings:
        _say(f"warning: {warning}")
    if not options.json:
        print(f"package: {_near(made.page)} ({made.ready} of {made.shorts} shorts are ready)")
    return made.page


def _events(
    options: argparse.Namespace, order: Order, shorts: list[Short]
) -> Generator[Stage | Outcome, None, None]:
    """The batch, here or on other machines."""

    def meanwhile() -> None:
        from gradreel import doctor
        from gradreel.publish import package  # noqa: F401 - or it would be waited for at the end

        doctor.require(order.settings)

    if options.cluster is None:
        from gradreel import batch

        return batch.run(order, shorts, min(options.jobs, len(shorts)), meanwhile)
    from gradreel import cluster

    meanwhile()

    tls = cluster.Tls(*map(Path, options.cluster_tls.split(","))) if options.cluster_tls else None
    return cluster.run(
        order, shorts, options.cluster, tls, tell=lambda text: _say(f"warning: {text}")
    )


def _review(
    options: argparse.Namespace, settings: Settings, script: Script, outcomes: list[Outcome]
) -> None:
    """The page with every sheet, and which shorts look alike."""
    from gradreel.review import ALIKE, Reviewed, review

    films = [Reviewed(o.short, o.path, o.warnings) for o in outcomes if o.path is not None]
    page = settings.paths.out / f"day{script.day:02d}" / "review.html"
    closest = review(page, script.title, films)
    if options.json:
        print(json.dumps({"review": str(page), "closest": [vars_of(pair) for pair in closest]}))
    else:
        print("the most alike   distance  opening  course  composition")
        for pair in closest:
            print(f"   {pair.one:02d} and {pair.two:02d} {pair.distance:12.2f} {pair.opening:8.2f} "
                  f"{pair.course:7.2f} {pair.composition:12.2f}")  # fmt: skip
        print(f"review page: {_near(page)}")
    for pair in closest:
        if pair.distance < ALIKE:
            _say(f"warning: shorts {pair.one:02d} and {pair.two:02d} look alike "
                 f"({pair.distance:.2f}, under {ALIKE})")  # fmt: skip


# --------------------------------------------------------------------------- the talking


def _report(options: argparse.Namespace, order: Order, outcome: Outcome, far: str) -> None:
    """One short, as JSON or in words, and how far the batch is where no bar shows it."""
    if options.json:
        record: dict[str, Any] = {
            "short": outcome.short.number,
            "status": outcome.status,
            "video": str(outcome.path) if outcome.path else None,
            "seconds": outcome.seconds,
            "voice": outcome.voice,
            "pace": outcome.pace,
            "stages": outcome.stages,
            "tries": outcome.tries,
            "warnings": list(outcome.warnings),
        }
        if outcome.beats:
            record["beats"] = [
                dict(zip(("name", "seconds", "slack"), b, strict=True)) for b in outcome.beats
            ]
            record["cues"] = [vars_of(cue) for cue in outcome.cues]
        if outcome.error:
            record["error"] = _as_json(outcome.error)
        print(json.dumps(record), flush=True)
    else:
        name = f"{outcome.short.number:02d}"
        spoken = f", voice {outcome.voice}" if outcome.voice else ""
        if outcome.path:
            took = f" ({outcome.seconds:.1f} s{spoken})" if outcome.seconds else ""
            far = "" if sys.stderr.isatty() or outcome.status == "kept" else far
            print(f"{name} {outcome.status} {_near(outcome.path)}{took}{far}", flush=True)
        elif outcome.status == "checked":
            print(
                f"{name} {outcome.short.title} "
                f"(voice {outcome.voice}, {outcome.pace:.0f} words a minute)"
            )
            for beat, seconds, slack in outcome.beats:
                print(f"   {beat:<10} {seconds:6.2f} s, {slack:5.2f} s without speech")
            for cue in outcome.cues:
                at = cue.at or "points at nothing"
                print(f"   {cue.part:<14} {_printable(cue.word):<24} {_printable(at)}")
            sys.stdout.flush()
        for warning in outcome.warnings:
            _say(f"warning: {order.script.path}: short {name}: {warning}")
        if outcome.error:
            _say(f"short {name} failed: {outcome.error}")
    if options.debug and outcome.traceback:
        _say(outcome.traceback)


def _how_far(ahead: Forecast, done: int, total: int) -> str:
    """`, 7 of 32, about 12 min left, until 14:32`"""
    if total == 1:
        return ""
    seconds = ahead.left(time.monotonic())
    if seconds is None or done == total:
        return f", {done} of {total}"
    left = f"about {seconds / 60:.0f} min" if seconds >= 60 else "under a minute"
    end = datetime.now() + timedelta(seconds=seconds)
    return f", {done} of {total}, {left} left, until {end:%H:%M}"


def _tell_verdict(options: argparse.Namespace, verdict: Verdict) -> None:
    """One line a short, and one for each thing that does not hold."""
    if options.json:
        from gradreel.trace.codec import encode

        print(json.dumps(encode(verdict)), flush=True)
        return
    then, now = verdict.then, verdict.now
    made = f"made with torch {then.torch}, here {now.torch}" if then and now else "no trace"
    name = f"day {verdict.day:02d} short {verdict.short:02d}"
    told = {
        "holds": f"holds: {verdict.numbers} numbers",
        "changed": f"does not hold: {_count(len(verdict.broken), 'number')} on screen, "
        f"{_count(len(verdict.differences), 'difference')} of the run",
        "damaged": "damaged",
        "unknown": "cannot be verified: it has no whole trace.json of this version; make it anew",
    }[verdict.status]
    bits = f", {verdict.last_bits} in the last bits" if verdict.last_bits else ""
    print(f"{name} {told}{bits} ({made})", flush=True)
    lines = [*map(_broken_line, verdict.broken), *map(_changed_line, verdict.differences)]
    left = len(lines) - MOST_TOLD
    lines = [*lines[:MOST_TOLD], *([f"… and {left} more; --json has all"] if left > 0 else [])]
    for line in (*lines, *verdict.files):
        print(f"   {_printable(line)}")
    sys.stdout.flush()


def _broken_line(broken: Broken) -> str:
    place = "in no run"
    if origin := broken.origin:
        line = f" line {origin.line}" if origin.line else ""
        place = f"{origin.what}, {origin.run or 'script'}{line}"
    number = f"now {broken.now}" if broken.now else "in no run any more"
    return f"{broken.second:.1f} s: shown {broken.shown}, {number} ({place})"


def _changed_line(other: Difference) -> str:
    place = f"{other.run} line {other.line}" if other.line else other.run
    return f"{other.what} ({place}): {other.then!r:.80} then, {other.now!r:.80} now"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


@contextlib.contextmanager
def _progress(
    options: argparse.Namespace, total: int, ahead: Forecast
) -> Iterator[Callable[[Stage | Outcome], None]]:
    """A line for every short in work and a bar for all, if someone watches."""
    if options.json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from gradreel.order import READY, Outcome, Stage

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    # Results belong on standard output; only where that is the same terminal rich places them.
    shared = sys.stdout.isatty()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=shared) as bars:
        whole = bars.add_task(f"0 of {total}", total=total)
        done = valid = 0
        lines: dict[int, Any] = {}

        def show(event: Stage | Outcome) -> None:
            nonlocal done, valid
            number = event.short.number
            if number in lines and not (isinstance(event, Stage) and event.part):
                bars.remove_task(lines.pop(number))
            if isinstance(event, Outcome):
                done += 1
                valid = 0 if event.status == "made" else valid  # all are checked by then
            elif event.name == READY:
                valid += 1
            else:
                if number not in lines:
                    lines[number] = bars.add_task(f"{number:02d} {event.name}", total=None)
                if event.part:
                    bars.update(lines[number], total=1.0, completed=event.part)
            checked = f"{valid} checked, " if valid else ""
            far = _how_far(ahead, done, total).removeprefix(", ")
            bars.update(whole, completed=done, description=checked + far)

        yield show


def _show_config(settings: Settings) -> int:
    print(f"captions = {json.dumps(settings.captions)}\n")
    tables = "paths voice sound trace encode batch cache platform theme publish"
    for name in tables.split():
        print(f"[{name}]")
        table = getattr(settings, name)
        for field in dataclasses.fields(table):
            value = getattr(table, field.name)
            if dataclasses.is_dataclass(value):
                pairs = ", ".join(f"{k} = {v}" for k, v in vars_of(value).items())
                print(f"{field.name} = {{ {pairs} }}")
            elif isinstance(value, tuple):
                for role, choice in value:
                    print(f"{field.name}.{role} = {json.dumps(choice)}")
            else:
                print(
                    f"{field.name} = {json.dumps(str(value) if isinstance(value, Path) else value)}"
                )
        print()
    return 0


def _clear_cache(settings: Settings) -> int:
    from gradreel.cache import Cache

    freed = Cache(settings.cache.folder, settings.cache.limit).clear()
    print(f"{_near(settings.cache.folder)} is empty; {freed / 1e6:.0f} MB are free again.")
    return 0


def vars_of(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    from gradreel.doctor import examine

    found = list(examine(settings))
    for finding in found:
        if options.json:
            print(json.dumps(vars_of(finding)))
        else:
            print(f"{'--' if finding.fix else 'ok'} {finding.name}: {_printable(finding.detail)}")
    fixes = dict.fromkeys(finding.fix for finding in found if finding.fix)
    for fix in fixes:
        _say(fix)
    return 4 if fixes else 0


def _list(options: argparse.Namespace, script: Script) -> int:
    for short in script.shorts:
        if options.json:
            print(json.dumps({"short": short.number, "title": short.title, "slug": short.slug}))
        else:
            print(f"{short.number:02d} {_printable(short.title)}")
    for warning in script.warnings:
        _say(f"warning: {warning}")
    return 0


def _failed(options: argparse.Namespace, error: GradreelError) -> int:
    """The whole run came to nothing."""
    if options.json:
        print(json.dumps({"status": "failed", "error": _as_json(error)}))
        print(json.dumps({"summary": {"failed": []}}))
    else:
        _say(f"error: {error}")
    if options.debug:
        _say(traceback.format_exc())
    return error.exit_code


def _missing(options: argparse.Namespace, error: ImportError) -> int:
    """Even our own error classes could not be imported."""
    _say(f"error: {error}.\n  Run: make setup")
    if options.debug:
        _say(traceback.format_exc())
    return 4


def _as_json(error: GradreelError) -> dict[str, Any]:
    return {
        "file": str(error.path) if error.path else None,
        "line": error.line,
        "message": f"{error.message} {error.fix}".strip(),
    }


def _say(text: str) -> None:
    print(_printable(text), file=sys.stderr, flush=True)


def _printable(text: str) -> str:
    """Without anything that a terminal would obey."""
    return re.sub(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
        lambda found: f"\\x{ord(found[0]):02x}",
        text,
    )


if __name__ == "__main__":
    code = main()
    with contextlib.suppress(OSError):  # their reader may be gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # everything is closed; to take Python apart would take a twentieth of a second
