# Each target does its own set-up from nothing: a virtual environment with the locked dependencies.
# Needs Python 3.11 and make, nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# More than there are cores: many tests wait, for processes, a browser, or the pace that Slack allows.
WORKERS ?= 3
PORT ?= 8765
# Python keeps what it compiled, whatever the machine says: tests start the bot a hundred times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-long check bench soak format messages names pictures lock clean

demo: .venv/ready
	$(BIN)/pathfinder-bot demo --port $(PORT)

test: .venv/ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Real processes: installed by the guide's own words, started in any order, upgraded, in a short storm; every
# slip of the finger in every name of a country; and each conversation over the other of its two roads.
test-long: .venv/ready
	$(BIN)/python -m pytest -m long --ignore tests/handlers
	$(BIN)/python -m pytest -m long -n $(WORKERS) --dist worksteal tests/handlers

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.audit

# All of it takes about a quarter of an hour; `make bench ONLY=answer` is one of benchmarks/__main__.py.
ONLY ?=
bench: .venv/ready
	$(BIN)/python -m benchmarks $(ONLY)

# Replicas killed at 200 steps of sending, then an hour of mixed load in a storm: Slack, mail, the database and
# the clock fail, and replicas are killed at any moment. `make soak KILLS=20 MINUTES=2` is a short one.
KILLS ?= 200
MINUTES ?= 60
soak: .venv/ready
	$(BIN)/python -m tests.soak --kills $(KILLS) --minutes $(MINUTES)

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Bring the French and Spanish catalogues in step with what the code and the templates say.
messages: .venv/ready
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k say -k say_many:1,2 -k marked -k marked_many:1,2 \
		--no-wrap --no-location --sort-output -o messages.pot .
	$(BIN)/pybabel -q update -i messages.pot -d templates/locales --no-wrap --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date
	rm messages.pot

# Rebuild the index of country names, after an upgrade of Babel.
names: .venv/ready
	$(BIN)/python -m community.names_index

# The pictures in docs/pictures, made by the browser tests. Needs Chromium, and a font with emoji.
pictures: .venv/ready
	PICTURES=1 $(BIN)/python -m pytest tests/browser

# Pin every dependency with its hashes, and without the address of any index; in deploy/ those of `run` alone.
lock: .venv/ready
	$(BIN)/python -m uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url \
		--universal --python-version 3.11 --custom-compile-command "make lock" -q -o requirements.lock
	$(BIN)/python -m uv pip compile pyproject.toml --constraint requirements.lock --generate-hashes \
		--no-emit-index-url --no-annotate --universal --python-version 3.11 \
		--custom-compile-command "make lock" -q -o deploy/requirements.lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv
