"""Strips: four seconds of a film, encoded by themselves.

A film is a row of strips, each from an x264 of its own, so that one made earlier from the same
frames stands for a new encode, bit for bit. Shorter strips would be used again more often, but an
x264 costs a tenth of a second to set up. Frames are encoded in a thread of their own while the next
are drawn.
"""

from __future__ import annotations

import queue
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from av import CodecContext, Packet, VideoFrame
from av import open as open_container
from av.codec.context import Flags
from av.error import FFmpegError

from gradreel.encode import container_options, key_frames, length, video_options
from gradreel.errors import EncodeError
from gradreel.model import Platform
from gradreel.settings import Encode

BT709, LIMITED = 1, 1  # as FFmpeg numbers them
WAITING = 8  # frames drawn ahead of the encoder

_PACKET = struct.Struct("<IiiB")  # bytes, presentation, decoding, key frame


class Encoder:
    """Frames in, strips out: `done(number, strip)` is called in the encoder's thread. Use it as a
    context manager."""

    def __init__(
        self, platform: Platform, encode: Encode, done: Callable[[int, bytes], None]
    ) -> None:
        self.platform, self.encode, self.done = platform, encode, done
        self._queue: queue.Queue[VideoFrame | int | None] = queue.Queue(WAITING)
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def write(self, frame: VideoFrame) -> None:
        """The next frame of the strip that is open. It must not change any more."""
        self._queue.put(frame)

    def end(self, number: int) -> None:
        """The frames since the last end are strip `number`."""
        self._queue.put(number)

    def __enter__(self) -> Encoder:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        self._thread.join()
        if kind is None and self._failed is not None:
            raise EncodeError(f"x264: {self._failed}") from self._failed

    def _work(self) -> None:
        packets: list[bytes] = []
        context: Any = None
        frames = 0
        while (item := self._queue.get()) is not None:
            if self._failed is not None:
                continue  # whoever draws must not wait for ever
            try:
                context = context or _context(self.platform, self.encode)
                if isinstance(item, int):
                    packets += map(_packed, context.encode(None))
                    self.done(item, b"".join(packets))
                    packets, context, frames = [], None, 0
                else:
                    item.pts = frames
                    packets += map(_packed, context.encode(item))
                    frames += 1
            except (FFmpegError, ValueError, MemoryError) as error:
                self._failed = error


def splice(strips: Sequence[bytes], platform: Platform, encode: Encode, target: Path) -> None:
    """Write strips one after the other as a silent MP4. Raises `EncodeError`."""
    try:
        with open_container(
            str(target), "w", format="mp4", container_options=container_options()
        ) as film:
            stream: Any = film.add_stream("libx264", platform.fps)
            _set_up(stream.codec_context, platform, encode)
            step = Fraction(1, platform.fps)
            for number, strip in enumerate(strips):
                for packet in _unpacked(strip, number * length(platform)):
                    packet.time_base = step
                    packet.stream = stream
                    film.mux(packet)
    except (FFmpegError, struct.error) as error:
        raise EncodeError(f"the film could not be put together: {error}", path=target) from error


def _context(platform: Platform, encode: Encode) -> Any:
    context = CodecContext.create("libx264", "w")
    _set_up(context, platform, encode)
    return context


def _set_up(context: Any, platform: Platform, encode: Encode) -> None:
    context.width, context.height, context.pix_fmt = platform.width, platform.height, "yuv420p"
    context.framerate, context.time_base = platform.fps, Fraction(1, platform.fps)
    context.sample_aspect_ratio = Fraction(1)
    context.thread_count = encode.threads
    context.gop_size, context.max_b_frames = key_frames(platform), 2
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
