"""Numbers as words, so that every engine reads them alike."""

from __future__ import annotations

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", "thousand", "million", "billion", "trillion")

NUMBER = re.compile(
    r"(?P<sign>[-−+])?(?P<whole>\d[\d_]*(?:,\d{3})*)?(?:\.(?P<part>\d*))?(?:[eE](?P<power>[-+]?\d+))?"
)


def number(text: str) -> str:
    """`-0.25` -> "minus zero point two five", `16.0` and `16.` -> "sixteen".

    Raises `ValueError` for what is no number.
    """
    found = NUMBER.fullmatch(text)
    if found is None or not (found["whole"] or found["part"]):
        raise ValueError(text)
    words = {"-": ["minus"], "−": ["minus"], "+": ["plus"]}.get(found["sign"] or "", [])
    words.append(integer(int(re.sub(r"[_,]", "", found["whole"] or "0"))))
    digits = found["part"] or ""
    if len(digits) > 3 or not digits.strip("0"):  # the zeros that `print` fills up with
        digits = digits.rstrip("0")
    if digits:
        words += ["point", *(_ONES[int(d)] for d in digits)]
    if found["power"]:
        words += ["e", number(found["power"].lstrip("+"))]
    return " ".join(words)


def ordinal(value: int) -> str:
    """`22` -> "twenty second"."""
    *most, last = integer(value).split()
    irregular = {"one": "first", "two": "second", "three": "third", "five": "fifth",
                 "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}  # fmt: skip
    regular = f"{last[:-1]}ie" if last.endswith("y") else last
    return " ".join([*most, irregular.get(last, f"{regular}th")])


def integer(value: int) -> str:
    """A whole number below 10^15 in words; digit by digit beyond."""
    if value >= 1000 ** len(_THOUSANDS):
        return " ".join(_ONES[int(d)] for d in str(value))
    if value < 1000:
        return _below_thousand(value)
    words: list[str] = []
    for power in reversed(range(len(_THOUSANDS))):
        group = value // 1000**power % 1000
        if group:
            words += [_below_thousand(group), _THOUSANDS[power]]
    return " ".join(words).strip()


def _below_thousand(value: int) -> str:
    words: list[str] = []
    if value >= 100:
        words += [_ONES[value // 100], "hundred"]
        value %= 100
        if not value:
            return " ".join(words)
    if value >= 20:
        words.append(_TENS[value // 10])
        value %= 10
        if not value:
            return " ".join(words)
    return " ".join([*words, _ONES[value]])
