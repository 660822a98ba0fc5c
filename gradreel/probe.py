"""Reads a finished file back: what is really in it, and whether it is the master file.

Nothing is believed that a truncated or patched file could fake. The boxes of the MP4 are parsed
here, every frame is decoded with errors fatal, and loudness is measured, not assumed.
"""

from __future__ import annotations

import json
import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from av import open as open_container
from av.error import FFmpegError

from gradreel.encode import SAMPLE_RATE, STRICT
from gradreel.errors import EncodeError, EncoderLost
from gradreel.media import METER, last_line, read_meter, run
from gradreel.model import Platform

Options = tuple[str, ...]

PICTURE: Options = ("-map", "0:v:0")
SOUND: Options = ("-map", "0:a:0", *METER)
LOUDNESS_TOLERANCE = 0.5  # LU
PEAK_TOLERANCE = 0.05  # dB: the meter's own rounding


@dataclass(frozen=True, slots=True)
class Video:
    codec: str
    profile: str
    width: int
    height: int
    pixel_aspect: str
    pixel_format: str
    reorder: int  # B-frames that wait for a later frame
    fps: Fraction
    constant: bool  # every frame lasts equally long
    start: float  # seconds
    seconds: float
    promised: int  # frames the index lists
    packets: int  # frames whose data is there
    colour: tuple[str, str, str, str]  # primaries, transfer, matrix, range


@dataclass(frozen=True, slots=True)
class Audio:
    codec: str
    profile: str
    rate: int  # Hz
    channels: int
    bitrate: int  # bit/s
    start: float  # seconds
    seconds: float
    lufs: float  # integrated; -inf or -70 for silence
    true_peak: float  # dBTP


