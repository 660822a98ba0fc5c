"""The body of YouTube's `videos.insert`, and its title and description.

Limits are those of the YouTube Data API (videos, `snippet` and `status`): a title of 100
characters, a description of 5000 bytes, tags of 500 characters, no angle bracket in any of them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from gradreel.evidence.film import Film
from gradreel.model import Short
from gradreel.publish.tags import hashtags
from gradreel.publish.text import clean, cut, octets, units
from gradreel.publish.times import rfc3339
from gradreel.publish.words import (
    Block,
    Limit,
    code_of,
    composed,
    hook_of,
    mistake_of,
    output_of,
    talk_of,
)

TITLE = Limit(100, units)
DESCRIPTION = Limit(5000, octets)
HASHTAGS = 3  # more of them, and YouTube shows none
EDUCATION = "27"

# The API refuses angle brackets. Arrows and comparisons have signs of their own, and what is left
# (`grad_fn=<AddBackward0>`) reads well in single guillemets.
SIGNS = (("->", "→"), ("<-", "←"), ("=>", "⇒"), ("<=", "≤"), (">=", "≥"), ("<", "‹"), (">", "›"))
NOTE = "(‹ › ≤ ≥ → ← ⇒ stand for what YouTube does not let through.)"


def without_angles(text: str) -> str:
    """The text with look-alikes for what has an angle bracket."""
    return re.sub(
        "|".join(re.escape(sign) for sign, _ in SIGNS), lambda found: dict(SIGNS)[found[0]], text
    )


def title(short: Short) -> str:
    return cut(without_angles(clean(short.title)), TITLE.most, TITLE.measure)


def description(short: Short, film: Film, found: tuple[str, ...]) -> str:
    """Hook, what is said, the code, what it really printed or raised, the mistake, hashtags."""
    code, output = code_of(film), output_of(film)
    replaced = any(sign in block.text for block in (code, output) for sign in "<>")
    plain = [
        Block(without_angles(block.text), block.head, block.more)
        for block in (hook_of(short), code, output, talk_of(film), mistake_of(short, film))
    ]
    hook, code, output, talk, mistake = plain
    note = Block(NOTE if replaced else "")
    end = " ".join(hashtags(found, HASHTAGS))
    ranked = ((0, hook), (2, code), (3, output), (4, note), (1, talk), (5, mistake))
    return composed(DESCRIPTION, end, *ranked)


def body(
    short: Short, film: Film, found: tuple[str, ...], language: str, publish_at: datetime
) -> dict[str, Any]:
    """What `videos.insert` is sent with `part=snippet,status`.

    `publishAt` needs the status private. A voice from a machine is synthetic media, though no real
    person's: declared, it costs a label; not declared, it may cost the channel. A film of diagrams
    with the author's own voice, or with none, has nothing to declare.
    """
    snippet: dict[str, Any] = {
        "title": title(short),
        "description": description(short, film, found),
        "tags": list(found),
        "categoryId": EDUCATION,
        "defaultLanguage": language,
    }
    if film.voice != "none":
        snippet["defaultAudioLanguage"] = language
    return {
        "snippet": snippet,
        "status": {
            "privacyStatus": "private",
            "publishAt": rfc3339(publish_at),
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": film.synthetic,
        },
    }
