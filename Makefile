# One command to serve, one to test. `make help` lists them all.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-installed
TEST_STAMP := $(VENV)/.test-installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install serve test test-crash check bench pictures messages lint lock clean

help: ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(RUN_STAMP) ## Install what is needed, without serving
	@:

serve: $(RUN_STAMP) ## Install what is needed, then serve on http://127.0.0.1:8000 (PORT changes it)
	@exec $(BIN)/alongside serve

test: $(TEST_STAMP) ## Everything: lint, types, imports, and all tests on both databases and in a browser
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest --quiet --numprocesses=auto --dist=worksteal --ignore=tests/crash
	@$(BIN)/python -m pytest --quiet tests/crash

test-crash: $(TEST_STAMP) ## Kill, race and storm the real server: about five minutes (docs/reliability.md)
	@ALONGSIDE_TEST_CRASH=long $(BIN)/python -m pytest --quiet tests/crash

check: $(TEST_STAMP) ## The quick part, on SQLite and without a browser: some minutes
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest --quiet --numprocesses=auto --dist=worksteal --ignore=tests/browser -m "not slow" -k "not postgresql"

bench: $(TEST_STAMP) ## SQL, CPU against a bare hello-world, bytes and memory: some minutes (docs/performance.md)
	@$(BIN)/python -m bench

pictures: $(TEST_STAMP) ## Make the pictures of docs/authoring.md, docs/lti.md and the README anew
	@$(BIN)/python -m tests.browser.pictures

messages: $(TEST_STAMP) ## Gather what the pages say for translators, and compile the translations there are
	@$(BIN)/python -m tests.messages

lint: $(TEST_STAMP) ## Style, types and import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports >/dev/null 2>&1 || $(BIN)/lint-imports

lock: $(TEST_STAMP) ## Pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header pyproject.toml locks/build.in -o locks/run.txt
	@$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --extra test -c locks/run.txt pyproject.toml locks/build.in -o locks/test.txt

clean: ## Remove what was installed; data in instance/ stays
	rm -rf $(VENV)

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Alongside needs Python 3.11 or newer, but '$(PYTHON)' is not. Name another: make PYTHON=python3.12 serve"; exit 1; }
	@echo "Making a virtual environment in $(VENV)."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python could not make a virtual environment. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }

$(RUN_STAMP): locks/run.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "Installing what Alongside needs. The first time takes about a minute."
	@$(PIP) --require-hashes -r locks/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_STAMP): locks/test.txt $(RUN_STAMP)
	@echo "Installing what the tests need."
	@$(PIP) --require-hashes -r locks/test.txt
	@touch $@
