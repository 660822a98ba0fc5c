"""One sentence with pyttsx3, in a process of its own: JSON in on stdin, JSON out on stdout.

pyttsx3 loses files, forgets the rate, hangs on errors and prints. What works, measured: a fresh
process for each sentence, an empty run to prime the engine, and on espeak a `Synchronize` after
every property before the next one is set. Word times come from espeak's own events, which pyttsx3
passes on without their time, so its callback is wrapped.

    {"text", "pace", "voice", "pitch", "path", "seconds", "nonce"}
 -> {"nonce", "pace", "words": [[first character, seconds], ...] or null}
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any

HUNG = 9  # exit code of the watchdog


def main() -> None:
    job = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what pyttsx3 prints must not get into the answer
    watchdog = threading.Timer(job["seconds"], os._exit, [HUNG])
    watchdog.daemon = True
    watchdog.start()
    with open(job["path"], "wb"):
        pass  # a path that cannot be written fails here, not inside a C callback
    said = _espeak(job) if not sys.platform.startswith(("darwin", "win")) else _system(job)
    json.dump({"nonce": job["nonce"], **said}, answer)
    answer.close()
    os._exit(0)  # past pyttsx3's destructors, which may wait for ever


def _espeak(job: dict[str, Any]) -> dict[str, Any]:
    """espeak-ng through pyttsx3, in the one order of steps that is reliable."""
    import pyttsx3
    from pyttsx3.drivers import _espeak as espeak

    words: list[tuple[int, float]] = []
    connect = espeak.SetSynthCallback

    def connect_listening(callback: Any) -> None:
        def listen(wav: Any, count: int, events: Any) -> Any:
            index = 0
            while events[index].type != espeak.EVENT_LIST_TERMINATED:
                event = events[index]
                if event.type == espeak.EVENT_WORD:
                    words.append((event.text_position - 1, event.audio_position / 1000))
                index += 1
            return callback(wav, count, events)

        connect(listen)

    espeak.SetSynthCallback = connect_listening
    engine = pyttsx3.init("espeak")
    engine.runAndWait()
    espeak.Synchronize()
    for name in ("voice", "rate", "pitch"):
        engine.setProperty(name, job["pace" if name == "rate" else name])
        espeak.Synchronize()
    current = espeak.dll.espeak_GetParameter(espeak.RATE, 1)
    engine.save_to_file(job["text"], job["path"])
    engine.runAndWait()
    espeak.Synchronize()
    return {"pace": current, "words": words}


def _system(job: dict[str, Any]) -> dict[str, Any]:
    """The voice of macOS or Windows: no word times, and the pace cannot be read back."""
    import pyttsx3

    mac = sys.platform == "darwin"
    made = f"{job['path']}.aiff" if mac else job["path"]  # whatever the name, macOS writes AIFF
    engine = pyttsx3.init()
    engine.setProperty("rate", job["pace"])
    engine.save_to_file(job["text"], made)
    engine.runAndWait()
    if mac:
        convert = ["afconvert", "-f", "WAVE", "-d", "LEI16", "-c", "1", made, job["path"]]
        subprocess.run(convert, check=True)
    return {"pace": job["pace"], "words": None}


if __name__ == "__main__":
    main()
