"""Silent video + narration -> MP4. The only moviepy import.

moviepy places the sentences and joins the two streams; it never sees a pixel. The picture's
packets pass through unchanged: the film is encoded once, when it is drawn.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from moviepy.audio.AudioClip import AudioArrayClip, CompositeAudioClip
from moviepy.video.io.ffmpeg_tools import ffmpeg_merge_video_audio

from gradreel.encode import SAMPLE_RATE, container_arguments
from gradreel.errors import EncodeError
from gradreel.media import METER, Sound, ffmpeg, loudness, read_meter, run, samples
from gradreel.model import Platform, Speech, Timeline

PRIMING = 1024  # samples that ffmpeg's AAC encoder puts before the first; no edit list hides them
HEADROOM = 1.0  # dB that AAC may add to a peak
CLOSE = 0.2  # LU from the target that no ear tells apart
SILENCE = -60.0  # LUFS
ROUNDS = 8
RAW = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")

# moviepy rounds a time to the nearest sample; a quarter from it, no float error can change which
NUDGE = 0.25 / SAMPLE_RATE


def assemble(
    silent: Path, timeline: Timeline, speech: Speech, platform: Platform, target: Path
) -> None:
    """Mix, level and join. Raises `EncodeError` where ffmpeg fails or the narration is silent."""
    with tempfile.TemporaryDirectory(prefix="gradreel-") as folder:
        work = Path(folder)
        sound = _mix(timeline, speech)
        voiced = any(utterance.audio for utterance in speech.utterances)
        track = _level(sound, platform, work) if voiced else _encode(sound, 0, -1, work)
        joined = work / "joined.mp4"
        try:
            ffmpeg_merge_video_audio(str(silent), str(track), str(joined), logger=None)
        except OSError as error:
            raise EncodeError(f"moviepy could not join picture and sound: {error}") from error
        ffmpeg(
            "-i", str(joined), "-map", "0:v:0", "-map", "0:a:0", "-c", "copy",
            *container_arguments(), "-f", "mp4", str(target),
        )  # fmt: skip


def _mix(timeline: Timeline, speech: Speech) -> Sound:
    """All sentences at their frames, 48 kHz stereo, exactly as long as the film."""
    starts = dict(timeline.starts)
    length = round(timeline.frames * SAMPLE_RATE / timeline.fps)
    clips = [
        _clip(utterance.audio).with_start(starts[utterance.part] / timeline.fps - NUDGE)
        for utterance in speech.utterances
        if utterance.audio is not None
    ]
    if not clips:
        return np.zeros((length, 2), np.float32)
    film = CompositeAudioClip(clips).with_duration(length / SAMPLE_RATE + NUDGE)
    chunks = film.iter_chunks(chunksize=SAMPLE_RATE, fps=SAMPLE_RATE)
    return np.concatenate(list(chunks)).astype(np.float32)


def _clip(path: Path) -> AudioArrayClip:
    """A sentence in memory: moviepy's own file reader fails at a file's last sample."""
    return AudioArrayClip(samples(path, SAMPLE_RATE), fps=SAMPLE_RATE)


def _level(sound: Sound, platform: Platform, work: Path) -> Path:
    """The track at the platform's loudness, under its true peak, measured after AAC.

    One linear gain for the whole film, then a limiter for what sticks out. AAC moves peaks, so the
    ceiling is lowered until the result is right.
    """
    ceiling = platform.true_peak - HEADROOM
    for _ in range(ROUNDS):
        gain = _gain(sound, platform.lufs, ceiling)
        track = _encode(sound, gain, ceiling, work)
        lufs, peak = loudness(track)
        if abs(platform.lufs - lufs) <= CLOSE and peak <= platform.true_peak:
            return track
        ceiling -= max(0.1, peak - platform.true_peak)
    raise EncodeError(
        f"the narration stays at {lufs:.1f} LUFS and {peak:.1f} dBTP", fix="Try another voice."
    )


def _gain(sound: Sound, target: float, ceiling: float) -> float:
    """The gain in dB that brings `sound` to `target` LUFS, what the limiter takes included."""
    gain = 0.0
    for _ in range(ROUNDS):
        code, _, said = run(
            "ffmpeg", "-hide_banner", "-nostats", *RAW, "-af",
            f"{_chain(gain, ceiling)},{METER[1]}", "-f", "null", "-", stdin=sound.tobytes(),
        )  # fmt: skip
        lufs = read_meter(said)[0]
        if code or lufs < SILENCE:
            raise EncodeError("the narration is silent")
        gain += target - lufs
        if abs(target - lufs) <= CLOSE / 2:
            break
    return gain


def _encode(sound: Sound, gain: float, ceiling: float, work: Path) -> Path:
    """AAC-LC 192k. `gain` is in dB, `ceiling` in dBTP."""
    track = work / "sound.m4a"
    ffmpeg(
        *RAW, "-af", _chain(gain, ceiling), "-c:a", "aac", "-profile:a", "aac_low",
        "-b:a", "192k", "-flags:a", "+bitexact", "-fflags", "+bitexact", str(track),
        stdin=sound[PRIMING:].tobytes(),
    )  # fmt: skip
    return track


def _chain(gain: float, ceiling: float) -> str:
    """ffmpeg filters. The limiter works oversampled, where a sample peak is a true peak."""
    limit = 10 ** (ceiling / 20)
    return (
        f"volume={gain:.3f}dB,aresample={4 * SAMPLE_RATE},"
        f"alimiter=limit={limit:.5f}:attack=2:release=60:level=false,aresample={SAMPLE_RATE}"
    )
