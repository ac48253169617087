# The verbs; their logic is in bin/. A second run of anything repeats no finished step.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench messages assets clean
MAKEFLAGS += --no-print-directory

UV_VERSION := 0.13.9
UV := .tools/uv-$(UV_VERSION)
APPS := kit accounts operations cadres media assessments content courses certificates exchange indicators lms
STATIC := $(shell find $(APPS) -path '*/static*/*' -type f)
MIGRATIONS := $(wildcard */migrations/*.py)
CATALOGUES := $(shell find $(APPS) -path '*/locale/*' -name '*.po')

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## build everything and serve the demo on http://127.0.0.1:$PORT (8000)
	@$(MAKE) -j2 build/.collected build/.messages var/.tables
	@exec .venv/bin/python bin/serve.py

test: .venv/.test build/.collected build/.messages ## every test: SQLite, PostgreSQL, Redis and a real browser
	@bin/test.sh

check: .venv/.test .venv/.check build/.messages ## every static check
	@bin/check.sh

bench: .venv/.test build/.collected build/.messages ## the benchmark: a table, and var/bench.json
	@bin/bench.sh

messages: .venv/.main ## collect the texts of the pages (needs gettext) and compile the catalogues
	@bin/messages.sh

assets: build/.collected ## styles, scripts, fonts and pictures, collected for serving

clean: ## remove what was built and installed; var/ (data) stays
	rm -rf build node_modules .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(UV):
	@bin/tools.sh $(UV_VERSION)

.venv/.main .venv/.test .venv/.check: .venv/.%: uv.lock pyproject.toml $(UV)
	@bin/environment.sh $*

build/.packages: package-lock.json $(UV)
	@bin/packages.sh

build/.assets: build/.packages bin/build_assets.mjs $(STATIC)
	@bin/node.sh node bin/build_assets.mjs && touch $@

build/.collected: build/.assets .venv/.main
	@bin/collect.sh

# The tables of an empty demo take as long as the pages' packages: they are made side by side.
var/.tables: $(MIGRATIONS) .venv/.main
	@.venv/bin/python bin/serve.py tables

build/.messages: $(CATALOGUES) .venv/.main
	@.venv/bin/python bin/compile_messages.py && mkdir -p build && touch $@
