"""The encoder settings of the master file, in the one place that all who encode read."""

from __future__ import annotations

from gradreel.model import Platform
from gradreel.settings import Encode

SAMPLE_RATE = 48_000
STRICT = "crccheck+bitstream+buffer+explode"  # what a decoder takes for an error
GOP_SECONDS = 2  # from one key frame to the next; so much is encoded by itself
# Of an x264's first picture, as times the bits that it would get. In a long run a key frame is as
# good as the frames before have become; one that begins a run is not, and every frame after it
# mends a little: half as many bits again save an eighth of x264's time or more, and look better (in
# SSIM 0.9972 against 0.9962 for short 13) in a file that is a tenth larger.
FIRST_PICTURE = 1.5


def length(platform: Platform) -> int:
    """Frames of a closed group of pictures; the film's last may be shorter."""
    return GOP_SECONDS * platform.fps


def strip_lengths(platform: Platform) -> tuple[int, ...]:
    """The frames of each strip of a film: a group of pictures, of the last two a half each, so that
    processes that encode side by side end at nearly the same time."""
    whole = length(platform)
    groups = [min(whole, platform.frames - start) for start in range(0, platform.frames, whole)]
    halves = (part for group in groups[-2:] for part in (group - group // 2, group // 2))
    return (*groups[:-2], *filter(None, halves))


def video_options(encode: Encode) -> dict[str, str]:
    """x264's options that are not the picture's own."""
    return {
        "preset": encode.preset,
        "crf": str(encode.crf),
        "profile": "high",
        "maxrate": "16M",
        "bufsize": "32M",
        "x264-params": f"zones=0,0,b={FIRST_PICTURE}",
    }


def video_arguments(platform: Platform, encode: Encode) -> list[str]:
    """ffmpeg's output arguments: frames in, H.264 High in BT.709, tagged as such, out.

    The matrix has to be named in the filter as well as in the tags: left alone, swscale converts
    with BT.601 and the tags only lie about it.
    """
    options = _arguments(video_options(encode))
    return [
        "-vf", "setsar=1",
        "-c:v", "libx264", "-pix_fmt", "yuv420p", *options, "-threads", str(encode.threads),
        "-bf", "2", "-g", str(length(platform)), "-flags", "+cgop",
        "-colorspace", "bt709", "-color_primaries", "bt709",
        "-color_trc", "bt709", "-color_range", "tv",
        "-r", str(platform.fps), "-an",
    ]  # fmt: skip


def container_options() -> dict[str, str]:
    """Index first, no edit list, first frame at time 0, nothing of this machine in the tags."""
    return {
        "movflags": "+faststart+negative_cts_offsets",
        "use_editlist": "0",
        "fflags": "+bitexact",
    }


def _arguments(options: dict[str, str]) -> list[str]:
    return [part for name, value in options.items() for part in (f"-{name}", value)]
