"""The voice `recorded`: the author's own, one short at a time.

A short is read in one go (`day03/13.wav`) or sentence by sentence (`13-hook.wav`, `13-talk-1.wav`,
…, `13-mistake.wav`); a file for one sentence is taken instead of what the whole has. Each sentence
is aligned to its words and refused if it says something else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from gradreel import media
from gradreel.errors import EncodeError, VoiceError
from gradreel.voice import Samples, Take, Voice, estimate, sound, spoken
from gradreel.voice.align import ALIKE, align
from gradreel.voice.lexicon import Unit

NAME = "recorded"
RATE = 48_000  # Hz, as in the film
ENDINGS = (".wav", ".flac", ".m4a", ".mp3")
LONGEST = 120.0  # seconds of one file; a short has 30
SLOWEST, FASTEST = 0.9, 1.15  # of the author's own pace that a stretch may make
UNNOTICED = 0.02  # of it that is not worth a stretch
STRAY = 0.05  # seconds that a stretch may be off before its end is set right
SHORTEST_WORD, LONGEST_WORD = 0.03, 1.5  # seconds
_PACE = 165.0  # words a minute of the reference

Lines = Mapping[str, tuple[Unit, ...]]  # what is said in each part of the short


@dataclass(frozen=True, slots=True)
class Files:
    """The recordings of one short: `whole`, and `parts` by the name of their part. `stem` is their
    path without part and ending."""

    stem: Path
    whole: Path | None
    parts: Mapping[str, Path]

    @classmethod
    def of(cls, folder: Path, day: int, number: int, lines: Lines) -> Files:
        stem = folder / f"day{day:02d}" / f"{number:02d}"
        found = {part: _file(stem.with_name(f"{stem.name}-{part}")) for part in lines}
        return cls(stem, _file(stem), {part: file for part, file in found.items() if file})

    def __bool__(self) -> bool:
        return bool(self.whole or self.parts)

    def missing(self, lines: Lines) -> tuple[str, ...]:
        """The parts that are in no file."""
        return () if self.whole else tuple(part for part in lines if part not in self.parts)

    def wanted(self, part: str = "") -> Path:
        """Where the recording of a part, or of the whole short, belongs."""
        return self.stem.with_name(self.stem.name + (f"-{part}" if part else "") + ENDINGS[0])

    def digest(self) -> str:
        """SHA-256 of what is in the files."""
        digest = hashlib.sha256()
        for file in (self.whole, *self.parts.values()):
            digest.update(hashlib.sha256(file.read_bytes() if file else b"").digest())
        return digest.hexdigest()


def _file(stem: Path) -> Path | None:
    names = (stem.with_name(stem.name + ending) for ending in ENDINGS)
    return next((name for name in names if name.is_file()), None)


class Recorded:
    """The author's voice in one short. `warnings` tell of words whose times could not be found."""

    name = NAME
    improvises = False

    def __init__(self, files: Files, lines: Lines, reference: Voice) -> None:
        """Reads and aligns everything. `reference` speaks the lines for comparison. Raises
        `VoiceError` for what is missing, cannot be read, or says something else."""
        if not files:
            raise VoiceError(
                f"short {files.stem.name} is not recorded.",
                fix=f"Read it in one go into {files.wanted()}, or sentence by sentence into "
                f"{', '.join(files.wanted(part).name for part in lines)}.",
            )
        if missing := files.missing(lines):
            raise VoiceError(
                f"short {files.stem.name} has no recording of its {called(missing[0])}.",
                fix=f"Record {', '.join(str(files.wanted(part)) for part in missing)}.",
            )
        self._fingerprint = f"{NAME} {files.digest()} {reference.fingerprint()}"
        self._takes: dict[tuple[Unit, ...], Take] = {}
        warnings: list[str] = []
        models = {part: reference.speak(units, _PACE) for part, units in lines.items()}
        for part, (path, samples) in _sounds(files, models).items():
            take, doubt = _aligned(samples, lines[part], part, models[part], path)
            self._takes[lines[part]] = take
            warnings += [f"{path.name}: {doubt}; the times of its words are estimated"] * bool(
                doubt
            )
        self.warnings = tuple(warnings)
        words = sum(len(spoken(units)[0].split()) for units in self._takes)
        heard = sum(take.seconds - sound.LEAD - sound.TAIL for take in self._takes.values())
        self.natural = words * 60 / heard

    def missing(self) -> str | None:
        return None

    def available(self) -> str | None:
        return None

    def fingerprint(self) -> str:
        return self._fingerprint

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        """The author's own take, stretched if `pace` is not theirs. Raises `VoiceError` for a
        sentence that was not recorded."""
        if units not in self._takes:
            raise VoiceError(f"nobody recorded {spoken(units)[0][:40]!r}.")
        return stretched(self._takes[units], pace / self.natural)


def any_in(folder: Path) -> bool:
    """Whether a folder of recordings has any."""
    return any(file.suffix in ENDINGS for file in folder.glob("day*/*"))


def called(part: str) -> str:
    """`talk-2` -> "bullet 2"; `hook` and `mistake` are called that."""
    return part.replace("talk-", "bullet ")


def stretched(take: Take, ratio: float) -> Take:
    """The take `ratio` times as fast at the same pitch, by ffmpeg's WSOLA (Verhelst and Roelands,
    1993), within `SLOWEST` to `FASTEST`; untouched where nobody would notice."""
    ratio = min(max(ratio, SLOWEST), FASTEST)
    if take.samples is None or abs(ratio - 1) <= UNNOTICED:
        return take
    form = ("-f", "f32le", "-ar", str(take.rate), "-ac", "1")
    code, raw, said = media.run(
        "ffmpeg", "-v", "error", *form, "-i", "pipe:0", "-af", f"atempo={ratio:.4f}", *form, "-",
        stdin=take.samples.tobytes(),
    )  # fmt: skip
    if code:
        raise VoiceError(f"the recording could not be stretched: {media.last_line(said)}.")
    samples = np.frombuffer(raw, np.float32)
    count = round(len(take.samples) / ratio)
    if abs(len(samples) - count) > STRAY * take.rate:
        raise VoiceError(
            f"a stretch to {count / take.rate:.2f} s made {len(samples) / take.rate:.2f} s."
        )
    samples = _softened(np.pad(samples[:count], (0, max(count - len(samples), 0))), take.rate)
    times = tuple((start / ratio, end / ratio) for start, end in take.times)
    return replace(take, samples=samples, seconds=count / take.rate, times=times)


def _sounds(files: Files, models: Mapping[str, Take]) -> dict[str, tuple[Path, Samples]]:
    """The file and the sound of each part."""
    sounds = {part: (path, _read(path)) for part, path in files.parts.items()}
    if files.whole is None or len(sounds) == len(models):
        return sounds
    cuts = _cut(_read(files.whole), list(models.values()), files.whole)
    whole = {part: (files.whole, cut) for part, cut in zip(models, cuts, strict=True)}
    return whole | sounds


def _read(path: Path) -> Samples:
    """All channels of a file as one, at `RATE`."""
    try:
        samples = media.samples(path, RATE).mean(axis=1)
    except EncodeError as error:
        raise VoiceError(
            f"cannot be read as sound: {error.message}.", fix="Export it as WAV.", path=path
        ) from None
    if len(samples) > LONGEST * RATE:
        raise VoiceError(
            f"is {len(samples) / RATE:.0f} s long; a short has 30.", fix="Cut it.", path=path
        )
    if not np.abs(samples).max(initial=0) > sound.SILENT:
        raise VoiceError("has no speech in it.", fix="Record it again, louder.", path=path)
    return np.asarray(samples, dtype=np.float32)


def _cut(samples: Samples, models: list[Take], path: Path) -> Iterator[Samples]:
    """One recording of all sentences -> the sentences, cut in the middle of the silences."""
    times = align(samples, RATE, models).times
    if not times:
        raise VoiceError(
            f"is too short for {len(models)} sentences.", fix="Read all of them.", path=path
        )
    lasts = np.cumsum([len(model.times) for model in models])[:-1]
    middles = [(times[last - 1][1] + times[last][0]) / 2 for last in lasts]
    marks = [0, *(round(middle * RATE) for middle in middles), len(samples)]
    return (samples[begin:end] for begin, end in pairwise(marks))


def _aligned(
    samples: Samples, units: tuple[Unit, ...], part: str, model: Take, path: Path
) -> tuple[Take, str]:
    """The sentence without what is around it, and why its times had to be estimated."""
    found = align(samples, RATE, [model])
    if found.likeness < ALIKE:
        raise VoiceError(
            f"does not sound like the {called(part)}: {' '.join(unit.shown for unit in units)!r}.",
            fix="Record it as it is written, or write it as it is said.",
            path=path,
        )
    begin = found.times[0][0] - sound.LEAD
    cut = _between(samples, begin, found.times[-1][1] + sound.TAIL)
    seconds = len(cut) / RATE
    times = tuple((start - begin, end - begin) for start, end in found.times)
    doubt = "" if model.exact else "the reference voice does not tell when it says a word"
    for unit, (start, end) in zip(units, times, strict=True):
        each = (end - start) / max(1, len(unit.spoken.split()))
        if not SHORTEST_WORD <= each <= LONGEST_WORD:
            doubt = f"{unit.shown!r} seems to take {end - start:.2f} s"
    if doubt:
        times = estimate.times(units, seconds - sound.LEAD - sound.TAIL, begin=sound.LEAD)
    return Take(cut, RATE, seconds, times, exact=not doubt), doubt


def _between(samples: Samples, begin: float, end: float) -> Samples:
    """From `begin` to `end` seconds; silence where the recording has nothing."""
    first, last = round(begin * RATE), round(end * RATE)
    missing = max(-first, 0), max(last - len(samples), 0)
    return _softened(np.pad(samples[max(first, 0) : last], missing), RATE)


def _softened(samples: Samples, rate: int) -> Samples:
    fade = np.linspace(0, 1, round(sound.FADE * rate), dtype=np.float32)
    samples[: fade.size] *= fade
    samples[-fade.size :] *= fade[::-1]
    return samples
