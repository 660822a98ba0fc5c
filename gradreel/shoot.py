"""Scene + Brief -> a silent video, one still, or a contact sheet.

The only place that touches Manim's config. Manim plays the scene; what it shows is looked at frame
by frame, and drawn and encoded only where it was not before. Nothing is cached by Manim, and its
media folder is a fresh temporary one for every film.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manim import CairoRenderer, Mobject, tempconfig
from manim.scene.scene_file_writer import SceneFileWriter
from PIL import Image

from gradreel import sheet as sheets
from gradreel.cache import Cache
from gradreel.cover import Face
from gradreel.encoder import Encoder
from gradreel.errors import GradreelError, SceneError, origin
from gradreel.footage import Footage
from gradreel.model import Brief, Platform
from gradreel.planes import Pixels, Rows
from gradreel.stage.camera import ObservingCamera, Picture
from gradreel.stage.darkroom import Darkroom, Shot
from gradreel.stage.glance import Glance, glance
from gradreel.stage.scene import ShortScene

BLOCKS = Path(__file__).resolve().parent / "blocks"
Take = Callable[[ShortScene, Shot], None]


@dataclass(frozen=True, slots=True)
class Filmed:
    """What is known of a film: its cover, the digest of its pictures, warnings for the author, and
    every text that was on screen with its first frame, in the order they came."""

    face: Face
    pictures: str
    warnings: tuple[str, ...]
    texts: tuple[tuple[str, int], ...]


class Reel(SceneFileWriter):
    """Manim's file writer, without the files: hands each wanted frame to `receive(index, picture)`.

    `wanted` is None for every frame, or the frame numbers to draw; plays without a wanted frame are
    skipped by Manim itself.
    """

    def __init__(
        self,
        settings: Any,
        wanted: frozenset[int] | None,
        receive: Callable[[int, Picture], None],
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


class _Enough(BaseException):
    """Raised through a scene: no more of it is wanted. No scene catches it by mistake."""


class Selective(CairoRenderer):
    """Looks at the frames that its reel wants, and draws none."""

    camera: ObservingCamera

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(camera_class=ObservingCamera, **kwargs)

    def save_static_frame_data(self, _: Any, static_mobjects: Iterable[Mobject]) -> None:
        self.camera.settle(static_mobjects)

    def update_frame(  # type: ignore[override]
        self, _: Any, mobjects: Iterable[Mobject] | None = None, **__: Any
    ) -> None:
        self.camera.look(mobjects or ())

    def get_frame(self) -> Any:
        return self.camera.picture

    def render(self, scene: Any, time: float, moving_mobjects: Any = None) -> None:
        if self.file_writer.wants_next:
            super().render(scene, time, moving_mobjects)
        else:
            self.file_writer.pass_by()


class Blind(Selective):
    """Plays everything and looks at nothing: for those who look at the objects themselves."""

    def update_frame(self, *_: Any, **__: Any) -> None:
        pass


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
        where, line = origin(error, BLOCKS, path.parent)
        raise SceneError(
            f"{type(error).__name__}: {error}", path=where or path, line=line
        ) from error
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
    take: Take,
    kind: type[CairoRenderer] = Selective,
) -> ShortScene:
    """Play a scene and hand over each wanted frame. Returns the finished scene."""
    scene_class = load_scene(scene_file)
    with _manim(brief.platform):

        def taken(number: int, picture: Picture) -> None:
            glows = () if kind is Blind else tuple(scene.glows(number))
            take(scene, Shot(number, picture, glows))

        writer: Any = lambda settings: Reel(settings, wanted, taken)  # noqa: E731
        scene = scene_class(brief, kind(file_writer_class=writer))
        with _blamed(scene_file):
            scene.render()
        if scene.frame != brief.timeline.frames:
            raise SceneError(
                f"played {scene.frame} frames of {brief.timeline.frames}", path=scene_file
            )
        return scene


def shoot(
    brief: Brief,
    scene_file: Path,
    encoder: Encoder,
    target: Path,
    cache: Cache,
    done: Callable[[float], None] = lambda _: None,
    *,
    every: int = 1,
) -> Filmed:
    """Film a short, silently, to `target`. What the cache has is neither drawn nor encoded; `done`
    is told how much of the film there is, 0 to 1. Of a draft only `every` so many frames are taken;
    the encoder's platform has as many a second."""
    wanted = frozenset(range(0, brief.timeline.frames, every)) if every > 1 else None
    with Footage(brief, encoder, cache, _darkroom(brief)) as footage:

        def take(_: ShortScene, shot: Shot) -> None:
            footage.take(shot)
            done(footage.frames / footage.platform.frames)

        scene = _play(brief, scene_file, wanted, take)
    return Filmed(*footage.splice(target), _warnings(scene), tuple(scene.texts.items()))


def develop(
    brief: Brief,
    scene_file: Path,
    wanted: frozenset[int] | None,
    receive: Callable[[int, Pixels, Rows], None],
) -> None:
    """Hand over finished frames with the rows that changed, without encoding them."""
    darkroom = _darkroom(brief)

    def take(_: ShortScene, shot: Shot) -> None:
        receive(shot.number, *darkroom.develop(shot))

    _play(brief, scene_file, wanted, take)


def _darkroom(brief: Brief) -> Darkroom:
    with _manim(brief.platform):
        return Darkroom(brief)


def stills(brief: Brief, scene_file: Path, frames: frozenset[int]) -> dict[int, Pixels]:
    """Single frames by number, without drawing the others. Behind the last the scene is not
    played."""
    taken: dict[int, Pixels] = {}

    def receive(number: int, pixels: Pixels, _: Rows) -> None:
        taken[number] = pixels.copy()
        if number == max(frames):
            raise _Enough

    with suppress(_Enough):
        develop(brief, scene_file, frames, receive)
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

    def look(scene: ShortScene, shot: Shot) -> None:
        seen.append(glance(scene, shot.number))

    scene = _play(brief, scene_file, moments, look, Blind)
    return tuple(seen), _warnings(scene)


def _warnings(scene: ShortScene) -> tuple[str, ...]:
    missing = "".join(sorted(scene.type.missing))
    if not missing:
        return ()
    return (f"no house font has {missing!r}; drawn with a system font, other machines may differ",)
