# `make` alone lists what there is. Every target builds what it needs, from a clean clone too.
.DEFAULT_GOAL := help
SHELL := bash
MAKEFLAGS += --no-print-directory

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export MSBUILDDISABLENODEREUSE := 1

BENCH := tests/Bench/bin/Release/net10.0/EventSourcedTrading.Bench.dll

.PHONY: help build test demo bench soak cli-docs up down status graphiql format format-check clean ci

help: ## this list
	@echo 'usage: make TARGET [NAME=VALUE…]'
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r target text; do printf '%-15s %s\n' "$$target" "$$text"; done

build: ## build everything in Release
	@scripts/build

test: ## run all tests (PROJECTS="Domain.Tests …", FILTER=part-of-a-name)
	@scripts/test $(PROJECTS)

demo: ## trade a recorded day end to end (DATA=folder, SPEED=factor, BROKER=alpaca-fake or ibkr-fake), result in artifacts/demo.json
	@scripts/build src/Workers
	@mkdir -p artifacts
	@$(if $(BROKER),scripts/with-fake-broker $(patsubst %-fake,%,$(BROKER)) --) scripts/services -- ./est demo --artifacts artifacts $(if $(DATA),--data '$(DATA)') $(if $(SPEED),--speed '$(SPEED)') $(ARGS)

bench: ## measure the whole system (ONLY=name), result in artifacts/bench.json
	@scripts/build tests/Bench
	@mkdir -p artifacts
	@scripts/services -- dotnet $(BENCH) $(if $(ONLY),--only '$(ONLY)') --out artifacts/bench.json $(ARGS)

soak: ## chaos and simulation for a long time (PROJECTS="Brokers.Tests Integration Chaos", EST_TEST_TIMEOUT=seconds for each)
	@EST_SOAK=1 EST_TEST_TIMEOUT=$${EST_TEST_TIMEOUT:-14400} scripts/test $(or $(PROJECTS),Brokers.Tests Integration Chaos)

cli-docs: ## write docs/cli.md anew, every command with what it says
	@scripts/cli-docs

up: ## start the servers and the platform in the background
	@scripts/build src/Workers
	@scripts/platform up

down: ## stop what `make up` started; the data stay (WIPE=1 removes them)
	@scripts/platform down $(if $(WIPE),--wipe)

status: ## what of `make up` is running, and where
	@scripts/platform status

graphiql: ## fetch GraphiQL from npm, for the page at /graphql (make up does it where npm is there)
	@scripts/graphiql

format: ## put code in the shape that .editorconfig asks for
	@dotnet format whitespace EventSourcedTrading.sln
	@dotnet format style EventSourcedTrading.sln

format-check: ## fail where `make format` would change something
	@dotnet format whitespace EventSourcedTrading.sln --verify-no-changes
	@dotnet format style EventSourcedTrading.sln --verify-no-changes

clean: ## remove all that was built; not what `make up` keeps (for that: make down WIPE=1)
	@find . -type d \( -name bin -o -name obj \) -not -path './.git/*' -not -path './.run/*' -not -path '*/node_modules/*' -prune -exec rm -rf {} +
	@rm -rf artifacts

ci: ## what the CI server runs
	@.ci/run
