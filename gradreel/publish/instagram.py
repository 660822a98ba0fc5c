"""What Instagram is sent for a reel: the fields of its Graph API's media container.

A caption has 2200 characters, of which some 55 are seen before it is opened: the hook comes first.
"""

from __future__ import annotations

from typing import Any

from gradreel.evidence.film import Film
from gradreel.model import Short
from gradreel.publish.tiktok import caption


def body(short: Short, film: Film, found: tuple[str, ...]) -> dict[str, Any]:
    """All but `video_url`, which is wherever the film has been put."""
    return {
        "media_type": "REELS",
        "caption": caption(short, film, found),
        "thumb_offset": round(film.cover * 1000),
        "share_to_feed": True,
    }
