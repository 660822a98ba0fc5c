"""The page of the studio in a real browser: it shows the newest picture, and does what keys say."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from studios import running
from visits import DAY, SHORT, Visit, needs_browser

pytestmark = needs_browser


def test_everything_is_on_one_screen(drafted: Visit) -> None:
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert drafted.page.evaluate(size) == [1280, 800]
    assert drafted.page.inner_text("h1") == "13 Flat <b>ends</b>"  # text, never markup
    assert drafted.page.locator("#shorts [role=option]").count() == 2
    assert drafted.page.inner_text("#about").startswith("assets/day03.md:420")


def test_keys_move_through_the_film(drafted: Visit) -> None:
    for keys, frame in (
        (["ArrowRight", "ArrowRight", "ArrowLeft"], 1),
        (["Shift+ArrowRight"], 45),
        (["l"], 75),
        (["j"], 45),
        (["Shift+ArrowLeft"], 0),
        (["Control+l", "Alt+ArrowRight"], 0),  # those are the browser's
    ):
        drafted.press(*keys)
        assert drafted.frame == frame, keys


def test_a_film_plays_pauses_and_goes_back(drafted: Visit) -> None:
    drafted.press("Space")
    drafted.until(lambda: drafted.frame > 10)
    drafted.press("l")
    assert drafted.page.inner_text("#rate") == "2×"
    drafted.press("j", "j")
    assert drafted.page.inner_text("#rate") == "−1×"
    drafted.until(lambda: drafted.frame == 0)
    assert not drafted.plays


def test_a_beat_is_played_again_and_again(drafted: Visit) -> None:
    drafted.press("b", "Space")
    drafted.until(lambda: drafted.frame > 30)
    drafted.until(lambda: drafted.frame < 15)
    assert drafted.plays


def test_words_beats_and_lines_are_ways_to_their_moment(drafted: Visit) -> None:
    page = drafted.page
    for tab, place, frame in (
        ("script", '#timeline [data-word="1"]', 50),
        ("script", '#script [data-word="0"]', 6),
        ("script", '[data-beat="backward"]', 45),
        ("code", '[data-line="432"]', 50),
        ("trace", '[data-node="1"]', 50),
    ):
        page.click(f"#tab-{tab}")
        page.click(place)
        assert drafted.frame == frame, place
    assert page.locator("#words [data-lit]").inner_text() == "x.grad"
    drafted.press("Space")  # a click leaves the keys to the player
    assert drafted.plays


def test_the_newest_picture_is_shown_and_the_old_film_still_plays(drafted: Visit) -> None:
    drafted.studio.board.post({**SHORT, "version": 2})
    drafted.picture("still", 2, frame=60)
    drafted.until_shown("still", 2)
    assert drafted.frame == 60
    drafted.press("ArrowRight")
    drafted.until_shown("draft", 1)
    drafted.picture("clip", 2, start=45, end=90)
    drafted.until_shown("clip", 2)
    drafted.press("Shift+ArrowLeft", "Shift+ArrowLeft", "Space")
    drafted.until_shown("draft", 1)
    drafted.until(lambda: drafted.frame > 10)
    before = drafted.frame
    drafted.picture("draft", 2)
    drafted.until_shown("draft", 2)
    assert drafted.plays
    assert drafted.frame >= before
    assert drafted.page.locator("video").count() == 1


def test_without_a_draft_a_hand_that_drags_asks_for_one_still(visit: Visit) -> None:
    visit.picture("still", 1, frame=0)
    visit.until_shown("still", 1)
    assert visit.page.is_disabled("#play")
    box = visit.page.locator("#wave").bounding_box()
    assert box is not None
    left, y, width = box["x"], box["y"] + 5, box["width"]
    visit.page.mouse.move(left, y)
    visit.page.mouse.down()
    visit.page.mouse.move(left + width / 2, y, steps=10)
    visit.page.mouse.up()
    visit.until(lambda: visit.asked("still"))
    visit.page.wait_for_timeout(300)
    assert visit.asked("still") == [{"do": "still", "short": 13, "frame": visit.frame}]
    assert visit.frame in (59, 60)


def test_errors_are_told_with_their_place_and_the_picture_stays(drafted: Visit) -> None:
    wrong = {"message": "no word '<i>'", "fix": "Known: flat.", "file": "scenes/day03/short_13.py"}
    drafted.post("error", short=13, what="scene", line=7, others=[], **wrong)
    drafted.page.wait_for_selector("#error:not([hidden])")
    for text in ("no word '<i>'", "Known: flat.", "scenes/day03/short_13.py:7"):
        assert text in drafted.page.inner_text("#error")
    assert drafted.shown == ("draft", "1")
    drafted.page.click("#error button")
    drafted.until(lambda: drafted.asked("open"))
    assert drafted.asked("open") == [{"do": "open", "file": wrong["file"], "line": 7}]
    drafted.post("cleared")
    drafted.page.wait_for_selector("#error", state="hidden")


def test_the_editor_opens_at_the_line_that_is_said(drafted: Visit) -> None:
    drafted.page.click('#timeline [data-word="1"]')
    drafted.press("e")
    drafted.until(lambda: drafted.asked("open"))
    assert drafted.asked("open") == [{"do": "open", "file": "assets/day03.md", "line": 426}]


def test_findings_are_ways_to_their_moment(drafted: Visit) -> None:
    found = [{"frame": 80, "text": "overlap: two words"}]
    drafted.post("findings", short=13, version=1, findings=found)
    drafted.page.click("#tab-findings")
    drafted.page.click('[data-frame="80"]')
    assert drafted.frame == 80
    assert drafted.page.inner_text("#count") == "1"


def test_a_final_is_asked_for_and_plays(drafted: Visit) -> None:
    drafted.press("r")
    drafted.until(lambda: drafted.asked("render") == [{"do": "render", "shorts": [13]}])
    final = {"short": 13, "file": None, "error": None, "package": None}
    drafted.post("final", **final | {"state": "drawing", "part": 0.5})
    drafted.page.wait_for_selector("#final:not([hidden])")
    assert drafted.page.inner_text("#final-state") == "Final 13: 50 %"
    film = drafted.studio.gallery.add(drafted.files / "draft-2.mp4")
    drafted.post("final", **final | {"state": "made", "part": 1.0, "file": film})
    drafted.until(lambda: drafted.shown[0] == "final" and drafted.frame > 5)
    drafted.page.click("#watch-draft")
    drafted.until_shown("draft", 1)


def test_a_film_that_was_made_before_plays_too(drafted: Visit) -> None:
    assert drafted.page.is_disabled("#watch-final")
    film = drafted.studio.gallery.add(drafted.files / "draft-2.mp4")
    first, second = DAY["shorts"]
    told = {**DAY, "shorts": [{**first, "film": film, "state": "final"}, second]}
    drafted.studio.board.post(told)
    drafted.page.click("#watch-final:not([disabled])")
    drafted.until(lambda: drafted.shown[0] == "final")
    assert drafted.page.get_attribute('[data-short="13"]', "data-state") == "final"
    told["shorts"] = [{**first, "film": film, "state": "outdated"}, second]
    drafted.studio.board.post(told)
    drafted.until(lambda: drafted.page.inner_text("#shown") == "Outdated")
    drafted.studio.board.post({**SHORT, "version": 2})  # what is written now is not in it
    drafted.until_shown("draft", 1)


def test_finals_can_be_stopped_and_tell_why_they_failed(drafted: Visit) -> None:
    final = {"short": 13, "file": None, "error": None, "package": None, "cover": None}
    drafted.post("final", **final | {"state": "drawing", "part": 0.5})
    drafted.page.wait_for_selector("#final:not([hidden])")
    drafted.press("r")  # one is enough
    drafted.page.click("#cancel")
    drafted.until(lambda: drafted.asked("cancel"))
    drafted.post("final", **final | {"state": "cancelled", "part": 0.0})
    drafted.page.wait_for_selector("#final", state="hidden")
    assert drafted.asked("render") == []
    wrong = {"message": "no <b>", "fix": "", "file": "scenes/auto.py", "line": 3, "what": "scene"}
    drafted.post("final", **final | {"state": "failed", "part": 0.0, "error": wrong})
    drafted.page.wait_for_selector("#failed:not([hidden])")
    for text in ("Short 13", "no <b>", "scenes/auto.py:3"):
        assert text in drafted.page.inner_text("#failed")
    drafted.studio.board.post({**SHORT, "version": 2})
    drafted.page.wait_for_selector("#failed", state="hidden")


def test_a_package_is_opened_when_there_is_one(drafted: Visit) -> None:
    assert drafted.page.is_disabled("#package")
    drafted.studio.board.post({**DAY, "package": True})
    drafted.page.click("#package:not([disabled])")
    drafted.until(lambda: drafted.asked("package"))


def test_what_lies_over_the_picture_comes_and_goes(drafted: Visit) -> None:
    for key, id in (("s", "safe"), ("g", "grid"), ("p", "phone"), ("m", "mute"), ("b", "loop")):
        drafted.press(key)
        assert drafted.page.get_attribute(f"#{id}", "aria-pressed") == "true"
    assert drafted.page.locator("[data-zone]").count() == 4
    assert drafted.page.evaluate("document.getElementById('film').muted")
    assert drafted.page.locator("#frame").bounding_box()["width"] == pytest.approx(249.4, abs=1)
    drafted.press("s", "g", "p", "m", "b")
    assert drafted.page.locator(".tools [aria-pressed=true]").count() == 0


def test_help_lists_the_keys(drafted: Visit) -> None:
    drafted.press("?")
    assert drafted.page.is_visible("#help")
    assert drafted.page.locator("#keys dt").count() == 16
    drafted.press("ArrowRight", "Escape")
    assert not drafted.page.is_visible("#help")
    assert drafted.frame == 0


def test_another_short_is_chosen(drafted: Visit) -> None:
    drafted.studio.board.post({**SHORT, "short": 14, "title": "Tanh"})
    drafted.press("Space")
    drafted.until(lambda: drafted.frame > 10)
    drafted.page.click('[data-short="14"]')
    assert drafted.frame == 0
    drafted.until(lambda: {"do": "select", "short": 14} in drafted.studio.actions)
    assert drafted.page.inner_text("h1") == "14 Tanh"
    drafted.until(lambda: drafted.shown == ("", ""))
    drafted.page.reload()
    drafted.until(lambda: drafted.page.inner_text("h1") == "14 Tanh")


def test_the_way_back_leads_to_the_short_before(drafted: Visit) -> None:
    drafted.page.click('[data-short="14"]')
    drafted.page.go_back()
    drafted.until(lambda: drafted.page.inner_text("h1").startswith("13"))
    drafted.page.go_forward()
    drafted.until(lambda: drafted.page.inner_text("h1").startswith("14"))


def test_the_short_chosen_last_is_shown_whatever_was_chosen_before(drafted: Visit) -> None:
    drafted.studio.board.post({**DAY, "selected": 13})
    drafted.page.click('[data-short="14"]')
    drafted.page.click('[data-short="13"]')
    drafted.studio.board.post({**DAY, "selected": 14})  # its answer comes late
    drafted.page.wait_for_timeout(100)
    assert drafted.page.inner_text("h1").startswith("13")
    for selected in (13, 14):  # and then a save of the other one
        drafted.studio.board.post({**DAY, "selected": selected})
        drafted.page.wait_for_timeout(100)
    drafted.until(lambda: drafted.page.inner_text("h1").startswith("14"))


def test_a_tab_that_nobody_sees_needs_no_connection(drafted: Visit) -> None:
    hide = """hidden => {
      Object.defineProperty(document, 'hidden', {value: hidden, configurable: true})
      document.dispatchEvent(new Event('visibilitychange'))
    }"""
    listening = drafted.studio.board._pages
    drafted.page.evaluate(hide, True)
    drafted.until(lambda: not listening)
    drafted.studio.board.post({**SHORT, "version": 2})
    drafted.picture("still", 2, frame=60)
    drafted.page.wait_for_timeout(2500)
    assert not drafted.page.is_visible("#stopped")
    drafted.page.evaluate(hide, False)
    drafted.until_shown("still", 2)


def test_another_studio_is_not_asked_for_the_files_of_the_last(drafted: Visit) -> None:
    drafted.studio.board.post({**DAY, "run": "one"})
    drafted.studio.board.post({**DAY, "run": "two"})
    drafted.until(lambda: drafted.page.is_disabled("#play"))
    assert drafted.shown == ("draft", "1")  # the picture stays until there is another


def test_cues_of_one_moment_are_one_mark(drafted: Visit) -> None:
    cues = [{"name": name, "frame": frame} for name, frame in (("a", 9), ("b", 45), ("c", 45))]
    drafted.studio.board.post({**SHORT, "cues": cues})
    drafted.page.click(".cue[title='b, c']")
    assert drafted.frame == 45


def test_a_studio_that_stopped_is_told_and_found_again(browser: Browser, files: Path) -> None:
    with browser.new_context() as tabs:
        with running() as studio:
            page = tabs.new_page()
            visit = Visit(studio, page, files)
            studio.board.post(DAY)
            studio.board.post(SHORT)
            page.goto(studio.url)
            visit.picture("still", 1, frame=0)
            visit.until_shown("still", 1)
        page.wait_for_selector("#stopped:not([hidden])", timeout=5000)
        assert visit.shown == ("still", "1")
        with running(port=studio.port) as again:
            again.board.post(DAY)
            again.board.post(SHORT)
            tabs.new_page().goto(again.url)  # as the program does: it lets the browser in again
            page.wait_for_selector("#stopped", state="hidden")
            visit.until(lambda: {"do": "select", "short": 13} in again.actions)
