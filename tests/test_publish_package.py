"""The package of a day: manifest, texts and page, after one batch and after the next."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from packages import BESIDE, EVIL, finished, script_of, settings_of

from gradreel import fingerprint, shelf
from gradreel.errors import ConfigError, TooLong
from gradreel.model import Script
from gradreel.order import Outcome
from gradreel.publish.package import Package, package
from gradreel.settings import Settings
from gradreel.voice.cast import Cast

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SCRIPT = script_of(f"Sigmoid {EVIL}", "Second", "Third")


@pytest.fixture
def settings(root: Path, tmp_path: Path) -> Settings:
    return settings_of(root, tmp_path / "out")


def batch(script: Script, settings: Settings, status: str, *numbers: int) -> list[Outcome]:
    """The outcomes of a batch; "made" films are there afterwards."""
    outcomes = []
    for short in script.shorts:
        if short.number in (numbers or (1, 2, 3)):
            film = shelf.path_of(script, short, settings)
            if status == "made":
                finished(script, short, settings)
            outcomes.append(Outcome(short, status, film))  # type: ignore[arg-type]
    return outcomes


def packed(
    settings: Settings, status: str, *numbers: int, now: datetime = NOW, script: Script = SCRIPT
) -> Package:
    return package(script, settings, batch(script, settings, status, *numbers), now)


def manifest(settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((settings.paths.out / "day07" / "manifest.json").read_text())
    return told


def entry(settings: Settings, number: int) -> dict[str, Any]:
    return next(e for e in manifest(settings)["shorts"] if e["short"] == number)


def moments(settings: Settings) -> list[str]:
    return [e.get("publishAt", e["status"]) for e in manifest(settings)["shorts"]]


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


# --------------------------------------------------------------------------- the files


def test_a_package_has_all_that_an_upload_needs(settings: Settings) -> None:
    made = packed(settings, "made")
    assert (made.ready, made.shorts, made.warnings) == (3, 3, ())
    folder = settings.paths.out / "day07" / SCRIPT.shorts[1].slug
    names = {path.name for path in folder.iterdir()}
    texts = {"title.txt", "description.txt", "youtube.json", "tiktok.json", "instagram.json"}
    assert names == {"02-second.mp4", "02-second.json", *BESIDE, *texts}
    assert (folder / "title.txt").read_text() == "Second\n"
    assert (folder / "transcript.txt").read_text() == "Hook of Second.\n"
    body = json.loads((folder / "youtube.json").read_text("utf-8"))
    assert body["snippet"]["description"] + "\n" == (folder / "description.txt").read_text("utf-8")
    assert "It really prints:" in body["snippet"]["description"]
    assert body["status"]["containsSyntheticMedia"] is False  # nobody speaks
    assert (
        json.loads((folder / "tiktok.json").read_text())["post_info"]["video_cover_timestamp_ms"]
        == 400
    )
    assert manifest(settings)["schema"] == 1
    assert manifest(settings)["versions"]["gradreel"]


def test_the_digests_of_the_manifest_are_true(settings: Settings) -> None:
    packed(settings, "made")
    for told in manifest(settings)["shorts"]:
        folder = settings.paths.out / "day07" / told["slug"]
        assert {file["name"] for file in told["files"]} | {f"{told['slug']}.json"} == {
            path.name for path in folder.iterdir()
        }
        for file in told["files"]:
            data = (folder / file["name"]).read_bytes()
            assert file["sha256"] == hashlib.sha256(data).hexdigest()
            assert file["bytes"] == len(data)
        assert (told["stages"], told["warnings"]) == ({"trace": 0.5}, ["odd"])


def test_a_second_run_changes_no_byte_and_touches_no_file(settings: Settings) -> None:
    packed(settings, "made")
    before = files(settings.paths.out)
    packed(settings, "kept", now=NOW + timedelta(days=40))
    assert files(settings.paths.out) == before


def test_a_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    packed(settings, "made")
    page = settings.paths.out / "day07" / "index.html"
    page.unlink()
    page.mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        packed(settings, "kept")


# --------------------------------------------------------------------------- the states


def test_shorts_that_were_not_in_the_batch_stay_as_they_were(settings: Settings) -> None:
    packed(settings, "made")
    before = manifest(settings)["shorts"]
    packed(settings, "made", 2)
    after = manifest(settings)["shorts"]
    assert (after[0], after[2]) == (before[0], before[2])


def test_what_failed_and_what_was_never_made_is_told(settings: Settings) -> None:
    outcomes = batch(SCRIPT, settings, "made", 2)
    error = TooLong("is too long.", fix="Cut <3> words.", path=Path("day07.md"), line=12)
    outcomes.append(Outcome(SCRIPT.shorts[0], "failed", error=error))
    made = package(SCRIPT, settings, outcomes, NOW)
    assert made.ready == 1
    assert entry(settings, 1)["status"] == "failed"
    assert entry(settings, 1)["error"] == "day07.md:12: is too long. Cut <3> words."
    assert entry(settings, 3)["status"] == "missing"
    assert "Cut &lt;3&gt; words." in made.page.read_text("utf-8")
    packed(settings, "made", 1)  # it was mended
    assert entry(settings, 1)["status"] == "ready"


def test_a_film_of_an_earlier_version_is_to_be_made_anew(settings: Settings) -> None:
    outcomes = batch(SCRIPT, settings, "made")
    folder = shelf.path_of(SCRIPT, SCRIPT.shorts[2], settings).parent
    for name in ("trace.json", "qc.json", "transcript.txt"):
        (folder / name).unlink()
    made = package(SCRIPT, settings, outcomes, NOW)
    assert entry(settings, 3)["status"] == "old"
    assert "make it anew with --short 3" in made.warnings[0]


@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"schema": 1, "shorts": [{"short": 1}, 3]}'])
def test_a_damaged_manifest_is_written_anew(settings: Settings, damaged: str) -> None:
    packed(settings, "made")
    path = settings.paths.out / "day07" / "manifest.json"
    whole = path.read_bytes()
    path.write_text(damaged)
    packed(settings, "kept", 2)  # the others are found by their files
    assert path.read_bytes() == whole


def test_a_short_is_kept_only_with_its_whole_package(settings: Settings) -> None:
    packed(settings, "made")
    short, cast = SCRIPT.shorts[0], Cast(settings.voice)
    film = shelf.path_of(SCRIPT, short, settings)
    for name in BESIDE:
        assert shelf.kept(SCRIPT, short, settings, cast) == film
        data = film.with_name(name).read_bytes()
        film.with_name(name).unlink()
        assert shelf.kept(SCRIPT, short, settings, cast) is None, name
        film.with_name(name).write_bytes(data[:-1])
        assert shelf.kept(SCRIPT, short, settings, cast) is None, name
        film.with_name(name).write_bytes(data)
    film.with_name("title.txt").unlink()  # that is written without making the film
    assert shelf.kept(SCRIPT, short, settings, cast) == film


# --------------------------------------------------------------------------- the moments


def test_shorts_come_out_the_day_after_spread_over_it(settings: Settings) -> None:
    packed(settings, "made")
    assert moments(settings) == [
        "2026-12-01T08:00:00Z",
        "2026-12-01T14:00:00Z",
        "2026-12-01T20:00:00Z",
    ]
    for told in manifest(settings)["shorts"]:
        body = json.loads(
            (settings.paths.out / "day07" / told["slug"] / "youtube.json").read_text()
        )
        assert body["status"]["publishAt"] == told["publishAt"]
        assert body["status"]["privacyStatus"] == "private"


def test_the_date_stays_when_more_shorts_of_the_day_are_made(settings: Settings) -> None:
    packed(settings, "made", 1)
    packed(settings, "made", 2, now=NOW + timedelta(hours=14))  # after midnight in Berlin
    assert moments(settings)[1] == "2026-12-01T14:00:00Z"


def test_a_film_made_anew_is_not_to_come_out_in_the_past(settings: Settings) -> None:
    packed(settings, "made")
    packed(settings, "made", 1, now=NOW + timedelta(hours=22))
    assert moments(settings) == [
        "2026-12-02T08:00:00Z",  # its moment had passed
        "2026-12-01T14:00:00Z",
        "2026-12-01T20:00:00Z",
    ]


def test_a_date_in_the_settings_is_taken_and_warned_of_when_it_has_passed(
    settings: Settings,
) -> None:
    dated = replace(settings, publish=replace(settings.publish, date="2027-01-01"))
    assert packed(dated, "made").warnings == ()
    assert moments(settings)[0] == "2027-01-01T08:00:00Z"
    late = packed(dated, "kept", now=datetime(2027, 1, 1, 12, tzinfo=UTC))
    assert "1 of 3 shorts would have come out before now" in late.warnings[0]


def test_another_zone_moves_the_day_and_makes_no_film_anew(settings: Settings) -> None:
    packed(settings, "made")
    other = replace(settings, publish=replace(settings.publish, zone="Asia/Tokyo", hashtags="A"))
    short = SCRIPT.shorts[0]
    assert shelf.kept(SCRIPT, short, other, Cast(other.voice)) is not None
    packed(other, "kept")
    assert moments(settings)[0] == "2026-12-01T00:00:00Z"
    text = (shelf.path_of(SCRIPT, short, other).parent / "description.txt").read_text("utf-8")
    assert text.splitlines()[-1].startswith("#A ")


# --------------------------------------------------------------------------- the page


class Page(HTMLParser):
    """What a browser makes of a page: elements with their attributes, and the texts."""

    VOID = ("meta", "input", "img", "link", "br")

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.elements.append((tag, known))
        if tag not in self.VOID:
            self.open.append((tag, known.get("id") or tag))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            self.inside[name] = self.inside.get(name, "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(settings: Settings) -> Page:
    return Page(packed(settings, "made").page.read_text("utf-8"))


def test_a_page_is_well_formed_and_shows_every_short(page: Page) -> None:
    assert page.open == []
    assert [each["src"] for each in page.all("video")][1:] == [
        "02-second/02-second.mp4",
        "03-third/03-third.mp4",
    ]
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert [each["href"] for each in page.all("a") if each.get("data-state")] == [
        "#short-1", "#short-2", "#short-3",
    ]  # fmt: skip
    keys = [each["data-key"] for each in page.all("input")]
    assert len(keys) == len(set(keys)) == 12
    assert keys[0] == "gradreel/day07/1/youtube"


def test_texts_are_text_and_what_is_copied_is_what_youtube_gets(
    page: Page, settings: Settings
) -> None:
    assert page.all("img") == []
    assert len(page.all("script")) == 1
    assert EVIL in page.inside["h1"]
    assert EVIL in page.inside["title-1"]
    folder = settings.paths.out / "day07"
    for told in manifest(settings)["shorts"]:
        body = json.loads((folder / told["slug"] / "youtube.json").read_text("utf-8"))
        post = json.loads((folder / told["slug"] / "tiktok.json").read_text("utf-8"))
        number, snippet = told["short"], body["snippet"]
        assert page.inside[f"title-of-{number}"] == snippet["title"]
        assert page.inside[f"description-of-{number}"] == snippet["description"]
        assert page.inside[f"tags-of-{number}"] == ", ".join(snippet["tags"])
        assert page.inside[f"caption-of-{number}"] == post["post_info"]["title"]
    buttons = {each["data-of"] for each in page.all("button") if "data-of" in each}
    assert buttons <= page.inside.keys()


def test_the_page_may_run_its_own_script_and_nothing_else(page: Page, settings: Settings) -> None:
    text = (settings.paths.out / "day07" / "index.html").read_text("utf-8")
    policy = next(m["content"] for m in page.all("meta") if "http-equiv" in m) or ""
    for kind in ("script", "style"):
        inline = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.S)
        digests = [base64.b64encode(hashlib.sha256(i.encode()).digest()).decode() for i in inline]
        assert f"{kind}-src {' '.join(repr(f'sha256-{d}') for d in digests)}" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        for name in ("src", "href", "poster"):
            assert "//" not in (attributes.get(name) or "")


def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    for each in (*page.all("video"), *page.all("pre"), *page.all("nav")):
        assert each["aria-label"]
    for each in page.all("button"):
        assert each.get("aria-label") or each.get("id") == "rest"
    links = [each for each in page.all("a") if "download" in each]
    assert len({each["aria-label"] for each in links}) == len(links)


def test_the_film_s_fingerprint_knows_nothing_of_the_package(settings: Settings) -> None:
    short = SCRIPT.shorts[0]
    scene = shelf.scene_of(SCRIPT, short)
    later = replace(settings, publish=replace(settings.publish, date="2030-01-01", language="de"))
    assert fingerprint.of(SCRIPT, short, settings, scene, "a voice") == fingerprint.of(
        SCRIPT, short, later, scene, "a voice"
    )
