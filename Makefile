# Two commands do everything, from Python 3.11 and make alone:
#   make demo [PORT=8000] [HOST=127.0.0.1]
#   make test [ARGS="-m 'not browser' -x"]

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?= -n 2
ROUNDS ?= 200
SEED ?= 0
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

.PHONY: help setup demo test check format lock bench loss clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Install what the lock files name and build the browser code; does nothing when nothing changed
	@$(PYTHON) pasiflora/stack/bootstrap.py

demo: setup ## Start everything with demo data; Ctrl-C stops it, the data stays
	@$(BIN)/python -m pasiflora.stack demo --host $(HOST) --port $(PORT)

test: setup ## Run the whole test suite on throwaway servers
	@$(BIN)/python -m pasiflora.stack test $(ARGS)

check: setup ## Read the code: lint, format, types, layers, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	git ls-files -z '*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	$(BIN)/python -m pasiflora.stack run --throwaway -- python manage.py makemigrations --check --dry-run
	cd frontend && PATH=$(CURDIR)/$(BIN):$$PATH && npm run --silent typecheck && npm test --silent && npm run --silent size

format: setup ## Write Python and templates the way `make check` wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files -z '*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2

lock: setup ## Resolve pyproject.toml again; the product and the tools agree on every shared version
	$(LOCK) --upgrade pyproject.toml --output-file requirements.lock
	$(LOCK) --upgrade pyproject.toml --group dev --group stack --group font --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(LOCK) --upgrade --group font --constraint requirements-dev.lock --output-file requirements-font.lock

bench: setup ## Print the figures behind the design, on throwaway servers; BENCH="qualification desk imports releases claims writers first_sight keys"
	@$(BIN)/python -m pasiflora.stack run --throwaway -- python -m bench $(BENCH)

loss: setup ## Type for twenty minutes while everything is killed; ROUNDS=200 SEED=0 (0: a new one)
	PASIFLORA_LOSS_ROUNDS=$(ROUNDS) PASIFLORA_LOSS_SEED=$(SEED) \
		$(BIN)/python -m pasiflora.stack test -s tests/browser/test_loss.py

clean: ## Remove what can be made again: the venv, builds, caches. The demo's data in var/ stays
	rm -rf .venv node_modules frontend/node_modules frontend/dist frontend/made staticfiles htmlcov var/throwaway
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
