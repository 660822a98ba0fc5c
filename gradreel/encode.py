"""The encoder settings of the master file, in the one place that all who encode read."""

from __future__ import annotations

from gradreel.model import Platform
from gradreel.settings import Encode

SAMPLE_RATE = 48_000


def video_arguments(platform: Platform, encode: Encode) -> list[str]:
    """ffmpeg's output arguments: RGB frames in, H.264 High in BT.709, tagged as such, out.

    The matrix has to be named in the filter as well as in the tags: left alone, swscale converts
    with BT.601 and the tags only lie about it.
    """
    return [
        "-vf", "setsar=1",
        "-c:v", "libx264", "-profile:v", "high", "-pix_fmt", "yuv420p",
        "-preset", encode.preset, "-crf", str(encode.crf), "-threads", str(encode.threads),
        "-maxrate", "16M", "-bufsize", "32M",
        "-bf", "2", "-g", str(2 * platform.fps), "-flags", "+cgop",
        "-colorspace", "bt709", "-color_primaries", "bt709",
        "-color_trc", "bt709", "-color_range", "tv",
        "-r", str(platform.fps), "-an",
    ]  # fmt: skip


def container_arguments() -> list[str]:
    """Index first, no edit list, first frame at time 0, nothing of this machine in the tags."""
    return [
        "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0",
        "-map_metadata", "-1", "-fflags", "+bitexact",
    ]  # fmt: skip
