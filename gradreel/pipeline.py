"""The straight line: script -> trace -> speech -> timeline -> picture -> film.

day03.md -> Short -> Trace -> Speech -> Timeline -> silent.mp4 -> film.mp4 -> verified, renamed
             └───────┴─────────┴──────────┴── Brief ──┘
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gradreel import fingerprint, scratch, shelf
from gradreel.binding import bind
from gradreel.cache import Cache
from gradreel.encoder import Encoder
from gradreel.errors import ConfigError, SceneError, SnippetError, VerifyError, of_storage
from gradreel.evidence.record import FILES, record
from gradreel.lint import lint
from gradreel.model import Brief, Code, Other, Script, Short
from gradreel.probe import Heard, examine
from gradreel.runs import Runs
from gradreel.schedule import schedule
from gradreel.settings import Settings
from gradreel.shoot import inspect, load_scene, sheet, shoot, still
from gradreel.sound.music import music
from gradreel.trace import Tracer
from gradreel.trace.model import Trace
from gradreel.voice.cast import Cast
from gradreel.voice.facts import facts_of
from gradreel.voice.lexicon import Lexicon
from gradreel.voice.narrate import narrate, rehearse, strained, unexplained
from gradreel.voice.remembered import Remembered
from gradreel.voice.subtitles import srt, vtt

BESIDE = ("captions.srt", "captions.vtt", "cover.jpg", *FILES)  # written with a film


@dataclass(slots=True)
class Watch:
    """Says which stage runs and how much of it is done, 0 to 1, and keeps the seconds of each, the
    warnings of all, and who speaks at how many words a minute."""

    say: Callable[[str, float], None] = lambda *_: None
    stage: str = ""
    voice: str = ""
    pace: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self.stage = stage
        self.say(stage, 0.0)
        started = time.monotonic()
        try:
            yield
        finally:
            self.stages[stage] = round(time.monotonic() - started, 3)

    def done(self, part: float) -> None:
        """How much of the stage that runs."""
        self.say(self.stage, part)


@dataclass(frozen=True, slots=True)
class Production:
    """A day in the making: its script, the settings, and the tools that all its shorts share."""

    script: Script
    settings: Settings
    runs: Runs
    cast: Cast
    cache: Cache
    encoder: Encoder

    @classmethod
    @contextmanager
    def opened(
        cls,
        script: Script,
        settings: Settings,
        runs: Runs | None = None,
        cast: Cast | None = None,
    ) -> Iterator[Production]:
        """With a tracer that stays warm. Raises `ConfigError` for music that cannot be used."""
        if settings.sound.music:
            music(Path(settings.sound.music), settings.platform.seconds)
        cache = Cache(settings.cache.folder, settings.cache.limit)
        encoder = Encoder(settings.platform, settings.encode)
        with (
            Tracer(settings.trace.limits) as tracer,
            Runs(tracer, cache, settings.trace) as own,
            encoder,
        ):
            cast = cast or Cast(settings.voice)
            yield cls(script, settings, runs or own, cast, cache, encoder)
        cache.trim()

    def build(self, short: Short, watch: Watch) -> Path:
        """Make one film."""
        target, scene = self.path_of(short, ".mp4"), self.scene_of(short)
        voice, _ = self.cast.speaker(self.script.day, short)
        others = self.others(short)
        spoken_by = voice.fingerprint()
        inputs = fingerprint.of(self.script, short, self.settings, scene, spoken_by, others)
        self.encoder.start()  # once the code has run, a core is free until the first frame
        with _workshop(target.parent) as work:
            brief = self.prepare(short, work, watch)
            silent, track, film = (work / n for n in ("silent.mp4", "sound.m4a", "film.mp4"))
            with ThreadPoolExecutor(1) as aside:
                sound = aside.submit(self.mix, brief, track)
                with watch("shoot"):
                    done = watch.done
                    shot = shoot(brief, scene, self.encoder, silent, self.cache, done)
                    watch.warnings += shot.warnings
                with watch("assemble"):
                    heard = sound.result()
                    from gradreel.assemble import join

                    join(silent, track, film)
            with watch("verify"):
                spoken = any(utterance.audio for utterance in brief.speech.utterances)
                media, failures = examine(
                    film, brief.platform, spoken=spoken, pictures=shot.pictures, heard=heard
                )
                if failures:
                    raise VerifyError("the finished film is wrong: " + "; ".join(failures))
            beside = () if self.settings.preview else BESIDE
            if beside:
                for ending, write in (("srt", srt), ("vtt", vtt)):
                    (work / f"captions.{ending}").write_text(write(brief.timeline), "utf-8")
                (work / "cover.jpg").write_bytes(shot.face.jpeg)
                made = watch.stages, tuple(watch.warnings)
                record(work, brief, shot.texts, shot.face.frame, media, *made)
            for name in beside:
                _publish(work / name, target.with_name(name))
            _publish(film, target)
            fingerprint.write(target, inputs, spoken_by, others, beside)
        return target

    def prepare(self, short: Short, work: Path, watch: Watch) -> Brief:
        """Everything before the first frame: what is shown, what is said, and when."""
        path, platform = self.script.path, self.settings.platform
        spoken = self.settings.voice
        voice, warnings = self.cast.speaker(self.script.day, short)
        speaker = Remembered(voice, self.cache)
        with watch("trace"), ThreadPoolExecutor(1) as aside:
            aside.submit(rehearse, short, speaker, spoken.pace)  # while torch is imported
            trace = self._run(short.code, short, watch)
            mistake, fix, demo = (
                self._run(code, short, watch) if code else None
                for code in (short.mistake_code, short.fix_code, short.demo_code)
            )
            others = tuple(
                Other(other, self._run(other.code, other, watch)) for other in self.others(short)
            )
        with watch("narrate"):
            watch.warnings += warnings
            wanted = spoken.facts and speaker.improvises
            facts = facts_of(trace, mistake=mistake, fix=fix) if wanted else ()
            speech = narrate(
                short, trace, facts, speaker, platform, work,
                pace=spoken.pace, trim=spoken.trim, path=path,
            )  # fmt: skip
            watch.voice, watch.pace = speech.voice, round(speech.pace, 1)
            watch.warnings += (*unexplained(short, Lexicon.load()), *strained(speech))
        with watch("schedule"):
            timeline = schedule(short, trace, speech, platform, path=path)
        return Brief(
            self.script.day,
            short,
            trace,
            speech,
            timeline,
            self.settings.theme,
            platform,
            mistake,
            fix,
            bind(timeline, trace, mistake, fix),
            self.settings.captions,
            demo,
            others,
        )

    def check(self, short: Short, watch: Watch) -> Brief:
        """Everything but drawing: the storyboard is played dry, and looked at as a viewer would."""
        with tempfile.TemporaryDirectory(prefix="gradreel-") as folder:
            brief = self.prepare(short, Path(folder), watch)
            with watch("rehearse"):
                self._look(brief, self.scene_of(short), watch)
        return brief

    def picture(self, short: Short, watch: Watch, seconds: float | None) -> Path:
        """One moment of the film as PNG, or without `seconds` a contact sheet."""
        moment = "-sheet" if seconds is None else f"-{seconds:05.2f}s"
        target, scene = self.path_of(short, f"{moment}.png"), self.scene_of(short)
        with _workshop(target.parent) as work:
            brief = self.prepare(short, work, watch)
            drawn = work / "picture.png"
            with watch("shoot"):
                if seconds is None:
                    sheet(brief, scene, drawn)
                    self._look(brief, scene, watch)
                else:
                    still(brief, scene, seconds, drawn)
            _publish(drawn, target)
        return target

    def mix(self, brief: Brief, target: Path) -> Heard:
        """The film's sound, and what it measures."""
        from gradreel.assemble import heard, soundtrack  # moviepy comes while the film is drawn

        settings = self.settings.sound
        key = fingerprint.key(
            heard(brief, settings),
            fingerprint.source("assemble.py", "media.py", "encode.py", "probe.py", "sound"),
            (fingerprint.versions("av", "moviepy", "numpy"), fingerprint.ffmpeg()),
        )

        def make() -> bytes:
            heard = soundtrack(brief, settings, target)
            return json.dumps(asdict(heard)).encode() + b"\n" + target.read_bytes()

        told, _, track = self.cache.made("sound", key, make).partition(b"\n")
        target.write_bytes(track)
        return Heard(**json.loads(told))

    def _look(self, brief: Brief, scene: Path, watch: Watch) -> None:
        """Warn of what a viewer could not read."""
        glances, warnings = inspect(brief, scene)
        found = (each.told(brief.timeline.fps) for each in lint(brief, glances))
        watch.warnings += (*warnings, *(f"{scene.name}: {each}" for each in found))

    def path_of(self, short: Short, ending: str) -> Path:
        return shelf.path_of(self.script, short, self.settings, ending)

    def scene_of(self, short: Short) -> Path:
        return shelf.scene_of(self.script, short)

    def others(self, short: Short) -> tuple[Short, ...]:
        """The shorts of the day that the scene refers to. Raises `SceneError` if one is gone."""
        scene = self.scene_of(short)
        known = {each.number: each for each in self.script.shorts}
        wanted = load_scene(scene).refers
        if missing := [str(number) for number in wanted if number not in known]:
            raise SceneError(
                f"refers to short {', '.join(missing)}, which {self.script.path} does not have.",
                fix="Take it out of `refers`, or move the scene away.",
                path=scene,
            )
        return tuple(known[number] for number in wanted)

    def _run(self, code: Code, short: Short, watch: Watch) -> Trace:
        """Run the author's code. What it raises is content; what ends it early is an error."""
        trace = self.runs.of(code, short.seed)
        end = trace.end
        watch.warnings += trace.warnings
        if end.status in _FIXES:
            failure = end.failure
            why = f"{failure.kind}: {failure.message}" if failure else end.note or end.status
            below = failure.span.line - 1 if failure and failure.span else 0
            raise SnippetError(
                f"the code of short {short.number:02d} cannot be shown: {why}",
                fix=_FIXES[end.status],
                path=self.script.path,
                line=code.line + below,
            )
        if trace.control != "same":
            watch.warnings.append(f"line {code.line}: without the tracer, {trace.control}")
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
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            work = stack.enter_context(scratch.folder(folder, ".tmp-"))
        except OSError as error:
            raise of_storage(error) or ConfigError(
                f"{folder} cannot be written: {error.strerror}.",
                fix="Give another folder with --out.",
            ) from error
        yield work


def _publish(made: Path, target: Path) -> None:
    """Under its final name a file is whole, even after a power cut."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(target)
