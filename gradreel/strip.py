"""Strips: two seconds of a film or less, encoded by themselves.

A film is a row of strips, each from an x264 of its own, so that one made earlier from the same
frames stands for a new encode, bit for bit. What is encoded is decoded at once, with errors fatal:
a strip that is there is known to be good.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from av import CodecContext, Packet, VideoFrame
from av import open as open_container
from av.codec.context import Flags
from av.error import FFmpegError

from gradreel.encode import STRICT, container_options, length, video_options
from gradreel.errors import EncodeError, of_storage
from gradreel.model import Platform
from gradreel.settings import Encode

BT709, LIMITED = 1, 1  # as FFmpeg numbers them

Frame = npt.NDArray[np.uint8]  # (height * 3 / 2, width): Y, then Cb and Cr
_START = b"\0\0\1"  # before each unit of H.264, with another 0 if one likes; never inside of one
_PACKET = struct.Struct("<IiiB")  # bytes, presentation, decoding, key frame


class Strip:
    """One while it is encoded."""

    def __init__(self, platform: Platform, encode: Encode) -> None:
        self._context: Any = CodecContext.create("libx264", "w")
        _set_up(self._context, platform, encode)
        self._frames = 0
        self._packets: list[bytes] = []

    def add(self, frame: Frame) -> None:
        """The next frame, which may change afterwards. Raises `FFmpegError`."""
        picture = VideoFrame.from_numpy_buffer(frame, format="yuv420p")
        picture.pts = self._frames
        self._frames += 1
        self._packets += map(_packed, self._context.encode(picture))

    def end(self) -> bytes:
        """Raises `FFmpegError`, and `EncodeError` for a strip that does not decode."""
        self._packets += map(_packed, self._context.encode(None))
        strip = b"".join(self._packets)
        decoder: Any = CodecContext.create("h264", "r")
        decoder.extradata = self._context.extradata
        # Every bit is read, but edges are not smoothed: nothing can go wrong there, and it takes a
        # quarter of the time.
        decoder.options = {"err_detect": STRICT, "skip_loop_filter": "all"}
        seen = sum(len(decoder.decode(packet)) for packet in (*_unpacked(strip, 0), None))
        if seen != self._frames:
            raise EncodeError(f"{seen} of {self._frames} frames can be decoded")
        return strip


def pictures(strips: Sequence[bytes]) -> str:
    """The digest of the pictures of a film, as `probe` finds it of the file."""
    digest = sha256()
    for strip in strips:
        for packet in _unpacked(strip, 0):
            *units, last = bytes(packet).split(_START)
            for unit in (*(unit.removesuffix(b"\0") for unit in units[1:]), last):
                digest.update(len(unit).to_bytes(4, "big") + unit)  # as MP4 has them
    return digest.hexdigest()


def splice(strips: Sequence[bytes], platform: Platform, encode: Encode, target: Path) -> None:
    """Write strips one after the other as a silent MP4. Raises `EncodeError`."""
    try:
        with open_container(
            str(target), "w", format="mp4", container_options=container_options()
        ) as film:
            stream: Any = film.add_stream("libx264", platform.fps)
            _set_up(stream.codec_context, platform, encode)
            step = Fraction(1, platform.fps)
            start = 0
            for strip in strips:
                packets = list(_unpacked(strip, start))
                for packet in packets:
                    packet.time_base = step
                    packet.stream = stream
                    film.mux(packet)
                start += len(packets)
    except (FFmpegError, struct.error) as error:
        raise of_storage(error) or EncodeError(
            f"the film could not be put together: {error}", path=target
        ) from error


def _set_up(context: Any, platform: Platform, encode: Encode) -> None:
    context.width, context.height, context.pix_fmt = platform.width, platform.height, "yuv420p"
    context.framerate, context.time_base = platform.fps, Fraction(1, platform.fps)
    context.sample_aspect_ratio = Fraction(1)
    context.thread_count = 1  # x264's frames depend on it; strips are encoded side by side
    context.gop_size, context.max_b_frames = length(platform), 2
    context.flags |= Flags.closed_gop | Flags.global_header
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    context.options = video_options(encode)


def _packed(packet: Any) -> bytes:
    data = bytes(packet)
    return _PACKET.pack(len(data), packet.pts, packet.dts, packet.is_keyframe) + data


def _unpacked(strip: bytes, start: int) -> Iterator[Any]:
    """Its packets, `start` frames into the film."""
    at = 0
    while at < len(strip):
        size, presented, decoded, key = _PACKET.unpack_from(strip, at)
        at += _PACKET.size
        packet: Any = Packet(strip[at : at + size])
        at += size
        packet.pts, packet.dts, packet.is_keyframe = start + presented, start + decoded, bool(key)
        yield packet
