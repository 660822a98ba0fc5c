"""config.toml -> `Settings`: frozen, typed, with every key known by name.

An unknown key, a wrong type or a number out of range is a `ConfigError` that names the line of the
file and the keys or values that would do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gradreel.errors import ConfigError
from gradreel.model import Captions, Platform, Theme, Zone
from gradreel.stage.theme import HOUSE
from gradreel.trace.limits import Limits

T = TypeVar("T")
MAX_BYTES = 100_000
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower")


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a day is read from and where films go, relative to config.toml's folder."""

    script: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: a voice's name or `auto`, its pace in words a minute, whether the program adds
    sentences about the run (`y comes out at 16.`) where the author's words leave time, and whether
    silences inside sentences may be shortened before a film is refused as too long.

    `recordings` is the folder of the author's own WAVs; `piper` and `kokoro` are model files, ""
    for none; `kokoro_speaker` is one of that model's voices.
    """

    name: str
    pace: int
    facts: bool
    trim: bool
    recordings: Path
    piper: str
    kokoro: str
    kokoro_speaker: str


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard beside the voice: the program's quiet effects, and a music file ("" for none)
    that is ducked under the voice."""

    effects: bool
    music: str


@dataclass(frozen=True, slots=True)
class Run:
    """What a snippet may use: seconds, megabytes beyond PyTorch's own, traced steps."""

    seconds: int
    memory_mb: int
    steps: int

    @property
    def limits(self) -> Limits:
        """What a run may use."""
        return Limits(seconds=self.seconds, memory_bytes=self.memory_mb * 2**20, steps=self.steps)


@dataclass(frozen=True, slots=True)
class Encode:
    """x264's preset and quality (CRF), and how many strips of film are encoded at once."""

    preset: str
    crf: int
    threads: int

    @property
    def quality(self) -> tuple[str, int]:
        """All of it that frames depend on."""
        return self.preset, self.crf


@dataclass(frozen=True, slots=True)
class Batch:
    """How many seconds one short of a batch may take before its process is ended."""

    timeout: int


@dataclass(frozen=True, slots=True)
class Publish:
    """When and how the shorts of a day are to come out; nothing of it is part of a film.

    `zone` is an IANA name, "" for this computer's; `first` and `last` are times of day (`09:00`)
    between which the shorts are spread; `date` is `2026-12-01`, "" for the day after the package is
    made. `language` is a BCP 47 tag, `hashtags` words that every short of the day carries.
    """

    zone: str
    first: str
    last: str
    date: str
    language: str
    hashtags: str


@dataclass(frozen=True, slots=True)
class Caching:
    """Finished work that is kept for the next time: where, and at most how much."""

    folder: Path
    max_gb: float

    @property
    def limit(self) -> int:
        """In bytes."""
        return round(self.max_gb * 1e9)


