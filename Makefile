# Two commands are enough: `make release` and `make test`. Each sets up what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: help setup release test lint types unit integration browser no-browser dev fuzz bench bench-large lock clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY)  ## Make the virtual environment from the lock file

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: no '$(PYTHON)' here. Name yours: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

release: $(READY)  ## Make a dataset release from seeds/ into output/releases/
	$(BIN)/onrecord build

test: lint types unit integration $(if $(CHROMIUM),browser,no-browser)  ## Check style and types, run all tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/pytest -m "not browser" --numprocesses=auto --dist=loadfile tests/unit

# Whole processes wait now and then, so one more test runs than there are cores; what they import is compiled once.
integration: $(READY)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest --numprocesses=3 --dist=loadfile --no-loadscope-reorder tests/integration

browser: $(READY)  ## Test the page of a release in Chromium
	$(BIN)/pytest -m browser tests/unit

no-browser:
	@echo "No Chromium here: the tests of the page in a browser were left out (Debian: apt install chromium)"

dev: $(READY)  ## Open the Dagster UI on http://127.0.0.1:3000
	mkdir -p .dagster
	cp assets/dagster.yaml .dagster/dagster.yaml
	DAGSTER_HOME="$(CURDIR)/.dagster" $(BIN)/python -m assets.restart
	DAGSTER_HOME="$(CURDIR)/.dagster" VIRTUAL_ENV="$(CURDIR)/$(VENV)" PATH="$(CURDIR)/$(BIN):$$PATH" \
		dg dev --host 127.0.0.1 --port 3000

fuzz: $(READY)  ## Try ten thousand broken inputs on every reader and on the whole way of an article
	$(BIN)/pytest --hypothesis-profile=long tests/unit/intake/test_intake_fuzz.py \
		tests/unit/intake/test_polling_fuzz.py tests/unit/stages/test_article_fuzz.py

bench: $(READY)  ## Run the benchmarks
	for bench in tests/bench/bench_*.py; do $(BIN)/python $$bench || exit 1; done

bench-large: $(READY)  ## Measure whole builds of 100 to 100,000 articles (hours)
	$(BIN)/python tests/bench/bench_pipeline.py --paragraphs 2 --sizes 100 1000 10000 100000

lock:  ## Pin all dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-strip-extras --generate-hashes \
		--no-header --no-emit-index-url --quiet --output-file requirements.lock

clean:  ## Remove what was made: output, caches, the virtual environment
	rm -rf output build $(VENV) .dagster .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
