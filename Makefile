# make demo and make test need only Go, make and git; what a test needs beyond
# that is installed by .ci/deps, which asks on a terminal, or the test is skipped and
# says why.

SHELL       := bash
.SHELLFLAGS := -eo pipefail -c

VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME  ?= 5s
BENCHTIME ?= 1s
ARTICLES  ?= 200000
KILLS     ?= 300
ARCHES    ?= amd64 arm64
SIEGE     ?= 10m

MAILPIT  := v1.33.1
DENDRITE := v0.13.8

TOOLS := cd .ci/tools && CGO_ENABLED=0 go build -trimpath -o ../../bin/tools/

.DEFAULT_GOAL := help
.PHONY: help demo build deb rpm image release packages test lint bench chaos chaos-cluster siege receivers publishers fuzz fuzz-long clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z -]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## watch it work: sample feeds, rules and alerts, no account needed
	@bin/watcher demo

build: ## build bin/watcher, one static binary
	@[ -e bin/watcher ] || echo "building bin/watcher; the first time takes a minute or two …" >&2
	@CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/watcher ./cmd/watcher

deb rpm: ## make the packages for Debian, or for Fedora, in bin/packages (ARCHES="amd64 arm64")
	@for arch in $(ARCHES); do VERSION="$(VERSION)" packaging/build $$arch $@; done

image: ## make OCI images in bin/packages (ARCHES="amd64 arm64")
	@for arch in $(ARCHES); do VERSION="$(VERSION)" packaging/image $$arch; done

release: ## make all of a release in bin/release: archives, packages, images, SBOMs, checksums
	@VERSION="$(VERSION)" packaging/release

packages: ## make the packages and a release twice, compare the bytes, install them in a booted system
	@.ci/deps
	@go test -count=1 -timeout 30m -run TestPackages -v ./cmd/watcher -args -packages

test: ## run all tests; asks before it installs what they need (YES=1, SKIP_DEPS=1)
	@$(TOOLS) ./report
	@.ci/deps || export SKIP_DEPS=1; .ci/test

lint: ## gofmt, go vet, go fix, staticcheck, errorlint, sloglint, tidy modules
	@.ci/lint

bench: ## run the benchmarks (BENCHTIME=1s, ARTICLES=200000 for the search)
	@go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...
	@go test -count=1 -run '^$$' -bench 'QuietPolls|Claims|News/postgres/10_of' -benchtime 60x -timeout 60m ./internal/store/postgres -args -million
	@go test -count=1 -tags bench -run "TestBesideOthers|TestFigures" -v ./cmd/watcher
	@go test -count=1 -tags bench -timeout 2h -run TestManyFeeds -v ./cmd/watcher
	@go test -count=1 -tags bench -timeout 2h -run TestBesideFTS5 -v ./internal/past -args -articles $(ARTICLES)

chaos: ## kill the program 300 times and at each point of the road (KILLS=300); damage its store 10,000 times
	@go test -count=1 -timeout 60m -v ./internal/chaos -args -kills $(KILLS) -full
	@go test -count=1 -timeout 60m ./internal/store/bolt -run TestFaults -faults 10000 -every-page

chaos-cluster: ## kill three watchers 100 times, the primary of their PostgreSQL 10 times, cut them off and pause them, fill its disk (CLUSTER_KILLS=100)
	@go test -count=1 -timeout 4h -parallel 1 -run 'TestPatroni$$|TestCluster$$|TestClusterLoses$$' -v ./internal/chaos -args -kills $(or $(CLUSTER_KILLS),100) -full

siege: ## ten minutes in 256 MB with 1,000 feeds, 200 of them hostile, and hostile targets (SIEGE=10m)
	@go test -count=1 -timeout 60m -run 'TestSiege$$' -v ./internal/chaos -args -siege $(SIEGE)

receivers: ## send to real servers that are built here: mailpit and Dendrite
	@mkdir -p bin/receivers
	@cd bin/receivers && GOBIN=$$PWD go install github.com/axllent/mailpit@$(MAILPIT)
	@cd bin/receivers && GOBIN=$$PWD go install github.com/matrix-org/dendrite/cmd/dendrite@$(DENDRITE)
	@go test -count=1 -tags receivers -run 'TestReceivers|TestMailServers' -v ./cmd/watcher

publishers: ## live a day with real publishing software, and count what is told of it (docs/publishers.md)
	@go test -count=1 -timeout 30m -run TestPublishers -v ./cmd/watcher -args -publishers

fuzz: ## fuzz every target for a moment (FUZZTIME=5s)
	@.ci/fuzz $(FUZZTIME)

fuzz-long: ## fuzz every target for ten minutes
	@.ci/fuzz 10m

clean: ## remove what make built
	@rm -rf bin
