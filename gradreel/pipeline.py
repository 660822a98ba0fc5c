"""The straight line: script -> trace -> speech -> timeline -> picture -> film.

day03.md -> Short -> Trace -> Speech -> Timeline -> silent.mp4 -> film.mp4 -> verified, renamed
             └───────┴─────────┴──────────┴── Brief ──┘
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gradreel import fingerprint
from gradreel.assemble import assemble
from gradreel.errors import ConfigError, EnvironmentMissing, SnippetError, VerifyError
from gradreel.model import Brief, Code, Script, Short
from gradreel.probe import verify
from gradreel.schedule import schedule
from gradreel.settings import Settings
from gradreel.shoot import rehearse, sheet, shoot, still
from gradreel.trace import Limits, Tracer
from gradreel.trace.model import Trace
from gradreel.voice import Voice, voice
from gradreel.voice.facts import facts_of
from gradreel.voice.lexicon import Lexicon
from gradreel.voice.narrate import narrate, unexplained

SCENES = Path(__file__).resolve().parent.parent / "scenes"
UNUSABLE = {"syntax", "timeout", "steps", "memory", "killed", "exit"}


@dataclass(slots=True)
class Watch:
    """Says which stage runs, and keeps the seconds of each and the warnings of all."""

    say: Callable[[str], None] = lambda _: None
    stages: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self.say(stage)
        started = time.monotonic()
        try:
            yield
        finally:
            self.stages[stage] = round(time.monotonic() - started, 3)


def tools(settings: Settings, stack: ExitStack) -> tuple[Tracer, Voice]:
    """What one worker uses for all its shorts. Raises `EnvironmentMissing` if it cannot speak."""
    speaker = voice(settings.voice.name)
    if reason := speaker.available():
        raise EnvironmentMissing(reason, fix="Run: make setup")
    may = settings.trace
    limits = Limits(seconds=may.seconds, memory_bytes=may.memory_mb * 2**20, steps=may.steps)
    return stack.enter_context(Tracer(limits)), speaker


def build(
    script: Script,
    short: Short,
    settings: Settings,
    tracer: Tracer,
    voice: Voice,
    watch: Watch,
    *,
    force: bool = False,
) -> tuple[Path, bool]:
    """Make one film, or keep the one whose inputs have not changed. Returns it and if it is new."""
    target = path_of(script, short, settings, ".mp4")
    inputs = fingerprint.of(script, short, settings, scene_of(script, short), voice.fingerprint())
    if not force and fingerprint.matches(target, inputs):
        return target, False
    with _workshop(target.parent) as work:
        brief = prepare(script, short, settings, tracer, voice, work, watch)
        silent, film = work / "silent.mp4", work / "film.mp4"
        with watch("shoot"):
            watch.warnings += shoot(brief, scene_of(script, short), settings.encode, silent)
        with watch("assemble"):
            assemble(silent, brief.timeline, brief.speech, brief.platform, film)
        with watch("verify"):
            spoken = any(utterance.audio for utterance in brief.speech.utterances)
            if failures := verify(film, brief.platform, spoken=spoken):
                raise VerifyError("the finished film is wrong: " + "; ".join(failures))
        _publish(film, target)
        fingerprint.write(target, inputs)
    return target, True


def prepare(
    script: Script,
    short: Short,
    settings: Settings,
    tracer: Tracer,
    voice: Voice,
    work: Path,
    watch: Watch,
) -> Brief:
    """Everything before the first frame: what is shown, what is said, and when."""
    with watch("trace"):
        trace = _run(tracer, short.code, short, script.path, watch)
        mistake, fix = (
            _run(tracer, code, short, script.path, watch) if code else None
            for code in (short.mistake_code, short.fix_code)
        )
    with watch("narrate"):
        speech = narrate(
            short,
            trace,
            facts_of(trace, mistake=mistake, fix=fix),
            voice,
            settings.platform,
            work,
            pace=settings.voice.pace,
            path=script.path,
        )
        watch.warnings += unexplained(short, Lexicon.load())
    with watch("schedule"):
        timeline = schedule(short, trace, speech, settings.platform, path=script.path)
    return Brief(
        script.day, short, trace, speech, timeline, settings.theme, settings.platform, mistake, fix
    )


def check(
    script: Script, short: Short, settings: Settings, tracer: Tracer, voice: Voice, watch: Watch
) -> Brief:
    """Everything but drawing: the storyboard is played dry."""
    with tempfile.TemporaryDirectory(prefix="gradreel-") as folder:
        brief = prepare(script, short, settings, tracer, voice, Path(folder), watch)
        with watch("rehearse"):
            watch.warnings += rehearse(brief, scene_of(script, short))
    return brief


def picture(
    script: Script,
    short: Short,
    settings: Settings,
    tracer: Tracer,
    voice: Voice,
    watch: Watch,
    seconds: float | None,
) -> Path:
    """One moment of the film as PNG, or without `seconds` a contact sheet."""
    moment = "-sheet" if seconds is None else f"-{seconds:05.2f}s"
    target = path_of(script, short, settings, f"{moment}.png")
    with _workshop(target.parent) as work:
        brief = prepare(script, short, settings, tracer, voice, work, watch)
        drawn = work / "picture.png"
        with watch("shoot"):
            if seconds is None:
                sheet(brief, scene_of(script, short), drawn)
            else:
                still(brief, scene_of(script, short), seconds, drawn)
        _publish(drawn, target)
    return target


def path_of(script: Script, short: Short, settings: Settings, ending: str) -> Path:
    """`out/day03/13-title/13-title.mp4`; a film smaller than the master is called a preview."""
    folder = settings.paths.out / f"day{script.day:02d}" / short.slug
    size = "-preview" if settings.preview else ""
    return folder / f"{short.slug}{size}{ending}"


def scene_of(script: Script, short: Short) -> Path:
    """The short's own storyboard, or the house's."""
    own = SCENES / f"day{script.day:02d}" / f"short_{short.number:02d}.py"
    return own if own.exists() else SCENES / "auto.py"


def _run(tracer: Tracer, code: Code, short: Short, path: Path, watch: Watch) -> Trace:
    """One run of the author's code. What it raises is content; what ends it early is an error."""
    trace = tracer.trace(code.text, seed=short.seed)
    watch.warnings += trace.warnings
    if trace.control != "same":
        watch.warnings.append(f"line {code.line}: without the tracer, {trace.control}")
    if trace.end.status in UNUSABLE:
        failure = trace.end.failure
        span = failure.span if failure else None
        raise SnippetError(
            f"the code of short {short.number:02d} cannot be shown: "
            + (f"{failure.kind}: {failure.message}" if failure else trace.end.note),
            fix=_FIXES[trace.end.status],
            path=path,
            line=code.line + (span.line - 1 if span else 0),
        )
    return trace


_FIXES: Mapping[str, str] = {
    "syntax": "Correct the line.",
    "timeout": "Make it quicker, or raise `seconds` under [trace] in config.toml.",
    "steps": "Loop less often, or raise `steps` under [trace] in config.toml.",
    "memory": "Use smaller tensors, or raise `memory_mb` under [trace] in config.toml.",
    "killed": "The process died; run the code by hand to see why.",
    "exit": "Take the exit() out.",
}


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A temporary folder beside the result, so that a rename publishes it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        work = tempfile.TemporaryDirectory(prefix=f".tmp-{os.getpid()}-", dir=folder)
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}.", fix="Give another folder with --out."
        ) from error
    with work as name:
        yield Path(name)


def _sweep(folder: Path) -> None:
    """Remove what processes left that were killed."""
    for old in folder.glob(".tmp-*"):
        owner = old.name.split("-")[1]
        if not Path("/proc", owner).exists() and Path("/proc/self").exists():
            shutil.rmtree(old, ignore_errors=True)


def _publish(made: Path, target: Path) -> None:
    """Under its final name a file is whole, even after a power cut."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(target)
