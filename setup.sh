#!/bin/sh
# Gives this machine what a film needs: programs by the system's package manager, Python packages in
# .venv. Runs again safely; what is there is left alone.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "setup: Python 3.11 or later is needed; name one with PYTHON=/path/to/python3.11" >&2
    exit 4
}

have() {
    command -v ffmpeg && command -v ffprobe && command -v espeak-ng && command -v gcc &&
        pkg-config --exists cairo pangocairo &&
        "$python" -c 'import ctypes; ctypes.CDLL("libespeak-ng.so.1")' &&
        "$python" -c 'import os, sysconfig, venv, ensurepip
assert os.path.exists(sysconfig.get_path("include") + "/Python.h")'
} >/dev/null 2>&1

system_packages="ffmpeg espeak-ng libespeak-ng1 libcairo2-dev libpango1.0-dev pkg-config gcc"
case "$("$python" -c 'import sys; print(sys.base_prefix)')" in
    /usr) system_packages="$system_packages python3-dev python3-venv" ;;
esac

if [ "$(uname)" = Darwin ]; then
    command -v brew >/dev/null || { echo "setup: install Homebrew first" >&2; exit 4; }
    brew install ffmpeg espeak-ng cairo pango pkg-config
elif ! have; then
    if ! command -v apt-get >/dev/null; then
        echo "setup: install these with your package manager: $system_packages" >&2
        exit 4
    fi
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list
    $as_root apt-get install -qq -y --no-install-recommends $system_packages
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install -qq --require-hashes -r requirements.lock
# Outside the lock: its builds differ by machine. Its own needs are locked above.
.venv/bin/python -m pip install -qq torch==2.13.0
# A young package by one author: if it is gone one day, films are made all the same.
.venv/bin/python -m pip install -qq --require-hashes -r requirements-voice.lock ||
    echo "setup: the neural voice cannot be installed now; pyttsx3 speaks instead" >&2
# As pip does it with packages: or else every process compiles what it imports, and the one that runs
# snippets, which may not write, does so for every film.
.venv/bin/python -m compileall -q gradreel
.venv/bin/python render.py --doctor
