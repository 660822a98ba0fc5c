"""Who uses the studio's page with a keyboard, a screen reader or little sight misses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from visits import Visit, needs_browser

pytestmark = needs_browser

# Roles whose nodes a screen reader would announce with nothing but their role.
NAMED = {
    *("button", "tab", "option", "listbox", "slider", "progressbar", "dialog", "navigation"),
    *("tabpanel", "tablist", "group", "region", "img", "image", "Video", "link", "textbox"),
}
LEAST = 4.5  # of contrast, WCAG 2.2 AA; nothing here counts as large

# What is read, its colour and its ground, as they are painted one over the other. Not what lies on
# the film, whose ground is the film's, nor what is disabled or only seen by machines.
PAINTED = """() => {
  const context = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true})
  const rgba = css => {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = css
    context.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = ([r, g, b, a], under) =>
    [...[r, g, b].map((part, n) => part * a + under[n] * (1 - a)), 1]
  const light = colour => {
    const [r, g, b] = colour.map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const dialog = document.querySelector('dialog[open]')
  const walker = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT)
  const found = []
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim()
    const element = walker.currentNode.parentElement
    if (!text || !element.checkVisibility({visibilityProperty: true})) continue
    if (element.closest('.unseen, #frame, :disabled')) continue
    const above = []
    for (let each = element; each; each = each.parentElement) above.unshift(each)
    let ground = [0, 0, 0, 1]
    let opacity = 1
    for (const each of above) {
      const style = getComputedStyle(each)
      opacity *= Number(style.opacity)
      ground = over(rgba(style.backgroundColor), ground)
    }
    const {color, fill} = getComputedStyle(element)
    const [r, g, b, a] = rgba(element.namespaceURI.endsWith('svg') ? fill : color)
    const lights = [light(over([r, g, b, a * opacity], ground)), light(ground)]
    found.push([(Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05), text])
  }
  return found
}"""

FOCUSABLE = """() => [...document.querySelectorAll(
    'button, [tabindex], a[href], input, select, textarea, summary, [role=button]')]
  .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}))
  .map((e, n) => { e.dataset.stop = n; return e.outerHTML.slice(0, 80) })"""
STOP = "document.activeElement?.dataset.stop ?? null"


@pytest.fixture
def busy(drafted: Visit) -> Visit:
    """A page that shows all it can at once."""
    found = [{"frame": 80, "text": "overlap: two words"}]
    drafted.post("findings", short=13, version=0, findings=found)  # of an older save
    wrong = {"message": "no word", "fix": "Known: flat.", "file": "scenes/auto.py", "line": 7}
    drafted.post("error", short=13, what="scene", **wrong)
    final = {"file": None, "package": None, "cover": None, "part": 0.4, "error": None}
    drafted.post("final", short=13, state="drawing", **final)
    drafted.post("final", short=14, state="failed", **final | {"error": {"what": "scene", **wrong}})
    drafted.post("working", short=13, stage="shoot", part=0.5)
    drafted.page.wait_for_selector("#failed:not([hidden])")
    drafted.page.wait_for_selector("#working:not([hidden])")
    drafted.page.click('#timeline [data-word="1"]')
    return drafted


def tree_of(visit: Visit) -> list[tuple[str, str, dict[str, Any]]]:
    """Role, name and properties of all that the browser tells a screen reader."""
    session = visit.page.context.new_cdp_session(visit.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            {each["name"]: each["value"].get("value") for each in node.get("properties", [])},
        )
        for node in nodes
        if not node["ignored"]
    ]


@pytest.mark.parametrize("tab", ["script", "code", "trace", "findings"])
def test_every_control_has_a_name(busy: Visit, tab: str) -> None:
    busy.page.click(f"#tab-{tab}")
    tree = tree_of(busy)
    # The letter of its key is no name.
    assert [told for told in tree if told[0] in NAMED and len(told[1].strip()) < 2] == []
    roles = {role for role, _, _ in tree}
    assert {"banner", "main", "navigation", "heading", "tabpanel", "slider", "Video"} <= roles


@pytest.mark.parametrize("tab", ["script", "code", "trace", "findings", "help"])
def test_every_text_stands_out_from_its_ground(busy: Visit, tab: str) -> None:
    busy.press("?") if tab == "help" else busy.page.click(f"#tab-{tab}")
    painted = busy.page.evaluate(PAINTED)
    assert len(painted) > 20
    assert [told for told in painted if told[0] < LEAST] == []


@pytest.mark.parametrize("tab", ["script", "code", "trace", "findings"])
def test_tab_comes_by_every_control_in_order_and_shows_where_it_is(busy: Visit, tab: str) -> None:
    page = busy.page
    page.click(f"#tab-{tab}")
    names = page.evaluate(FOCUSABLE)
    for number, name in enumerate(names):
        if number == 0:
            page.focus("[data-stop='0']")
        else:
            page.keyboard.press("Tab")
        assert page.evaluate(STOP) == str(number), name
        box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        around = {
            "x": max(0, box["x"] - 8),
            "y": max(0, box["y"] - 8),
            "width": min(box["width"], 400) + 16,
            "height": min(box["height"], 400) + 16,
        }
        seen = page.screenshot(clip=around)
        page.evaluate("document.activeElement.blur()")
        assert page.screenshot(clip=around) != seen, name
        page.evaluate(f"document.querySelector('[data-stop=\"{number}\"]').focus()")


def test_errors_are_said_at_once_and_the_rest_when_there_is_time(busy: Visit) -> None:
    assert "Drawing" in busy.page.inner_text("#say")
    busy.post("error", short=13, what="scene", message="never heard", fix="", file=None, line=None)
    busy.until(lambda: "never heard" in busy.page.inner_text("#error"))
    alerts = [told for role, _, told in tree_of(busy) if role == "alert"]
    assert alerts
    assert all(told["live"] == "assertive" for told in alerts)
    assert busy.page.get_attribute("#say", "aria-live") == "polite"


def test_who_wants_no_motion_sees_none(busy: Visit) -> None:
    busy.page.emulate_media(reduced_motion="reduce")
    busy.post("working", short=13, stage="shoot", part=0.9)
    busy.page.wait_for_timeout(50)
    assert busy.page.evaluate("document.getAnimations().length") == 0
    moving = "[...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration)"
    assert set(busy.page.evaluate(moving)) == {"0s"}


def test_lists_and_tabs_are_walked_with_arrows(busy: Visit) -> None:
    page = busy.page
    page.focus('[data-short="13"]')
    busy.press("ArrowDown", "Enter")
    busy.until(lambda: {"do": "select", "short": 14} in busy.studio.actions)
    page.focus("#tab-script")
    busy.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-code"
    assert page.is_visible("#code")