@dataclass(frozen=True, slots=True)
class Studio:
    """The command that opens the author's editor, with `{file}` and `{line}` in it; "" for the
    system's own way to open a file."""

    editor: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an owner may choose."""

    paths: Paths
    captions: Captions
    voice: Voice
    sound: Sound
    trace: Run
    encode: Encode
    batch: Batch
    cache: Caching
    platform: Platform
    theme: Theme
    publish: Publish
    studio: Studio
    preview: bool = False


TABLES = (
    *("captions", "paths", "voice", "sound", "trace", "encode"),
    *("batch", "cache", "platforms", "theme", "publish", "studio"),
)
RANGES: Mapping[tuple[str, str], tuple[float, float]] = {
    ("voice", "pace"): (100, 240),
    ("trace", "seconds"): (1, 600),
    ("trace", "memory_mb"): (50, 64_000),
    ("trace", "steps"): (100, 10_000_000),
    ("encode", "crf"): (0, 40),
    ("encode", "threads"): (1, 64),
    ("batch", "timeout"): (1, 86_400),
    ("cache", "max_gb"): (0, 10_000),
    ("platforms", "width"): (90, 4320),
    ("platforms", "height"): (160, 7680),
    ("platforms", "fps"): (5, 60),
    ("platforms", "seconds"): (5, 180),
    ("platforms", "lufs"): (-40, -5),
    ("platforms", "true_peak"): (-12, 0),
}


def load(path: Path, platform: str = "default") -> Settings:
    """Read a config file. Relative paths in it start at its folder."""
    return _Reader(path).settings(platform)


def platforms(path: Path) -> tuple[Platform, ...]:
    """All that a config file describes."""
    return _Reader(path).platforms()


def line_of(path: Path, *key: str) -> int | None:
    """Where a config file sets `[table] key`, if a plain search finds it."""
    return _Reader(path).line(key)


def preview(settings: Settings) -> Settings:
    """A quarter of the pixels and half the frames, for a quick look. Zones keep master pixels."""
    full = settings.platform
    small = replace(full, width=full.width // 2, height=full.height // 2, fps=full.fps // 2)
    return replace(settings, platform=small, preview=True)


def _is_zone(name: str) -> bool:
    try:
        return not name or bool(ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def _is_time(text: str) -> bool:
    return re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None


def _is_date(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_language(text: str) -> bool:
    return re.fullmatch("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) is not None


def _is_words(text: str) -> bool:
    return all(word.removeprefix("#").isalnum() for word in text.split())


def _under(root: Path, path: str) -> str:
    """A path of the file, "" where none is given."""
    return str(root / path) if path else ""


class _Reader:
    """The tables of one file, with the line of each key for the errors."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ConfigError(
                f"cannot be read: {error.strerror}.", fix="Give another --config.", path=path
            ) from None
        if len(data) > MAX_BYTES:
            raise ConfigError(f"has {len(data):,} bytes; that is no config.", path=path)
        try:
            self.text = data.decode("utf-8-sig").replace("\r\n", "\n")
            self.tables = tomllib.loads(self.text)
        except UnicodeDecodeError:
            raise ConfigError("is not UTF-8.", fix="Save it as UTF-8.", path=path) from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            line = re.search(r"line (\d+)", str(error))
            raise ConfigError(
                f"is not valid TOML: {error}.",
                fix="Correct the line.",
                path=path,
                line=int(line[1]) if line else None,
            ) from None

    def settings(self, platform: str) -> Settings:
        self._known(self.tables, TABLES, ())
        root = self.path.resolve().parent
        paths = self._record(Paths, ("paths",))
        voice, sound = self._record(Voice, ("voice",)), self._record(Sound, ("sound",))
        encode = self._record(Encode, ("encode",))
        if encode.preset not in PRESETS:
            raise self._error(
                ("encode", "preset"),
                f"{encode.preset!r} is no preset of x264.",
                f"Known: {', '.join(PRESETS)}.",
            )
        cache = self._record(Caching, ("cache",))
        platforms = self._table(("platforms",))
        if platform not in platforms:
            raise self._unknown(platform, list(platforms), ("platforms",))
        return Settings(
            paths=Paths(*(root / getattr(paths, f.name) for f in fields(Paths))),
            captions=self._captions(),
            voice=replace(
                voice,
                recordings=root / voice.recordings,
                piper=_under(root, voice.piper),
                kokoro=_under(root, voice.kokoro),
            ),
            sound=replace(sound, music=_under(root, sound.music)),
            trace=self._record(Run, ("trace",)),
            encode=encode,
            batch=self._record(Batch, ("batch",)),
            cache=replace(cache, folder=root / cache.folder),
            platform=self._record(Platform, ("platforms", platform), name=platform),
            theme=self._theme(),
            publish=self._publish(),
            studio=self._record(Studio, ("studio",)),
        )

    def platforms(self) -> tuple[Platform, ...]:
        return tuple(
            self._record(Platform, ("platforms", name), name=name)
            for name in self._table(("platforms",))
        )

    def _captions(self) -> Captions:
        chosen = self.tables.get("captions")
        for style in get_args(Captions):
            if chosen == style:
                return style  # type: ignore[no-any-return]
        raise self._error(
            ("captions",),
            f"captions = {chosen!r}." if "captions" in self.tables else "'captions' is missing.",
            f'Write captions = "…" above the tables: {", ".join(get_args(Captions))}.',
        )

    def _publish(self) -> Publish:
        publish = self._record(Publish, ("publish",))
        for key, good, fix in (
            ("zone", _is_zone, 'Write a name like "Europe/Berlin", or "" for this computer\'s.'),
            ("first", _is_time, 'Write a time of day like "09:00".'),
            ("last", _is_time, 'Write a time of day like "21:00".'),
            ("date", _is_date, 'Write a date like "2026-12-01", or "" for the day after.'),
            ("language", _is_language, 'Write a language like "en" or "pt-BR".'),
            ("hashtags", _is_words, 'Write words like "PyTorch DeepLearning".'),
        ):
            if not good(value := getattr(publish, key)):
                raise self._error(("publish", key), f"publish.{key} is {value!r}.", fix)
        if publish.last < publish.first:
            problem = f"publish.last is {publish.last}, before {publish.first}."
            raise self._error(("publish", "last"), problem, "Write a later time of day.")
        return publish

    def _theme(self) -> Theme:
        """The house look with this file's changes; only roles that exist can change."""
        table = self._table(("theme",), {})
        self._known(table, ("colours", "fonts", "sizes"), ("theme",))

        def merged(group: str, house: tuple[tuple[str, T], ...], kind: type[T]) -> Any:
            changes = self._table(("theme", group), {})
            self._known(changes, [role for role, _ in house], ("theme", group))
            for role, value in changes.items():
                where = ("theme", group, role)
                self._typed(value, kind, where)
                if group == "colours" and not re.fullmatch("#[0-9A-Fa-f]{6}", str(value)):
                    raise self._error(where, f"{value!r} is no colour.", 'Write "#5FBDF2".')
                if group == "sizes" and not 8 <= int(str(value)) <= 400:
                    raise self._error(where, f"{value} is out of range.", "Use 8 to 400 pixels.")
            return tuple((role, changes.get(role, value)) for role, value in house)

        return Theme(
            HOUSE.name,
            merged("colours", HOUSE.colours, str),
            merged("fonts", HOUSE.fonts, str),
            merged("sizes", HOUSE.sizes, int),
        )

    def _record(self, kind: type[T], where: tuple[str, ...], **given: Any) -> T:
        """One table as a frozen record: every field is there, nothing else is."""
        table = self._table(where)
        types = {n: hint for n, hint in get_type_hints(kind).items() if n not in given}
        self._known(table, list(types), where)
        values = {}
        for name, hint in types.items():
            if name not in table:
                raise self._error(where, f"{name!r} is missing.", f"Add `{name} = …`.")
            values[name] = (
                self._record(Zone, (*where, name))
                if hint is Zone
                else self._typed(table[name], hint, (*where, name))
            )
        record = kind(**values, **given)
        if isinstance(record, Zone) and (record.width <= 0 or record.height <= 0):
            raise self._error(where, "the zone is empty.", "left < right and top < bottom.")
        return record

    def _typed(self, value: Any, kind: type, where: tuple[str, ...]) -> Any:
        accepted: tuple[type, ...] = {float: (int, float), Path: (str,)}.get(kind, (kind,))
        if not isinstance(value, accepted) or isinstance(value, bool) != (kind is bool):
            names = {
                str: "text in quotes",
                Path: "a path in quotes",
                int: "a whole number",
                bool: "true or false",
            }
            wanted = names.get(kind, "a number")
            raise self._error(where, f"{'.'.join(where)} is {value!r}.", f"It has to be {wanted}.")
        low, high = RANGES.get((where[0], where[-1]), (-1e4, 1e4))
        if isinstance(value, int | float) and not low <= value <= high:
            raise self._error(
                where, f"{'.'.join(where)} is {value}.", f"It has to be {low:g} to {high:g}."
            )
        return kind(value)

    def _table(
        self, where: tuple[str, ...], default: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        table: Any = self.tables
        for name in where:
            if name not in table:
                if default is not None:
                    return default
                raise ConfigError(
                    f"the table [{'.'.join(where)}] is missing.",
                    fix="Copy it from the project's own config.toml.",
                    path=self.path,
                )
            table = table[name]
            if not isinstance(table, dict):
                raise self._error(where, f"{name!r} is no table.", f"Write [{'.'.join(where)}].")
        return dict(table)

    def _known(
        self, table: Mapping[str, Any], known: tuple[str, ...] | list[str], where: tuple[str, ...]
    ) -> None:
        for name in table:
            if name not in known:
                raise self._unknown(name, list(known), (*where, name))

    def _unknown(self, name: str, known: list[str], where: tuple[str, ...]) -> ConfigError:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        return self._error(where, f"no key {name!r}.", f"{hint}Known: {', '.join(known)}.")

    def _error(self, where: tuple[str, ...], message: str, fix: str) -> ConfigError:
        line = self.line(where) or self.line(where[:-1])  # an inline table is one line
        return ConfigError(message, fix=fix, path=self.path, line=line)

    def line(self, where: tuple[str, ...]) -> int | None:
        """The line of a key or of a table's heading, where a plain search finds it."""
        current = ""
        for number, line in enumerate(self.text.split("\n"), 1):
            if heading := re.match(r"\s*\[([^\[\]]+)\]", line):
                current = heading[1].strip()
                if current == ".".join(where):
                    return number
            elif (key := re.match(r"\s*([\w.-]+)\s*=", line)) and (
                [*filter(None, current.split(".")), *key[1].split(".")] == list(where)
            ):
                return number
        return None
