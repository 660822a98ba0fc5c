"""Silent video + voice, effects and music -> MP4. The only moviepy import.

moviepy places the sounds and joins the two streams; it never sees a pixel. The picture's packets
pass through unchanged: the film is encoded once, when it is drawn.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av import AudioFrame, AudioResampler
from av import open as open_container
from av.error import FFmpegError

from gradreel import fingerprint
from gradreel.encode import SAMPLE_RATE, container_options
from gradreel.errors import EncodeError, of_storage
from gradreel.media import SILENCE, Sound, failure, ffmpeg
from gradreel.model import Brief, Platform, Timeline, Utterance
from gradreel.probe import Heard, listen
from gradreel.settings import Sound as Settings
from gradreel.sound import tones
from gradreel.sound.effects import effects
from gradreel.sound.level import UNDER_SPEECH, factor, loudest, loudness_of
from gradreel.sound.music import bed, music
from gradreel.voice.sound import read

os.environ.setdefault("FFPLAY_BINARY", "true")  # or moviepy would start a player to see if it can

from moviepy.audio.AudioClip import AudioArrayClip, CompositeAudioClip
from moviepy.video.io.ffmpeg_tools import ffmpeg_merge_video_audio

PRIMING = 1024  # samples that ffmpeg's AAC encoder puts before the first; no edit list hides them
LOOKAHEAD = 96  # samples: 2 ms by which ffmpeg's limiter sees peaks earlier and plays them later
HEADROOM = 1.0  # dB that AAC may add to a peak
LIMITED = 0.15  # LU that the limiter takes of most voices
ROUNDING = 0.05  # dB of the meter
CLOSE = 0.2  # LU from the target that no ear tells apart
ROUNDS = 8
EDGE = 0.003  # seconds in which a sound begins and ends, so that it does not click

# moviepy rounds a time to the nearest sample; a quarter from it, no float error can change which
NUDGE = 0.25 / SAMPLE_RATE


def soundtrack(brief: Brief, settings: Settings, target: Path) -> Heard:
    """Mix, level, and listen to the result. Raises `EncodeError` where ffmpeg fails or the voice is
    silent, and `ConfigError` where the music is not usable."""
    sound = _mix(brief, settings)
    if not settings.music and not any(u.audio for u in brief.speech.utterances):
        # effects that no voice or music stands above are not raised to its loudness
        _encode(sound, 0, -1, target)
        return listen(target)
    return _level(sound, brief.platform, target)


def heard(brief: Brief, settings: Settings) -> tuple[object, ...]:
    """Everything that a soundtrack depends on but the code that makes it."""
    timeline, platform = brief.timeline, brief.platform
    said = [
        (u.part, fingerprint.digest(u.audio))
        for u in brief.speech.utterances
        if u.audio is not None
    ]
    marks = effects(timeline, brief.bindings) if settings.effects else ()
    music = fingerprint.digest(Path(settings.music)) if settings.music else ""
    clock = timeline.fps, timeline.frames, timeline.starts
    return said, clock, marks, music, platform.lufs, platform.true_peak


def join(silent: Path, track: Path, target: Path) -> None:
    """Put a picture and its sound into one file. Raises `EncodeError`."""
    joined = target.with_name(f"joined-{target.name}")
    try:
        ffmpeg_merge_video_audio(str(silent), str(track), str(joined), logger=None)
    except OSError as error:
        raise failure("moviepy's ffmpeg", 1, str(error)) from error
    try:
        _copy(joined, target)
    except FFmpegError as error:
        raise of_storage(error) or EncodeError(
            f"the film could not be written: {error}", path=target
        ) from error
    joined.unlink()


def _copy(film: Path, target: Path) -> None:
    """The same packets in the container of the master file. Raises `FFmpegError`."""
    with (
        open_container(str(film)) as source,
        open_container(
            str(target), "w", format="mp4", container_options=container_options()
        ) as copy,
    ):
        streams = {each: copy.add_stream_from_template(each) for each in source.streams}
        for packet in source.demux():
            if packet.size:
                packet.stream = streams[packet.stream]
                copy.mux(packet)


def _mix(brief: Brief, settings: Settings) -> Sound:
    """48 kHz stereo, exactly as long as the film: the voice as loud as the platform wants it, and
    the rest under it. Without a voice the rest keeps its distance to where the voice would be.
    """
    timeline = brief.timeline
    starts = dict(timeline.starts)
    said = [u for u in brief.speech.utterances if u.audio is not None]
    level = brief.platform.lufs
    voice = _placed(((starts[u.part], _sentence(u)) for u in said), timeline)
    if said:
        spoken = loudness_of(voice)
        if spoken < SILENCE:
            raise EncodeError("the narration is silent")
        voice *= factor(level - spoken)
    layers = [voice]
    if settings.effects and (heard := effects(timeline, brief.bindings)):
        marks = _placed(((e.frame, tones.samples(e.tone, e.seconds)) for e in heard), timeline)
        layers.append(marks * factor(level - UNDER_SPEECH - loudest(marks)))
    if settings.music:
        begins = [(starts[u.part] / timeline.fps, u.seconds) for u in said]
        speech = sorted((begin, begin + seconds) for begin, seconds in begins)
        piece = music(Path(settings.music), timeline.frames / timeline.fps)
        layers.append(bed(piece, speech) * factor(level))
    return np.sum(layers, axis=0, dtype=np.float32)  # type: ignore[no-any-return]


def _sentence(utterance: Utterance) -> Sound:
    """In memory, since moviepy's own file reader fails at a file's last sample."""
    assert utterance.audio is not None
    return _resampled(*read(utterance.audio), SAMPLE_RATE)


def _resampled(mono: npt.NDArray[np.float32], rate: int, wanted: int) -> Sound:
    """Samples at another rate, on both channels; the same as ffmpeg would make them, without the
    time that a process takes to start."""
    frame = AudioFrame.from_ndarray(mono[None], format="fltp", layout="mono")
    frame.rate = rate
    resampler = AudioResampler(format="flt", layout="stereo", rate=wanted)
    made = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray().reshape(-1, 2) for part in made])


def _placed(sounds: Iterable[tuple[int, Sound]], timeline: Timeline) -> Sound:
    """Each sound at its frame, mixed on a track as long as the film."""
    length = round(timeline.frames * SAMPLE_RATE / timeline.fps)
    clips = [
        AudioArrayClip(_soft(sound), fps=SAMPLE_RATE).with_start(frame / timeline.fps - NUDGE)
        for frame, sound in sounds
    ]
    if not clips:
        return np.zeros((length, 2), np.float32)
    film = CompositeAudioClip(clips).with_duration(length / SAMPLE_RATE + NUDGE)
    chunks = film.iter_chunks(chunksize=SAMPLE_RATE, fps=SAMPLE_RATE)
    return np.concatenate([chunk.astype(np.float32) for chunk in chunks])


def _soft(sound: Sound) -> Sound:
    """With soft ends. moviepy's own fades take a look at every sample between them."""
    edge = np.linspace(0, 1, round(EDGE * SAMPLE_RATE), dtype=np.float32)[:, None]
    soft = sound.copy()
    soft[: len(edge)] *= edge
    soft[-len(edge) :] *= edge[::-1]
    return soft


