"""The studio without its page: the newest picture and draft of a short as files, for a viewer that
loads what changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from gradreel import shelf
from gradreel.model import Script
from gradreel.script import parse
from gradreel.settings import Settings
from gradreel.studio.easel import Event


class OnDisk:
    """Told the events of a `Loop`; `say` gets a line for each file, finding and error."""

    def __init__(self, script: Script, settings: Settings, say: Callable[[str], None]) -> None:
        self.script, self.settings, self.say = script, settings, say

    def __call__(self, event: Event) -> None:
        match event["kind"]:
            case "day":
                self.script = parse(self.script.path)
            case "still":
                self._keep(event, ".png")
            case "draft":
                self._keep(event, ".mp4")
            case "findings":
                for finding in event["findings"]:
                    self.say(f"short {event['short']:02d}: {finding['text']}")
            case "error":
                place = f"{event['file']}:{event['line']}: " if event["file"] else ""
                self.say(f"{place}{event['message']}\n  {event['fix']}".rstrip())

    def _keep(self, event: Event, ending: str) -> None:
        short = next((s for s in self.script.shorts if s.number == event["short"]), None)
        if short is None:
            return
        target = shelf.path_of(self.script, short, self.settings, f"-watch{ending}")
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}")
        shutil.copyfile(event["file"], draft)
        draft.replace(target)
        self.say(f"{target} ({event['seconds']} s)")
