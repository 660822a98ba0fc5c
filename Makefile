# make setup              everything a film needs, once
# make short SHORT=13     a finished short in out/
# make test               all tests
.PHONY: setup short test lint lock hearing clean
.DEFAULT_GOAL := setup

PYTHON ?= python3
SHORT ?= 13
STAMP := .venv/.stamp

setup: $(STAMP)

$(STAMP): setup.sh requirements.lock requirements-voice.lock
	PYTHON=$(PYTHON) ./setup.sh
	touch $@

short: $(STAMP)
	.venv/bin/python render.py --short $(SHORT)

test: $(STAMP)
	.venv/bin/python -m pytest

lint: $(STAMP)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# What a speech recogniser understands of finished films: make hearing ARGS="--short 1-10"
hearing: $(STAMP) .venv-hearing/.stamp
	.venv/bin/python -m bench.hearing $(ARGS)

.venv-hearing/.stamp: bench/hearing.txt
	$(PYTHON) -m venv .venv-hearing
	.venv-hearing/bin/python -m pip install -qq -r bench/hearing.txt
	touch $@

# Needs pip-tools; writes no address of any index into the files.
COMPILE := pip-compile --quiet --strip-extras --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-allow-unsafe --output-file -
VOICE := import tomllib; \
  print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["voice"], sep="\n")

lock:
	{ sed -n '1,/^$$/p' requirements.lock; \
	$(COMPILE) --extra dev --unsafe-package torch pyproject.toml | sed '/^# /d'; } > requirements.new
	mv requirements.new requirements.lock
	{ sed -n '1,/^$$/p' requirements-voice.lock; \
	$(PYTHON) -c '$(VOICE)' | $(COMPILE) --constraint requirements.lock - | sed '/^# /d'; \
	} > requirements-voice.new
	mv requirements-voice.new requirements-voice.lock

clean:
	rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis
