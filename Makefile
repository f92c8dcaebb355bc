# make run      a practice kiosk: nothing is kept
# make install  .venv alone; the command is then .venv/bin/kiosk
# make test     the whole suite
# make test-fast  what answers within a minute: the domain without its sweeps and commands, a whole visit, the keys
# make test-newest  what another Python can do otherwise: .ci/run has it done by the newest
# make torture  the long sweeps over the vault (see docs/durability.md), more examples for the rest, and then 500 visits
#               one after the other and a million steps that nobody planned (see docs/soak.md), some fifteen and sixty
# make bench    what vault, screens and sending cost, beside limits and rivals, into docs/bench.md, some nine minutes;
#               BENCH_MOST=10000 make bench takes a quick look
# make pictures every page of the program in each theme at three sizes, into pictures/index.html, some three minutes
# make locales  the texts of the program for translators: data/locales/kiosk.pot from the sources, and each catalogue
#               brought up to date with it (docs/languages.md)
# make check    format, lint, types, layers, and the suite
# make release  the source archive and the wheel, made from it, into dist/, and a visit from that wheel
# make medium   a folder for a USB stick, medium/, that installs and updates a kiosk without a network (docs/updates.md);
#               signed with KEY=FILE, for the Debian releases and machines in MEDIUM_FOR
# make medium-test  that folder tried on bare Debian 12 and 13 without a network, as root, some twenty minutes
# make boot-test  a machine that was set up from it starts in a virtual machine, as root, some fifteen minutes
# make places-test  a day with an office and three kiosks: a stick, two nodes of Syncthing, SeaweedFS (docs/places.md),
#               half a minute; it takes Debian's syncthing
# make lock     the lock files anew, from pyproject.toml
PYTHON ?= python3
BIN := .venv/bin
SOURCES := bench deploy kiosk screens tests
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

# Where it is set, each worker of the tests compiles all of them anew, which takes it six seconds.
unexport PYTHONDONTWRITEBYTECODE

# Of the rest, each costs a terminal, a process or a walk over many pages.
SOON := $(addprefix tests/kiosk/,counts desk/audit desk/keys desk/summaries entry pack settings supervision vault visit) \
	$(addprefix tests/screens/,visit/test_whole_visit.py desk/test_list.py terminal/test_key_reader.py terminal/test_lock.py)

# Where Python itself, what it brings and what is built for it can differ: modules, processes, files, archives,
# letters, TOML, the terminal, and Textual's loop.
NEWEST := $(addprefix tests/kiosk/,cli/test_main.py desk/summaries/test_workers.py entry pack/test_load.py settings \
	supervision/test_turns.py test_dates.py test_hardening.py test_isolation.py test_os_errors.py test_text.py \
	test_untrusted.py upkeep/test_backup.py vault/test_durable.py vault/test_log.py vault/torture/test_crowd.py) \
	$(addprefix tests/screens/,desk/test_comments.py visit/test_saving.py) \
	$(addprefix tests/screens/terminal/,test_key_reader.py test_lock.py test_pty_end.py)

.PHONY: run install test test-fast test-newest torture bench pictures locales check lint release medium medium-test \
	boot-test places-test lock clean

run: .venv/installed
	@$(BIN)/kiosk --practice

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

test-fast: .venv/tested
	$(BIN)/python -m pytest --ignore tests/kiosk/vault/torture $(SOON)

test-newest: .venv/tested
	$(BIN)/python -m pytest $(NEWEST)

torture: .venv/tested
	TORTURE=1 $(BIN)/python -m pytest --timeout 3600 tests/kiosk
	TORTURE=1 $(BIN)/python -m pytest --timeout 3600 -n 0 tests/screens/soak tests/screens/monkey \
		tests/screens/pty/test_monkey.py tests/screens/pty/test_after_a_crash.py

# Two rivals need much that the kiosk has no use for, so they live apart; without that, they are left out.
bench: .venv/tested
	@test .venv/bench/installed -nt bench/requirements.lock || { $(PYTHON) -m venv .venv/bench \
		&& .venv/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
			-r bench/requirements.lock && touch .venv/bench/installed; } \
		|| echo "BetterJSONStorage and boto3 could not be installed, so they are left out."
	$(BIN)/python -m bench

pictures: .venv/tested
	rm -rf pictures
	PICTURES=$(CURDIR)/pictures $(BIN)/python -m pytest tests/screens/test_contact_sheet.py

locales: .venv/tested
	@$(BIN)/python -m deploy.locales

lint: .venv/tested
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

check: test lint

release: .venv/tested
	rm -rf dist
	$(BIN)/python -m hatchling build --target sdist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist dist/*.tar.gz
	WHEEL=$$(echo $(CURDIR)/dist/*.whl) $(BIN)/python -m pytest -n 0 tests/screens/pty/test_wheel.py

KEY ?= $(HOME)/.ssh/strengths-kiosk
MEDIUM_FOR ?= 12-amd64 12-arm64 13-amd64 13-arm64

medium: .venv/tested
	@test -f $(KEY) || { echo "There is no key $(KEY). Make it once: ssh-keygen -t ed25519 -f $(KEY)"; exit 1; }
	rm -rf build
	$(BIN)/python -m hatchling build --target wheel --directory build
	$(BIN)/python -m deploy.make_medium medium --key $(KEY) --wheel build/*.whl --for $(MEDIUM_FOR)

medium-test: .venv/tested
	$(BIN)/python -m pytest -n 0 --timeout 1800 tests/deploy/on_bare_debian.py

boot-test: .venv/tested
	$(BIN)/python -m pytest -n 0 --timeout 3600 tests/deploy/in_qemu.py

places-test: .venv/tested
	$(BIN)/python -m pytest -n 0 tests/kiosk/places/day_of_three_places.py

lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet uv
	.venv/lock/bin/uv $(LOCK) --extra build pyproject.toml -o requirements.lock
	.venv/lock/bin/uv $(LOCK) --extra build --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock
	.venv/lock/bin/uv $(LOCK) bench/requirements.in -c requirements.lock -o bench/requirements.lock

clean:
	rm -rf .venv dist build medium pictures
