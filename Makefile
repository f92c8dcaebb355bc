# make run      the kiosk (practice where nothing is set up)
# make install  .venv alone; the command is then .venv/bin/kiosk
# make test     the whole suite
# make torture  the long sweeps over the vault (see docs/durability.md), some twenty minutes
# make check    format, lint, types, layers, and the suite
# make lock     the lock files anew, from pyproject.toml
PYTHON ?= python3
BIN := .venv/bin
SOURCES := kiosk screens tests
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.PHONY: run install test torture check lint lock clean

run: .venv/installed
	@$(BIN)/kiosk

install: .venv/installed

# --no-build-isolation: the build backend comes from the lock too.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q kiosk screens
	@touch $@

.venv/tested: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

test: .venv/tested
	$(BIN)/python -m pytest

torture: .venv/tested
	TORTURE=1 $(BIN)/python -m pytest --timeout 3600 tests/kiosk/vault/torture

lint: .venv/tested
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

check: test lint

lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet uv
	.venv/lock/bin/uv $(LOCK) --extra build pyproject.toml -o requirements.lock
	.venv/lock/bin/uv $(LOCK) --extra build --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv dist build
