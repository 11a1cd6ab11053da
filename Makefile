# Everything a newcomer or a CI needs, on a machine with python3 (3.11 or newer), make and git.
# `make help` lists the targets. PYTHON=… chooses another interpreter, TESTS=… a part of the suite, JOBS=… the workers.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test check style fix bench browser counterparts

UV := 0.13.9
PYTHON ?=
TESTS ?= tests
# Tests wait for servers and browsers a third of their time: one worker more than there are cores.
JOBS ?= $(shell expr $$(nproc) + 1)
CHROMIUM := /usr/bin/chromium
BIN := .venv/bin
READY := .venv/.ready
OTHERS := tests/counterparts/node_modules
export UV_PYTHON_DOWNLOADS := never
# Each of the tests' many processes would compile our own modules again.
unexport PYTHONDONTWRITEBYTECODE
# Libraries are compiled once here, not at every start where an account may not write beside them.
export UV_COMPILE_BYTECODE := 1
# A company's own certificates stand in the system's store; uv brings a store of its own for a machine that has none.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: $(READY) ## make .venv with everything in it (done again when the lock file changes)
	@echo "Ready. The command is $(BIN)/reseau; \`make run\` shows the demonstration."

run: $(READY) ## fill and serve the demonstration, on http://127.0.0.1:8050/
	@$(BIN)/reseau demo

test: style counterparts ## the checks and the whole suite; types are checked while the tests run
	@types=$$(mktemp); $(BIN)/mypy >"$$types" 2>&1 & checking=$$!; \
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(TESTS); tested=$$?; \
	wait $$checking || { cat "$$types" >&2; tested=1; }; rm -f "$$types"; exit $$tested

check: style ## lint, format, types and the rules of imports
	@$(BIN)/mypy

style: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

fix: $(READY) ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) counterparts ## measure ours beside its peers, in one run
	@$(BIN)/python -m tests.bench

counterparts: $(OTHERS)/.ready ## install the programs that tests talk to: local Slack, Teams' playground, card renderers

browser: ## install Debian's chromium for the tests of pages (needs root)
	@if test -x $(CHROMIUM); then exit 0; \
	elif test "$$(id -u)" != 0; then echo "$(CHROMIUM) is missing. Install it as root: apt-get install chromium" >&2; exit 2; \
	else apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-liberation; fi

$(READY): pyproject.toml uv.lock
	@.ci/venv $(PYTHON)
	@echo "Installing what uv.lock says into .venv (1.3 GB on the disk, two minutes or so)…"
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = $(UV) || \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@$(BIN)/uv sync --frozen --quiet --python $(BIN)/python
	@touch $@

$(OTHERS)/.ready: tests/counterparts/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: the tests of Slack and Teams need it (apt-get install nodejs npm)" >&2; exit 2; }
	@echo "Installing what tests/counterparts/package-lock.json says (170 MB)…"
	@cd tests/counterparts && npm ci --silent
	@touch $@
