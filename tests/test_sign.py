"""A sign: one text after the other, in the middle of its zone."""

from __future__ import annotations

import pytest

from gradreel.blocks.sign import Sign
from gradreel.model import Zone
from gradreel.stage.space import centre, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter

ZONE = Zone(60, 900, 1020, 1000)


@pytest.mark.parametrize("text", ["update", "a rather long text that needs all of it"])
def test_the_last_text_stands_alone_in_the_middle(text: str) -> None:
    sign = Sign(Typesetter(HOUSE), ZONE)
    sign.say(("8", "mistake"), (" → ", "quiet"), ("4", "output"))
    sign.say((text, "output"))
    assert [part.text for part in sign.get_family() if isinstance(part, Line)] == [text]
    assert pixel(sign.text.get_center()) == pytest.approx(centre(ZONE))
    assert ZONE.left <= pixel(sign.text.get_left())[0]
    assert ZONE.top < pixel(sign.text.get_top())[1]
