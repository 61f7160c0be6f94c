# Everything runs in .venv, which the first target sets up from nothing: Python 3.11 or newer and make
# are all that has to be there.

NEWEST := $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PYTHON ?= $(NEWEST)
BIN := .venv/bin
INSTALLED := .venv/.installed
READY := .venv/.ready

.PHONY: demo test test-slow lint docs api-table bench campaigns campaign-mutants campaign-linked \
	campaign-properties mutants-engine survey accuracy history live clean

# Needs the product alone.
demo: $(INSTALLED)
	@$(BIN)/python -m tools.guide docs/first-steps.md

# What every change has to pass while it is made: at most four minutes on two cores.
test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

# The rest: real hooks, helm, go, other programs, large files, costs, a tenth of each campaign.
test-slow: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict .
	$(BIN)/python -m tools.docs --check

docs: $(READY)
	$(BIN)/python -m tools.docs

# Fields, types and choices of the Kubernetes API, from its Go types; needs go.
api-table: $(READY)
	$(BIN)/python -m tools.api_table

bench: $(READY)
	$(BIN)/python -m tools.bench

# Whole campaigns, run before a release; their figures lie in docs/evidence/.
campaigns: campaign-mutants campaign-linked campaign-properties

campaign-mutants: $(READY)
	$(BIN)/python -m tools.mutants

campaign-linked: $(READY)
	$(BIN)/python -m tools.linked

campaign-properties: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal --whole --hypothesis-profile=thorough \
		-m "campaign or hypothesis"

mutants-engine: $(READY)
	$(BIN)/python -m tools.mutants_engine

accuracy: $(READY)
	$(BIN)/python -m tools.accuracy $(SETS) $(FLEET) $(TRUTH) $(CONFIG)

history: $(READY)
	$(BIN)/python -m tools.history $(REPO) $(MOST)

survey: $(READY)
	$(BIN)/python -m tools.survey $(DIR)

live: $(READY)
	$(BIN)/python -m tools.live

clean:
	rm -rf .venv .live

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { \
	echo "deploylint needs Python 3.11 or newer, and found none; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(READY): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@
