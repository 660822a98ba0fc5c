"""Scene + Brief -> frames: a silent video, one still, or a contact sheet.

The only place that touches Manim's config. Frames go from Manim's camera, through the overlay
(captions and progress), straight into the final encoder: nothing is encoded twice, nothing is
cached by Manim, and its media folder is a fresh temporary one for every film.
"""

from __future__ import annotations

import importlib.util
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from manim import CairoRenderer, Mobject, tempconfig
from manim.scene.scene_file_writer import SceneFileWriter
from PIL import Image

from gradreel import sheet as sheets
from gradreel.encode import video_arguments
from gradreel.errors import EncodeError, EnvironmentMissing, GradreelError, SceneError
from gradreel.media import failure
from gradreel.model import Brief, Platform
from gradreel.planes import Pixels, Planes, Rows
from gradreel.settings import Encode
from gradreel.stage.backdrop import backdrop
from gradreel.stage.camera import SparingCamera
from gradreel.stage.glance import Glance, glance
from gradreel.stage.overlay import Overlay
from gradreel.stage.scene import ShortScene

PIPE = 2**20  # bytes of a frame that wait in the pipe, the most that Linux gives an ordinary user


class Encoder:
    """Raw RGBA frames -> an H.264 file, encoded by ffmpeg in its own process while we draw."""

    def __init__(self, target: Path, platform: Platform, encode: Encode) -> None:
        program = shutil.which("ffmpeg")
        if program is None:
            raise EnvironmentMissing("ffmpeg is not installed", fix="Run: make setup")
        size = f"{platform.width}x{platform.height}"
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", str(platform.fps)]
        self.planes = Planes(platform.width, platform.height)
        self.frames = 0
        self._failed: OSError | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as ffmpeg)
        self._ffmpeg = subprocess.Popen(
            [program, "-v", "error", "-y", *raw, "-i", "pipe:0",
             *video_arguments(platform, encode), str(target)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            pipesize=PIPE,
        )  # fmt: skip
        # Drawing goes on while a frame is on its way through the pipe.
        self._queue: queue.Queue[bytes | None] = queue.Queue(maxsize=4)
        self._thread = threading.Thread(target=self._feed, daemon=True)
        self._thread.start()

    def write(self, frame: Pixels, changed: Rows) -> None:
        self._queue.put(self.planes.of(frame, changed))
        self.frames += 1

    def _feed(self) -> None:
        assert self._ffmpeg.stdin is not None
        while (frame := self._queue.get()) is not None:
            if self._failed is None:
                try:
                    self._ffmpeg.stdin.write(frame)
                except OSError as error:  # ffmpeg is gone; its log says why
                    self._failed = error
        try:
            self._ffmpeg.stdin.close()
        except OSError as error:
            self._failed = error

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._ffmpeg.kill()
        self._queue.put(None)
        self._thread.join()
        code = self._ffmpeg.wait()
        self._log.seek(0)
        said = self._log.read().decode(errors="replace").strip()
        self._log.close()
        if kind is None and (code or self._failed):
            raise failure("ffmpeg", code, said or str(self._failed or ""))


class Reel(SceneFileWriter):
    """Manim's file writer, without the files: hands each wanted frame to `receive(index, pixels)`.

    `wanted` is None for every frame, or the frame numbers to draw; plays without a wanted frame are
    skipped by Manim itself.
    """

    def __init__(
        self,
        settings: Any,
        wanted: frozenset[int] | None,
        receive: Callable[[int, Pixels], None],
    ) -> None:
        super().__init__(settings)
        self.wanted = wanted
        self.receive = receive
        self.skipping = False
        self._next = 0

    def expect(self, frame: int, count: int) -> None:
        """The next play covers frames [frame, frame + count). Raises `SceneError` if the one before
        did not draw what it announced."""
        if not self.skipping and self._next != frame:
            raise SceneError(f"{self._next} frames were drawn where {frame} were announced")
        self._next = frame
        self.skipping = not any(map(self._wants, range(frame, frame + count)))
        self.sections[-1].skip_animations = self.skipping

    @property
    def wants_next(self) -> bool:
        return self._wants(self._next)

    def pass_by(self) -> None:
        """A frame that nobody wants is not drawn."""
        self._next += 1

    def write_frame(self, frame: Any, *, repeat: int = 1) -> None:
        for index in range(self._next, self._next + repeat):
            if self._wants(index):
                self.receive(index, frame)
        self._next += repeat

    def _wants(self, index: int) -> bool:
        return self.wanted is None or index in self.wanted

    def add_partial_movie_file(self, hash_animation: str | None) -> None:
        pass

    def begin_animation(self, *_: Any, **__: Any) -> None:
        pass

    def end_animation(self, *_: Any, **__: Any) -> None:
        pass

    def finish(self) -> None:
        pass


class Selective(CairoRenderer):
    """Draws only the frames that its reel wants, and of them only what changed."""

    camera: SparingCamera

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(camera_class=SparingCamera, **kwargs)

    def save_static_frame_data(self, _: Any, static_mobjects: Iterable[Mobject]) -> None:
        self.camera.settle(static_mobjects)

    def update_frame(  # type: ignore[override]
        self, _: Any, mobjects: Iterable[Mobject] | None = None, **__: Any
    ) -> None:
        self.camera.show(mobjects or ())

    def get_frame(self) -> Any:
        """The camera's own picture: whoever keeps it copies it."""
        return self.camera.pixel_array

    def render(self, scene: Any, time: float, moving_mobjects: Any = None) -> None:
        if self.file_writer.wants_next:
            super().render(scene, time, moving_mobjects)
        else:
            self.file_writer.pass_by()


class Blind(Selective):
    """Plays everything and draws nothing: for looking at the objects themselves."""

    def update_frame(self, *_: Any, **__: Any) -> None:
        pass

    def get_frame(self) -> Any:
        return np.zeros((1, 1, 4), np.uint8)


def load_scene(path: Path) -> type[ShortScene]:
    """The one `ShortScene` that a scene file defines. Raises `SceneError` naming the file."""
    spec = importlib.util.spec_from_file_location(f"scenes_{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SceneError("not a Python file", path=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SceneError(f"{type(error).__name__}: {error}", path=path) from error
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, ShortScene)
        and thing.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise SceneError(
            f"defines {len(found)} scenes", path=path, fix="Define exactly one ShortScene."
        )
    return found[0]


@contextmanager
def _manim(platform: Platform) -> Iterator[None]:
    """Manim set up for one film, and set back afterwards."""
    with tempfile.TemporaryDirectory(prefix="gradreel-manim-") as folder:
        look = {
            "pixel_width": platform.width,
            "pixel_height": platform.height,
            "frame_width": 9.0,
            "frame_height": 16.0,
            "frame_rate": platform.fps,
            "disable_caching": True,
            "media_dir": folder,
            "verbosity": "ERROR",
            "progress_bar": "none",
            "write_to_movie": True,
            "renderer": "cairo",
        }
        with tempconfig(look):
            yield


@contextmanager
def _blamed(scene_file: Path) -> Iterator[None]:
    """Whatever goes wrong in a scene is told with the line of its file that led there."""
    try:
        yield
    except (GradreelError, OSError) as error:
        if isinstance(error, SceneError) and error.path is None:
            error.path, error.line = scene_file, _line(error, scene_file)
        raise
    except Exception as error:
        raise SceneError(
            f"{type(error).__name__}: {error}", path=scene_file, line=_line(error, scene_file)
        ) from error


def _line(error: Exception, file: Path) -> int | None:
    """The innermost line of a file that an error came through."""
    steps = traceback.extract_tb(error.__traceback__)
    return next((step.lineno for step in reversed(steps) if step.filename == str(file)), None)


def _play(
    brief: Brief,
    scene_file: Path,
    wanted: frozenset[int] | None,
    receive: Callable[[ShortScene, int, Pixels], None],
    kind: type[CairoRenderer] = Selective,
) -> ShortScene:
    """Play a scene and hand over each wanted frame as Manim has it. Returns the finished scene."""
    scene_class = load_scene(scene_file)
    with _manim(brief.platform):

        def taken(index: int, pixels: Pixels) -> None:
            receive(scene, index, pixels)

        writer: Any = lambda settings: Reel(settings, wanted, taken)  # noqa: E731
        renderer = kind(file_writer_class=writer)
        ground: Any = backdrop(brief.platform, brief.theme)
        renderer.camera.set_background(ground)
        scene = scene_class(brief, renderer)
        with _blamed(scene_file):
            scene.render()
        if scene.frame != brief.timeline.frames:
            raise SceneError(
                f"played {scene.frame} frames of {brief.timeline.frames}", path=scene_file
            )
        return scene


def _draw(
    brief: Brief,
    scene_file: Path,
    wanted: frozenset[int] | None,
    receive: Callable[[int, Pixels, Rows], None],
) -> ShortScene:
    """Play a scene and hand over its frames, overlay included, with the rows that changed."""
    with _manim(brief.platform):
        overlay = Overlay(brief)

    def lay_over(scene: ShortScene, number: int, picture: Pixels) -> None:
        camera: Any = scene.renderer.camera
        receive(number, *overlay.on(picture, camera.changes(), number, scene.glows(number)))

    return _play(brief, scene_file, wanted, lay_over)


def shoot(
    brief: Brief,
    scene_file: Path,
    encode: Encode,
    target: Path,
    see: Callable[[int, Pixels], None] = lambda *_: None,
) -> tuple[str, ...]:
    """Draw the whole film and encode it silently to `target`; `see` is shown every frame. Returns
    warnings for the author."""
    with Encoder(target, brief.platform, encode) as encoder:

        def take(number: int, pixels: Pixels, changed: Rows) -> None:
            see(number, pixels)
            encoder.write(pixels, changed)

        scene = _draw(brief, scene_file, None, take)
    if encoder.frames != brief.timeline.frames:
        raise EncodeError(f"{encoder.frames} frames were drawn, {brief.timeline.frames} planned")
    return _warnings(scene)


def stills(brief: Brief, scene_file: Path, frames: frozenset[int]) -> dict[int, Pixels]:
    """Single frames by number, without drawing the others."""
    taken: dict[int, Pixels] = {}
    _draw(brief, scene_file, frames, lambda i, pixels, _: taken.update({i: pixels.copy()}))
    return taken


def still(brief: Brief, scene_file: Path, seconds: float, target: Path) -> None:
    """The frame shown at `seconds`, as PNG."""
    last = brief.timeline.frames - 1
    frame = min(last, max(0, round(seconds * brief.timeline.fps)))
    pixels = stills(brief, scene_file, frozenset({frame}))[frame]
    Image.fromarray(pixels[..., :3]).save(target)


def sheet(brief: Brief, scene_file: Path, target: Path) -> None:
    """A contact sheet as PNG."""
    moments = sheets.moments(brief.timeline.frames)
    taken = stills(brief, scene_file, frozenset(moments))
    pictures = [Image.fromarray(taken[moment][..., :3]) for moment in moments]
    sheets.laid_out(pictures, brief.theme.colour("edge")).save(target)


def inspect(
    brief: Brief, scene_file: Path, every: float = 0.25
) -> tuple[tuple[Glance, ...], tuple[str, ...]]:
    """What the film shows, looked at every so many seconds and at its last frame, and warnings for
    the author. Nothing is drawn."""
    last, step = brief.timeline.frames - 1, max(1, round(every * brief.timeline.fps))
    moments = frozenset([*range(0, last, step), last])
    seen: list[Glance] = []

    def look(scene: ShortScene, frame: int, _: Pixels) -> None:
        seen.append(glance(scene, frame))

    scene = _play(brief, scene_file, moments, look, Blind)
    return tuple(seen), _warnings(scene)


def _warnings(scene: ShortScene) -> tuple[str, ...]:
    missing = "".join(sorted(scene.type.missing))
    if not missing:
        return ()
    return (f"no house font has {missing!r}; drawn with a system font, other machines may differ",)
