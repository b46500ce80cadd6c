# Two commands: `make demo` runs the main job, `make test` is all that is checked.
# Both make their own environment first, pinned by constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types mypy pyright tests package bench docs guide help clean

help:
	@echo "make demo    the main job: sample articles become a published dataset"
	@echo "make test    everything that is checked: style, types, packaging, tests"
	@echo "make lint    style alone, as the hooks of pre-commit check it"
	@echo "make docs    the generated parts of README and docs, and the site in site/"
	@echo "make guide   the pictures of the guide for annotators"
	@echo "make bench   speed against what a user would pick instead"

$(READY): pyproject.toml constraints.txt
	@echo "== making the environment in $(VENV) (a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "error: Python 3.11 or newer is needed; say: make PYTHON=python3.12" && exit 1)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
# pip compiles on one core what it installs, a minute and more of it; compileall does so on all.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt --group dev -e '.[studio]'
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true  # else at the first import
	@touch $@

demo: $(READY)
	@echo "== the main job: articles -> Label Studio -> annotations -> dataset"
	$(BIN)/signalbook demo

test: $(READY) lint types package tests

lint: $(READY)
	@echo "== style"
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# Side by side, for each keeps one core busy.
types: $(READY)
	@echo "== types"
	@$(MAKE) --no-print-directory -j 2 mypy pyright

mypy: $(READY)
	$(BIN)/mypy
	@for file in $$(git ls-files '*/constraints.py' ':!datasets'); do $(BIN)/mypy $$file || exit 1; done

pyright: $(READY)
	$(BIN)/pyright

package: $(READY)
	@echo "== packaging"
	$(BIN)/python tests/packaging.py

# One process more than there are cores: much of the time is spent waiting for servers.
tests: $(READY)
	@echo "== tests"
	$(BIN)/pytest -n 3 --dist loadgroup

bench: $(READY)
	@for script in benchmarks/*.py; do echo "== $$script"; PYTHONPATH=tests/helpers $(BIN)/python $$script || exit 1; done

docs: $(READY)
	@echo "== documentation"
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

guide: $(READY)
	@echo "== pictures of the guide for annotators"
	PYTHONPATH=tests/helpers $(BIN)/python docs/generate_guide.py

clean:
	rm -rf $(VENV) .cache demo site