def _level(sound: Sound, platform: Platform, target: Path) -> Heard:
    """Write the track at the platform's loudness, under its true peak, measured after AAC.

    One linear gain for the whole film, then a limiter for what sticks out. The limiter takes some
    loudness and AAC moves peaks, so both are corrected until the result is right.
    """
    ceiling = platform.true_peak - HEADROOM
    gain = LIMITED
    for _ in range(ROUNDS):
        _encode(sound, gain, ceiling, target)
        heard = listen(target)
        short, over = platform.lufs - heard.lufs, heard.true_peak - platform.true_peak
        if abs(short) <= CLOSE and over <= 0:
            return heard
        gain += short
        ceiling -= max(0.0, over + ROUNDING)
    raise EncodeError(
        f"the sound stays at {heard.lufs:.1f} LUFS and {heard.true_peak:.1f} dBTP",
        fix="Try another voice or other music.",
    )


def _encode(sound: Sound, gain: float, ceiling: float, target: Path) -> None:
    """Write AAC-LC 192k whose first sample is the film's. `gain` is in dB, `ceiling` in dBTP.

    The fast coder takes half the time, and at this rate is nearer to the sound: 48 dB against 40.
    """
    ffmpeg(
        "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0",
        "-af", _chain(gain, ceiling),
        "-c:a", "aac", "-profile:a", "aac_low", "-b:a", "192k", "-aac_coder", "fast",
        "-flags:a", "+bitexact", "-fflags", "+bitexact", str(target),
        stdin=np.pad(sound[PRIMING + LOOKAHEAD :], ((0, LOOKAHEAD), (0, 0))).tobytes(),
    )  # fmt: skip


def _chain(gain: float, ceiling: float) -> str:
    """ffmpeg filters. The limiter works oversampled, where a sample peak is a true peak."""
    limit = f"alimiter=limit={factor(ceiling):.5f}:attack={1000 * LOOKAHEAD / SAMPLE_RATE:g}"
    return (
        f"volume={gain:.3f}dB,aresample={4 * SAMPLE_RATE},"
        f"{limit}:release=60:level=false,aresample={SAMPLE_RATE}"
    )
