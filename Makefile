# make demo · make test · make test-slow · make check · make fuzz; VENV=… puts the environment elsewhere.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: demo test test-slow check fuzz clean

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed: make PYTHON=python3.12 …"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(INSTALLED)
	rm -rf demo
	$(BIN)/commonplace init demo --from sample/exports --secrets sample/secrets --zone Europe/London
	$(BIN)/commonplace build demo --set tokenizer.vocabulary=2048 --set plan.length=256 \
		--set finetune.batch=4 --set finetune.steps=320 --set finetune.epochs=12

test: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not gpu"

test-slow: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "slow and not gpu"

fuzz: $(INSTALLED)
	$(BIN)/python -m tests.fuzz.run --seconds 480

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

clean:
	rm -rf demo .venv .pytest_cache .ruff_cache .mypy_cache