@dataclass(frozen=True, slots=True)
class Media:
    """A file as it is. `damage` is what the decoder complained about."""

    path: Path
    size: int
    moov_first: bool
    edit_lists: int
    video: Video | None
    audio: Audio | None
    damage: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound that was decoded to its end, errors fatal."""

    packets: str  # their digest
    lufs: float  # integrated; -inf or -70 for silence
    true_peak: float  # dBTP


def listen(path: Path) -> Heard:
    """To the sound of a file. Raises `EncodeError` where it does not decode."""
    damage, said = _decoded(path, SOUND)
    if damage:
        raise EncodeError(f"the sound does not decode: {damage}", path=path)
    return Heard(_packets(path).get("audio", ""), *read_meter(said))


def probe(path: Path, pictures: str = "", heard: Heard | None = None) -> Media:
    """Read everything. Raises `EncodeError` where the file is no media at all.

    `pictures` is the digest of pictures that are known to decode, and `heard` is a sound that was
    listened to. If the file has just these, they are not decoded once more, but for the key frames.
    """
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(_ffprobe, path)
        packets = _packets(path) if pictures or heard else {}
        told = asked.result()
    videos = [s for s in told.get("streams", []) if s["codec_type"] == "video"]
    audios = [s for s in told.get("streams", []) if s["codec_type"] == "audio"]
    with path.open("rb") as file:
        order, edit_lists = _boxes(file, path.stat().st_size)
    wanted = []
    if videos and not (pictures and pictures == packets.get("video")):
        wanted.append(PICTURE)
    if heard and heard.packets != packets.get("audio"):
        heard = None
    if audios and not heard:
        wanted.append(SOUND)
    damage, said = _decode(path, wanted)
    lufs, peak = (heard.lufs, heard.true_peak) if heard else read_meter(said)
    return Media(
        path=path,
        size=path.stat().st_size,
        moov_first="mdat" in order and "moov" in order[: order.index("mdat")],
        edit_lists=edit_lists,
        video=_video(videos[0], told["packets"]) if videos else None,
        audio=_audio(audios[0], lufs, peak) if audios else None,
        damage=damage,
    )


def verify(path: Path, platform: Platform, *, spoken: bool = True) -> tuple[str, ...]:
    """What keeps `path` from being the master file of `platform`; empty if nothing does.

    `spoken` is False for a film without a voice: its track is silent or has quiet effects only, so
    its loudness means nothing.
    """
    return examine(path, platform, spoken=spoken)[1]


def examine(
    path: Path,
    platform: Platform,
    *,
    spoken: bool = True,
    pictures: str = "",
    heard: Heard | None = None,
) -> tuple[Media | None, tuple[str, ...]]:
    """What was measured of `path`, None for no media at all, and what `verify` says of it.
    `pictures` and `heard` as for `probe`."""
    try:
        media = probe(path, pictures, heard)
    except EncoderLost:
        raise  # the decoder's end says nothing about the file
    except EncodeError as error:
        return None, (error.message,)
    return media, tuple(_failures(media, platform, spoken))


def _failures(media: Media, platform: Platform, spoken: bool) -> Iterator[str]:
    def expect(what: str, found: object, wanted: object) -> Iterator[str]:
        if found != wanted:
            yield f"{what} is {found}, not {wanted}"

    if media.damage:
        yield f"does not decode cleanly: {media.damage}"
    yield from expect("the index before the data", media.moov_first, True)
    yield from expect("the number of edit lists", media.edit_lists, 0)
    frame = 1 / platform.fps
    video, audio = media.video, media.audio
    if video is None:
        yield "there is no picture"
    else:
        yield from expect("the video codec", f"{video.codec} {video.profile}", "h264 High")
        size = f"{platform.width}x{platform.height}"
        yield from expect("the size", f"{video.width}x{video.height}", size)
        yield from expect("the pixel aspect", video.pixel_aspect, "1:1")
        yield from expect("the pixel format", video.pixel_format, "yuv420p")
        yield from expect("the colour", " ".join(video.colour), "bt709 bt709 bt709 tv")
        yield from expect("the frame rate", str(video.fps), str(platform.fps))
        yield from expect("a constant frame rate", video.constant, True)
        yield from expect("the number of frames", video.packets, platform.frames)
        yield from expect("the frames promised by the index", video.promised, video.packets)
        yield from expect("the start of the picture", f"{video.start:.3f}", "0.000")
        yield from expect("the length", f"{video.seconds:.3f}", f"{platform.seconds:.3f}")
        if not 1 <= video.reorder <= 2:
            yield f"the picture reorders {video.reorder} frames, not 1 or 2"
    if audio is None:
        yield "there is no sound"
        return
    yield from expect("the audio codec", f"{audio.codec} {audio.profile}", "aac LC")
    yield from expect("the sample rate", audio.rate, SAMPLE_RATE)
    yield from expect("the number of channels", audio.channels, 2)
    yield from expect("the start of the sound", f"{audio.start:.3f}", "0.000")
    if abs(audio.seconds - platform.seconds) > frame:
        yield f"the sound lasts {audio.seconds:.3f} s, not {platform.seconds} s"
    if spoken and abs(audio.lufs - platform.lufs) > LOUDNESS_TOLERANCE:
        yield f"the loudness is {audio.lufs:.1f} LUFS, not {platform.lufs:g}"
    if audio.true_peak > platform.true_peak + PEAK_TOLERANCE:
        yield f"the true peak is {audio.true_peak:.2f} dBTP, over {platform.true_peak:g}"


# --------------------------------------------------------------------------- ffprobe, ffmpeg


def _ffprobe(path: Path) -> dict[str, Any]:
    code, answer, said = run(
        "ffprobe", "-v", "error", "-protocol_whitelist", "file", "-of", "json",
        "-show_streams", "-show_packets", "-show_entries", "packet=stream_index,pts",
        f"file:{path}",
    )  # fmt: skip
    if code:
        raise EncodeError(f"is no media file: {last_line(said)}", path=path)
    told: dict[str, Any] = json.loads(answer)
    return told


def _packets(path: Path) -> dict[str, str]:
    """The digest of all packets of each kind, "video" and "audio", the latter with how they have to
    be read; none for what cannot be read, or has a key frame that does not decode."""
    digests: dict[str, Any] = defaultdict(sha256)
    try:
        with open_container(str(path)) as film:
            for picture in film.streams.video:
                decoder: Any = picture.codec_context
                decoder.options = {"err_detect": STRICT}
                decoder.thread_type = "FRAME"
            for sound in film.streams.audio:
                digests["audio"].update(sound.codec_context.extradata or b"")
            for packet in film.demux():
                kind = packet.stream.type
                digests[kind].update(bytes(packet))
                # the last one is empty, and ends all
                if kind == "video" and (packet.is_keyframe or not packet.size):
                    packet.decode()
    except FFmpegError:
        return {}
    return {kind: digest.hexdigest() for kind, digest in digests.items()}


def _decode(path: Path, wanted: Iterable[Options]) -> tuple[str, str]:
    """What went wrong with any that is wanted, or "", and all that was said of the last."""
    with ThreadPoolExecutor() as pool:  # side by side
        done = list(pool.map(lambda each: _decoded(path, each), wanted))
    return next((damage for damage, _ in done if damage), ""), done[-1][1] if done else ""


def _decoded(path: Path, making: Options) -> tuple[str, str]:
    """Decode every frame with errors fatal. What went wrong, or "", and all that ffmpeg said."""
    code, _, said = run(
        "ffmpeg", "-hide_banner", "-nostats", "-v", "info", "-xerror",
        "-err_detect", STRICT, "-protocol_whitelist", "file",
        "-i", f"file:{path}", *making, "-f", "null", "-",
    )  # fmt: skip
    if not code:
        return "", said
    lines = [line for line in said.splitlines() if re.search("rror|nvalid|orrupt", line)]
    return lines[-1].strip() if lines else f"ffmpeg ended with {code}", said


def _video(stream: dict[str, Any], packets: list[dict[str, Any]]) -> Video:
    times = sorted(p["pts"] for p in packets if p["stream_index"] == stream["index"] and "pts" in p)
    steps = {later - earlier for earlier, later in pairwise(times)}
    return Video(
        codec=stream.get("codec_name", "unknown"),
        profile=stream.get("profile", "unknown"),
        width=stream.get("width", 0),
        height=stream.get("height", 0),
        pixel_aspect=stream.get("sample_aspect_ratio", "1:1"),
        pixel_format=stream.get("pix_fmt", "unknown"),
        reorder=stream.get("has_b_frames", 0),
        fps=Fraction(stream.get("avg_frame_rate", "0/1").replace("/0", "/1")),
        constant=len(steps) <= 1,
        start=float(stream.get("start_time", 0)),
        seconds=float(stream.get("duration", 0)),
        promised=int(stream.get("nb_frames", 0)),
        packets=len(times),
        colour=(
            stream.get("color_primaries", "untagged"),
            stream.get("color_transfer", "untagged"),
            stream.get("color_space", "untagged"),
            stream.get("color_range", "untagged"),
        ),
    )


def _audio(stream: dict[str, Any], lufs: float, peak: float) -> Audio:
    return Audio(
        codec=stream.get("codec_name", "unknown"),
        profile=stream.get("profile", "unknown"),
        rate=int(stream.get("sample_rate", 0)),
        channels=stream.get("channels", 0),
        bitrate=int(stream.get("bit_rate", 0)),
        start=float(stream.get("start_time", 0)),
        seconds=float(stream.get("duration", 0)),
        lufs=lufs,
        true_peak=peak,
    )


# --------------------------------------------------------------------------- MP4 boxes

_CONTAINERS = {"moov", "trak", "edts"}


def _boxes(file: BinaryIO, size: int) -> tuple[list[str], int]:
    """The names of the top-level boxes in order, and how many edit lists the tracks have."""
    top: list[str] = []
    edit_lists = 0

    def walk(start: int, end: int, inside: bool) -> None:
        nonlocal edit_lists
        while start + 8 <= end:
            file.seek(start)
            length, kind = struct.unpack(">I4s", file.read(8))
            name, header = kind.decode("latin-1"), 8
            if length == 1:
                length, header = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))[0], 16
            elif length == 0:
                length = end - start
            if length < header:
                return  # not boxes: no MP4, or a damaged one
            if not inside:
                top.append(name)
            edit_lists += name == "elst"
            if name in _CONTAINERS:
                walk(start + header, min(start + length, end), True)
            start += length

    walk(0, size, False)
    return top, edit_lists
