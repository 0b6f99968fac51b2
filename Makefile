# Needs Python 3.11 or later and make; everything else is installed into this folder.
#   make run     start the whole system on 127.0.0.1 and say where it is      (POLICY=postal PORT=4600 STATE=.local)
#   make test    run the tests                                                (ARGS="-k ladder")
#   make check   everything that .ci/run does: test, lint, types, template
.DEFAULT_GOAL := help
.PHONY: help setup run test lint types template build check lock clean
SHELL := /bin/sh
export UV_PYTHON_DOWNLOADS := never

POLICY ?= postal
PORT ?= 4600
STATE ?= .local
ARGS ?=
SAM_CLI := aws-sam-cli==1.170.0

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
UV := $(shell command -v uv 2>/dev/null || echo "$(CURDIR)/.bootstrap/bin/uv")
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-eu-west-1} PATH="$(dir $(UV)):$$PATH" $(UV) tool run --quiet --from $(SAM_CLI) sam

help:
	@sed -n '2,4s/^# *//p' Makefile

# ---------------------------------------------------------------- set-up

$(CURDIR)/.bootstrap/bin/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and none was found on PATH" >&2; exit 1; }
	"$(PYTHON)" -m venv .bootstrap
	.bootstrap/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

setup: $(UV)
	@$(UV) sync --quiet --all-extras
	@$(UV) sync --quiet --project infra/local

# ---------------------------------------------------------------- what people call

run: setup
	@.venv/bin/complaints local --policy $(POLICY) --port $(PORT) --state $(STATE)

test: setup
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(UV) lock --check
	$(UV) lock --check --project infra/local

types: setup
	.venv/bin/mypy
	.venv/bin/mypy --python-executable infra/local/.venv/bin/python -p localrun

template: setup
	$(SAM) validate --lint
	$(SAM) validate --lint --template-file infra/edge.yaml --region us-east-1
	$(MAKE) --no-print-directory build
	.venv/bin/python infra/build/check.py

build: setup
	$(SAM) build

check: test lint types template

lock: setup
	$(UV) lock
	$(UV) lock --project infra/local

clean:
	rm -rf .aws-sam .bootstrap .venv infra/local/.venv dist .mypy_cache .ruff_cache .pytest_cache

# ---------------------------------------------------------------- artifacts

# `sam build` calls build-<LogicalId> with ARTIFACTS_DIR set. What functions of one group carry is the same, so it is
# made once and copied.
SOURCES := $(shell find src functions infra/build -type f -not -path '*/__pycache__/*' 2>/dev/null)
PLATFORM ?= aarch64-manylinux_2_28
# make build CARRIER=aliyun carries that carrier's library as well; the others are AWS's own.
export CARRIER ?= aws
GROUPS := .aws-sam/groups/$(PLATFORM)-$(CARRIER)
ALSO_escalate := $(if $(filter aliyun,$(CARRIER)),--also aliyun)

# Kept, or every function would make its group again.
.PRECIOUS: $(GROUPS)/%/.made
$(GROUPS)/%/.made: $(SOURCES) pyproject.toml uv.lock
	@"$(PYTHON)" infra/build/artifact.py --uv "$(UV)" --platform $(PLATFORM) --group $* $(ALSO_$*) --out $(GROUPS)/$*

build-Intake%Function: $(GROUPS)/intake/.made ; @$(LAY_OUT)
build-SweepFunction build-WorkFunction build-NotifyFunction build-ReceiptsFunction build-CallbackFunction build-AuditFunction: $(GROUPS)/escalate/.made ; @$(LAY_OUT)
build-DailyFunction build-MonthlyFunction build-PieceFunction: $(GROUPS)/report/.made ; @$(LAY_OUT)
build-Console%Function: $(GROUPS)/console/.made ; @$(LAY_OUT)
LAY_OUT = mkdir -p "$(ARTIFACTS_DIR)" && cp -R $(dir $<). "$(ARTIFACTS_DIR)/" && rm "$(ARTIFACTS_DIR)/.made"
