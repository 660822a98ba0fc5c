"""What TikTok is sent: the `post_info` of its Content Posting API.

The caption is called `title` there and has 2200 UTF-16 units; the cover is a moment of the film.
"""

from __future__ import annotations

from typing import Any

from gradreel.evidence.film import Film
from gradreel.model import Short
from gradreel.publish.tags import hashtags
from gradreel.publish.text import units
from gradreel.publish.words import Limit, composed, hook_of, output_of, talk_of

CAPTION = Limit(2200, units)
HASHTAGS = 5
FEW_LINES = 3  # of output; code is for reading elsewhere


def caption(short: Short, film: Film, found: tuple[str, ...]) -> str:
    """Hook, what is said, what the code printed, hashtags: also Instagram's caption."""
    end = " ".join(hashtags(found, HASHTAGS))
    blocks = (0, hook_of(short)), (2, output_of(film, most=FEW_LINES)), (1, talk_of(film))
    return composed(CAPTION, end, *blocks)


def body(short: Short, film: Film, found: tuple[str, ...]) -> dict[str, Any]:
    """Private until somebody looks: apps that TikTok has not audited can post nothing else."""
    return {
        "post_info": {
            "title": caption(short, film, found),
            "privacy_level": "SELF_ONLY",
            "disable_comment": False,
            "disable_duet": False,
            "disable_stitch": False,
            "video_cover_timestamp_ms": round(film.cover * 1000),
            "is_aigc": film.synthetic,
        }
    }
