# make setup              everything a film needs, once
# make short SHORT=13     a finished short in out/
# make test               all tests
.PHONY: setup short test lint lock clean
.DEFAULT_GOAL := setup

PYTHON ?= python3
SHORT ?= 13
STAMP := .venv/.stamp

setup: $(STAMP)

$(STAMP): setup.sh requirements.lock
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

# Needs pip-tools; writes no address of any index into the file.
lock:
	{ sed -n '1,/^$$/p' requirements.lock; \
	pip-compile --quiet --extra dev --strip-extras --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --unsafe-package torch \
	  --no-allow-unsafe --output-file - pyproject.toml | sed '/^# /d'; } > requirements.new
	mv requirements.new requirements.lock

clean:
	rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis
