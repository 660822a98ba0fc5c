"""Tiny films and voices for tests: 3 seconds of ffmpeg's test picture, tones for speech."""

from __future__ import annotations

import math
import struct
import wave
from dataclasses import replace
from pathlib import Path

from briefs import brief_of

from gradreel.assemble import join, soundtrack
from gradreel.encode import video_arguments
from gradreel.media import ffmpeg
from gradreel.model import Brief, Platform, Speech, Timeline, Utterance
from gradreel.settings import Encode, Sound, load

ENCODE = Encode("ultrafast", 30, 1)  # "ultrafast" itself has no B-frames, but -bf 2 does
VOICE_ONLY = Sound(effects=False, music="")
TINY = replace(
    load(Path(__file__).parent.parent / "config.toml").platform,
    width=108,
    height=192,
    fps=10,
    seconds=3,
)


def silent_film(target: Path, platform: Platform = TINY, *extra: str) -> Path:
    """A picture without sound, made with the arguments that all films are made with."""
    source = f"testsrc2=s={platform.width}x{platform.height}:r={platform.fps}:d={platform.seconds}"
    arguments = video_arguments(platform, replace(ENCODE, preset="veryfast"))
    ffmpeg("-f", "lavfi", "-i", source, *arguments, *extra, str(target))
    return target


def tone(target: Path, seconds: float, volume: float = 0.3, rate: int = 22_050) -> Path:
    """A mono WAV of a 440 Hz tone that starts at its loudest."""
    samples = (
        int(32767 * volume * math.cos(2 * math.pi * 440 * n / rate))
        for n in range(int(seconds * rate))
    )
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return target


def speech(folder: Path, *starts: int, seconds: float = 0.5, volume: float = 0.3) -> Speech:
    """One tone for each first frame."""
    return Speech(
        "tone",
        165,
        tuple(
            Utterance(f"talk-{n}", (), seconds, tone(folder / f"{n}.wav", seconds, volume))
            for n, _ in enumerate(starts)
        ),
    )


def timeline(*starts: int, platform: Platform = TINY) -> Timeline:
    placed = tuple((f"talk-{n}", frame) for n, frame in enumerate(starts))
    return Timeline(platform.fps, platform.frames, (), (), (), placed)


def told(speech: Speech, timeline: Timeline, platform: Platform = TINY) -> Brief:
    """What a film of `speech` at the times of `timeline` is made of."""
    return replace(brief_of(), speech=speech, timeline=timeline, platform=platform)


def assemble(silent: Path, brief: Brief, settings: Sound, target: Path) -> None:
    """Picture and sound in one film."""
    track = target.with_suffix(".m4a")
    soundtrack(brief, settings, track)
    join(silent, track, target)
