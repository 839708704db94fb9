# Needs Python 3.11 or newer; everything is installed into .venv, nothing outside it.
PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
SETTINGS := binder/labconfig/default_setting_overrides.json

.PHONY: help lessons test check bench picture clean

help:
	@echo 'make lessons   open JupyterLab on the lessons (on a server: ARGS=--no-browser)'
	@echo 'make test      run the tests (ARGS="-k engine": pass options to pytest)'
	@echo 'make check     ruff, mypy and tsc (needs Node.js)'
	@echo 'make bench     print the figures'
	@echo 'make picture   make the pictures of the README again (needs Chromium)'
	@echo 'make clean     remove .venv and what tools left behind'
	@echo 'PYTHON=python3.12 picks the interpreter'

LAB := --log-level=ERROR --LabApp.extension_manager=readonly

lessons: $(VENV)/.lessons
	@$(BIN)/minitorch-viz lessons $(LAB) $(ARGS)

# One worker drives the browser while the other runs everything else.
test: $(VENV)/.test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	tsc --project .

bench: $(VENV)/.test
	@$(BIN)/python -m benchmarks $(ARGS)

picture: $(VENV)/.test
	$(BIN)/minitorch-viz draw docs/detach.py -o docs/detach-light.svg
	$(BIN)/minitorch-viz draw docs/detach.py -o docs/detach-dark.svg --theme dark
	$(BIN)/python -m docs.screenshot

clean:
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -prune -exec rm -rf {} +

# A stamp for each extra: the second time costs nothing, a change here installs again.
$(VENV)/.%: $(VENV)/.python pyproject.toml $(SETTINGS)
	@echo 'Installing minitorch_viz[$*] into $(VENV); the first time takes about a minute.'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@mkdir -p $(VENV)/etc/jupyter/labconfig
	@cp $(SETTINGS) $(VENV)/etc/jupyter/labconfig
	@touch $@

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'minitorch_viz needs Python 3.11 or newer, and "$(PYTHON)" is older or missing.'; \
	  echo 'Name one: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@
