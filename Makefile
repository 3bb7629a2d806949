# `make run` and `make test` set up all they need in .venv; the second time that takes no time.

PYTHON ?= python3
VENV := .venv
export PIP_CONSTRAINT := constraints.txt
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif

.PHONY: run test test-long check bench pictures clean

run: $(VENV)/run.stamp
	@$(BIN)/trainer quiz $(ARGS)

test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -q $(ARGS)

# With the tests marked `long`, too.
test-long: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -q -m "" $(ARGS)

check: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/trainer check decks

bench: $(VENV)/dev.stamp
	@$(BIN)/python benchmarks/all.py $(ARGS)

pictures: $(VENV)/dev.stamp
	@$(BIN)/python docs/make_pictures.py

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Trainer needs Python 3.11 or later; name one: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Byte code is compiled here, so that the first start is as quick as any.
$(VENV)/run.stamp: pyproject.toml constraints.txt $(VENV)/python.stamp
	@echo "Setting up in $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@$(BIN)/python -m compileall -q trainer
	@touch $@

# Anki's own code is an oracle and a yardstick: where it can't be had, that is left out.
$(VENV)/dev.stamp: $(VENV)/run.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1 -e '.[oracle]' \
	  || echo "The package anki can't be installed; tests and benchmarks against it are left out"
	@touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
