# The only commands to know. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check bench schema setup rust web browser

# Where rustup puts cargo, for a shell that was opened before it was installed.
export PATH := $(PATH):$(HOME)/.cargo/bin

page_sources = web/session.ts $(filter-out %/generated.ts, $(wildcard $(addprefix web/$(1)/, \
	*.html *.json *.js *.ts src/*.* src/*/*.*)))

help: ## lists these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: setup web ## builds and starts everything on this machine: http://127.0.0.1:8000
	@exec cargo run --locked -- serve

# Tests also wait: for programs to start, for servers that stall. Half as many again use the cores.
test: setup web browser ## sets up what the tests need and runs all of them
	@cores=$$(getconf _NPROCESSORS_ONLN); \
		RUST_TEST_THREADS="$${RUST_TEST_THREADS:-$$((cores + cores / 2))}" cargo test --workspace --locked

check: rust ## format, lints and documentation, with warnings as errors
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --locked -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

bench: setup web ## measures the release server end to end, beside the same SQL without it
	@if ! command -v wrk >/dev/null; then $(call install,wrk); fi
	@cargo build --release --locked --package bizgraph --package bizgraph-bench
	@PATH="$$PATH:$$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | tail -1)" \
		"$${CARGO_TARGET_DIR:-target}/release/bizgraph-bench"

schema: rust ## writes the public contract to schema.graphql
	@cargo run --locked --quiet -- schema > schema.graphql.new
	@mv schema.graphql.new schema.graphql

# The PostgreSQL server programs, unless another server was named; how they are started is the
# business of the program itself.
setup: rust
	@found=$$(ls /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres 2>/dev/null || true); \
	if [[ -z "$${DATABASE_URL:-}$${BIZGRAPH_PG_BIN:-}$$found" ]] && ! command -v postgres >/dev/null; then \
		echo "The PostgreSQL server programs are missing: installing the package postgresql."; \
		$(call install,postgresql); \
	fi

rust:
	@if ! command -v cargo >/dev/null; then \
		echo "Rust is missing: install it as https://rustup.rs says, then run make again." >&2; \
		exit 1; \
	fi
	@if ! command -v cc >/dev/null; then \
		echo "A C compiler is missing: installing the package build-essential."; \
		$(call install,build-essential); \
	fi

web: web/graphiql/dist/index.html web/desk/dist/index.html

web/graphiql/dist/index.html: $(call page_sources,graphiql)
web/desk/dist/index.html: $(call page_sources,desk) schema.graphql

# The pages are a help and no condition: the server also runs without them, and says why.
web/%/dist/index.html:
	@if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		|| ! command -v npm >/dev/null; then \
		echo "The page $* is left out: it needs Node 20.19 or later and npm."; \
	elif ! (cd web/$* && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build -- --logLevel warn); then \
		echo "The page $* is left out: it could not be built (see above)." >&2; \
	fi

# Drives the pages in the tests, which tell what they leave out without it.
browser:
	@if command -v npm >/dev/null && ! command -v chromium chromium-browser google-chrome >/dev/null; then \
		echo "A browser for the tests is missing: installing the package chromium."; \
		($(call install,chromium)) || echo "The tests of the pages are left out: there is no Chromium." >&2; \
	fi

# Installs packages with the system's package manager, as root or with sudo.
define install
	if ! command -v apt-get >/dev/null; then \
		echo "This machine has no apt-get: install $(1) with its own package manager, then run make again." >&2; exit 1; \
	elif [[ $$(id -u) == 0 ]]; then \
		apt-get update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(1); \
	elif command -v sudo >/dev/null; then \
		sudo apt-get update -qq && sudo apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(1); \
	else \
		echo "Only root can install: run apt-get install $(1) as root, then run make again." >&2; exit 1; \
	fi
endef
