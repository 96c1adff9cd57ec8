# The commands of this project. Only Python 3.11 or newer, git and make are needed beforehand.
#   make run     install, build the index, open the chat page
#   make test    install what tests need, build the index, run the tests
# The second time each costs seconds: what is done is remembered in .venv and index.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is new enough; another one: make run PYTHON=/path/to/python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PY := .venv/bin/python
PYTEST_ARGS ?= -q -n 2
# An environment belongs to the folder that it was made in: a moved checkout gets a new one.
HERE := $(shell pwd | cksum | cut -d' ' -f1)
VENV := .venv/.made-$(HERE)
INSTALLED := .venv/.installed-$(HERE)
INSTALLED_DEV := .venv/.installed-dev-$(HERE)
INDEX := index/current
# A thing that the index is made from and that is newer; folders of the corpus too, since a file may have gone.
# Not a list of prerequisites: names may hold spaces.
CHANGED := $(shell { find corpus -newer $(INDEX); find assistant/read assistant/search assistant/languages \
	-type f ! -name '*.pyc' -newer $(INDEX); } 2>/dev/null | head -n 1)

.PHONY: help run build test lint format bench eval gate screenshots tokens vectors clean distclean changed

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: $(INSTALLED) $(INDEX) ## install, build the index, open the chat page and print its address
	@echo "Starting the chat page ..."
	@exec $(PY) -m assistant chat $(if $(PORT),--port $(PORT))

build: $(INSTALLED) ## build the index; only what changed is embedded
	@$(PY) -m assistant build

test: $(INSTALLED_DEV) $(INDEX) ## run all tests
	@$(PY) -m pytest $(PYTEST_ARGS)

lint: $(INSTALLED_DEV) ## style, types, layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo

format: $(INSTALLED_DEV) ## put the code into the one style
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(INSTALLED_DEV) $(INDEX) ## measure speed and memory; results go to benchmarks/results
	@for b in benchmarks/*.py; do case $$b in */_*) continue;; esac; echo "== $$b"; $(PY) $$b; done

eval: $(INSTALLED_DEV) $(INDEX) ## answer and score the development questions; report in out/eval
	@$(PY) -m eval run eval/questions/*.jsonl --out out/eval

gate: $(INSTALLED_DEV) $(INDEX) ## fail when a score has fallen below its floor
	@$(PY) -m eval gate

screenshots: $(INSTALLED_DEV) $(INDEX) ## take the pictures of docs/screenshots anew (needs Chromium)
	@$(PY) docs/screenshots/take.py

tokens: $(INSTALLED) ## train the token encoding anew on the corpus (changes every token count)
	@$(PY) -m assistant.search.tokens

vectors: $(INSTALLED) $(INDEX) ## put the index's vectors beside the corpus, so that a first build is quick
	@$(PY) -c 'from assistant.search.carry import carry_vectors; from assistant import load_settings; \
		print(*carry_vectors(load_settings()))'

clean: ## remove the index and all that tools left behind; the environment stays
	rm -rf index/current index/gen-* index/.building-* index/.lock build out *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## remove the environment too
	rm -rf .venv

# ---------------------------------------------------------------- what the commands stand on

$(VENV):
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer is needed, and none was found ($$(python3 --version 2>&1 || true))." >&2; \
		echo "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$("$(PYTHON)" --version 2>&1); Python 3.11 or newer is needed." >&2; exit 1; }
	@echo "[1/3] Making the environment .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv .venv || { \
		echo "Python's venv module does not work. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PY) -m pip install --quiet --upgrade pip || { \
		echo "pip could not be brought up to date; it said why above. With a network, run the same command again." >&2; \
		exit 1; }
	@touch $@

$(INSTALLED): $(VENV) pyproject.toml
	@echo "[2/3] Installing (the first time about 2 GB and some minutes)"
	@$(PY) -m pip install --editable . || { \
		echo "The installation failed; what pip said stands above. With a network, run the same command again." >&2; \
		exit 1; }
	@touch $@

$(INSTALLED_DEV): $(INSTALLED)
	@echo "[2/3] Installing what tests and checks need"
	@$(PY) -m pip install --quiet --editable ".[dev]" || { \
		echo "The installation failed; what pip said stands above. With a network, run the same command again." >&2; \
		exit 1; }
	@touch $@

# A run that is cut short just after the index was put in force must not take it away again.
.PRECIOUS: $(INDEX)
$(INDEX): $(INSTALLED) $(if $(CHANGED),changed)
	@echo "[3/3] Building the index"
	@$(PY) -m assistant build
