"""Files of a package: whole under their final names, and left alone where nothing changed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from gradreel.errors import ConfigError


def keep(target: Path, content: str | bytes) -> None:
    """Let `target` have this content. Raises `ConfigError` where it cannot be written."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if target.is_file() and target.read_bytes() == data:
            return
        draft = target.with_name(f".{target.name}.tmp")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise ConfigError(
            f"{target} cannot be written: {error.strerror}.", fix="Give another folder with --out."
        ) from error


def as_json(data: Any) -> str:
    """JSON for people: indented, with the letters as they are."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """An object from a file; empty where there is none, or none that is whole."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
