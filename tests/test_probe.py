"""Files broken on purpose: every one has to be found out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from av import open as open_container
from films import TINY, VOICE_ONLY, assemble, silent_film, speech, timeline, told

from gradreel.encode import container_options
from gradreel.errors import EncodeError
from gradreel.media import ffmpeg
from gradreel.probe import _packets, examine, listen, probe, verify


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("probe")
    target = folder / "film.mp4"
    silent = silent_film(folder / "silent.mp4")
    brief = told(speech(folder, 3, 12, 21), timeline(3, 12, 21))
    assemble(silent, brief, VOICE_ONLY, target)
    return target


def remade(film: Path, target: Path, *arguments: str) -> Path:
    container = (
        part for name, value in container_options().items() for part in (f"-{name}", value)
    )
    ffmpeg("-i", str(film), *arguments, *container, "-map_metadata", "-1", str(target))
    return target


def test_a_good_film_passes(film: Path) -> None:
    assert verify(film, TINY) == ()


def test_what_is_read(film: Path) -> None:
    media = probe(film)
    assert media.video is not None
    assert media.audio is not None
    assert (media.video.packets, media.video.seconds) == (30, 3.0)
    assert (media.audio.rate, media.audio.channels) == (48_000, 2)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_film(part: float, film: Path, tmp_path: Path) -> None:
    """ffprobe alone believes the index and reports the full length."""
    short = tmp_path / "short.mp4"
    data = film.read_bytes()
    short.write_bytes(data[: int(len(data) * part)])
    assert verify(short, TINY)


def test_flipped_bytes(film: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    data = bytearray(film.read_bytes())
    dice = random.Random(1)
    start = data.index(b"mdat") + 4
    for _ in range(64):
        data[dice.randrange(start, len(data))] ^= 0xFF
    bad.write_bytes(bytes(data))
    assert verify(bad, TINY)


@pytest.mark.parametrize("content", [b"", b"no film", b"\0\0\0\1mdat" + b"\xff" * 99])
def test_no_film_at_all(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(EncodeError, match="no media file"):
        probe(path)
    assert verify(path, TINY)


COPY = ("-c", "copy")
X264 = ("-c:a", "copy", "-c:v", "libx264")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*COPY, "-an"), "there is no sound"),
        ((*COPY, "-vn"), "there is no picture"),
        ((*COPY, "-bsf:v", "h264_metadata=matrix_coefficients=6"), "colour is bt709 bt709 smpte"),
        ((*X264, "-bf", "0", "-colorspace", "bt709"), "reorders 0"),
        ((*X264, "-pix_fmt", "yuv444p"), "pixel format is yuv444p"),
        ((*X264, "-profile:v", "baseline"), "Baseline"),
        ((*X264, "-vf", "scale=100:192"), "size is 100x192"),
        ((*X264, "-vf", "setsar=2"), "pixel aspect is 2:1"),
        ((*X264, "-r", "12"), "frame rate is 12"),
        ((*X264, "-vf", "select=not(eq(n\\,7))", "-vsync", "vfr"), "constant frame rate"),
        ((*COPY, "-t", "2.5"), "length is 2"),
        (("-c:v", "copy", "-c:a", "aac", "-ac", "1"), "channels is 1"),
        (("-c:v", "copy", "-c:a", "aac", "-ar", "44100"), "sample rate is 44100"),
        (("-c:v", "copy", "-c:a", "libmp3lame"), "audio codec is mp3"),
        (("-c:v", "copy", "-c:a", "aac", "-af", "volume=-3dB"), "loudness is -16"),
        (("-c:v", "copy", "-c:a", "aac", "-af", "volume=3dB"), "loudness is -10"),
        (("-c:v", "copy", "-c:a", "aac", "-af", "volume=16dB"), "true peak"),
        (("-c:v", "copy", "-c:a", "aac", "-af", "atrim=end=2"), "sound lasts 2.0"),
    ],
)  # fmt: skip
def test_one_thing_wrong(arguments: tuple[str, ...], says: str, film: Path, tmp_path: Path) -> None:
    failures = verify(remade(film, tmp_path / "bad.mp4", *arguments), TINY)
    assert says in "; ".join(failures)


def test_edit_lists_and_late_index(film: Path, tmp_path: Path) -> None:
    """What ffmpeg writes if nobody asks for better."""
    plain = tmp_path / "plain.mp4"
    ffmpeg("-i", str(film), "-c", "copy", str(plain))
    failures = "; ".join(verify(plain, TINY))
    assert "the index before the data is False" in failures
    assert "the number of edit lists is 2" in failures


def test_another_platform(film: Path) -> None:
    assert any("size" in f for f in verify(film, replace(TINY, width=120)))
    assert any("frames" in f for f in verify(film, replace(TINY, seconds=4)))


DAMAGES = [lambda d: b"\0\0\0\2" + d[4:], lambda d: d[:40], lambda d: d[::-1]]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_boxes(damage: Callable[[bytes], bytes], film: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(damage(film.read_bytes()))
    assert verify(bad, TINY)


def test_a_sound_that_was_heard_is_not_decoded_again(film: Path) -> None:
    heard = listen(film)
    media = probe(film, heard=replace(heard, lufs=-15.5))
    assert media.audio is not None
    assert (media.audio.lufs, media.audio.true_peak) == (-15.5, heard.true_peak)
    assert examine(film, TINY, heard=heard)[1] == ()


def test_another_sound_than_was_heard_is_found_out(film: Path, tmp_path: Path) -> None:
    heard = listen(film)
    louder = remade(
        film, tmp_path / "louder.mp4", "-c:v", "copy", "-c:a", "aac", "-af", "volume=3dB"
    )
    assert "the loudness is -10" in "; ".join(examine(louder, TINY, heard=heard)[1])
    mute = remade(film, tmp_path / "mute.mp4", *COPY, "-an")
    assert examine(mute, TINY, heard=heard)[1] == ("there is no sound",)


@pytest.mark.parametrize("where", ["packets", "configuration"])
def test_a_heard_sound_that_was_patched_is_found_out(
    where: str, film: Path, tmp_path: Path
) -> None:
    heard, data = listen(film), bytearray(film.read_bytes())
    if where == "packets":
        with open_container(str(film)) as file:
            packet = list(file.demux(audio=0))[60]
            assert packet.pos is not None
            data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    else:
        data[data.index(b"\x05\x80\x80\x80", data.index(b"esds")) + 5] ^= 0x78  # AAC, but not LC
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(bytes(data))
    assert examine(bad, TINY, heard=heard)[1]
    assert _packets(bad)["audio"] != heard.packets


def test_a_damaged_sound_cannot_be_heard(film: Path, tmp_path: Path) -> None:
    data = bytearray(film.read_bytes())
    data[-len(data) // 3 :] = b"\xff" * (len(data) // 3)
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(bytes(data))
    with pytest.raises(EncodeError, match="does not decode"):
        listen(bad)
