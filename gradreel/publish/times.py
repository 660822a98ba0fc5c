"""When the shorts of a day come out: moments spread evenly between two times of day in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gradreel.settings import Publish

MINUTE = timedelta(minutes=1)


def slots(publish: Publish, day: date, count: int) -> tuple[datetime, ...]:
    """So many moments in UTC, whole minutes, the first and the last at the times of day asked for.

    They are as far apart as the clock on the wall really runs: on a day when it is set forward or
    back between the two, none comes twice and none is left out.
    """
    first, last = (_moment(publish.zone, day, at) for at in (publish.first, publish.last))
    between = (last - first) / max(1, count - 1)
    return tuple(first + between * n // MINUTE * MINUTE for n in range(count))


def tomorrow(publish: Publish, now: datetime) -> date:
    """The day after `now`, where the author lives."""
    return (local(publish.zone, now) + timedelta(days=1)).date()


def local(zone: str, moment: datetime) -> datetime:
    """A moment as the author's clock shows it."""
    return moment.astimezone(ZoneInfo(zone) if zone else None)


def rfc3339(moment: datetime) -> str:
    """`2026-12-01T08:00:00Z`, as `publishAt` is sent."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(zone: str, day: date, at: str) -> datetime:
    """A time of day as a moment. One that the clock skips is as late after the skip as it is after
    the clock stopped; of one that comes twice it is the first."""
    naive = datetime.combine(day, time.fromisoformat(at))
    aware = naive.replace(tzinfo=ZoneInfo(zone)) if zone else naive.astimezone()
    return aware.astimezone(UTC)
