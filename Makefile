# Every target sets up what it needs by itself. `make` alone lists the targets.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
ENGINE ?= ministack
DIR ?= campaigns
STAGE ?= prod

BIN := .venv/bin
RUN := .venv/run.stamp
DEV := .venv/dev.stamp
DRAW := .venv/draw.stamp
CLIENT := .venv/client.stamp
# Nothing is installed but what a lock names, and only with the contents that it names.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --annotation-style line \
  --custom-compile-command 'make lock'
PO := $(wildcard chalicelib/i18n/locales/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint mutants hooks format bench scale chaos apply-campaigns package release deploy api-key admin admin-command restore restore-drill destroy smoke catalogues lock newest dynoxide browser browsers install-browsers office rig wordpress clean distclean keys operate campaigns

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  STAGE=prod selects the stage where a line says STAGE; all of these but package and release need AWS credentials."
	@echo "  DIR=campaigns and URL=https://… tell 'make apply-campaigns' which files to apply, and where."
	@echo "  SIZE=100000 or QUICK=1 end 'make scale' sooner, and leave the docs alone."
	@echo "  PORT=8000 and ENGINE=ministack|dynoxide change what 'make run' starts."

run: $(RUN) $(MO) ## start the app and its local stack on http://127.0.0.1:$PORT
	@PORT=$(PORT) ENGINE=$(ENGINE) exec $(BIN)/python -m local

test: $(DEV) $(MO) dynoxide browser install-browsers office ## run every test, on every core
	$(BIN)/python -m pytest -n auto --dist worksteal

test-fast: $(DEV) $(MO) ## run the quick tests: no engine, no browser
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not engine and not browser and not slow"

# .pre-commit-config.yaml runs these same commands, each when files of its kind change.
lint: $(DEV) $(MO) ## check style, types, layers, scripts, documents and the template
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.biome
	$(BIN)/rumdl check --quiet .
	$(BIN)/shellcheck .ci/run
	$(BIN)/python -m deploy.packaging.stage_package --check

hooks: $(DEV) ## have git run the checks of make lint on what each commit changes
	@$(BIN)/pre-commit install

mutants: $(DEV) $(MO) ## make faults in what changed SINCE=origin/main, or IN=chalicelib/services/mail, and show those that no test notices (MOST=80)
	@$(BIN)/python -m tools.mutation $(if $(IN),--in $(IN),$(if $(SINCE),--since '$(SINCE)')) $(if $(MOST),--most $(MOST)) \
	  $(if $(JOBS),--jobs $(JOBS))

format: $(DEV) ## format the sources
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) $(MO) dynoxide ## measure what a signature costs; print the figures and write them as JSON
	$(BIN)/python -m bench

scale: $(DRAW) $(MO) dynoxide ## measure a campaign of up to a million signatures, write docs/scale.md (QUICK=1 or SIZE=100000: build/scale/)
	$(BIN)/python -m bench.scale $(if $(SIZE),--largest $(SIZE),$(if $(QUICK),--largest 10000))

chaos: $(DEV) $(MO) dynoxide ## break a running stack and check that every promise holds (SEED=, SECONDS=, SIGNATURES=, JSON=1)
	@$(BIN)/python -m chaos $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) \
	  $(if $(SIGNATURES),--signatures $(SIGNATURES)) $(if $(JSON),--json) $(if $(MARKDOWN),--markdown $(MARKDOWN))

apply-campaigns: $(CLIENT) ## update campaigns from the files in DIR (CHECK=1 only compares, YES=1 does not ask)
	@$(if $(URL),UNDERSIGNED_URL='$(URL)') $(BIN)/undersigned campaigns apply '$(DIR)' $(if $(CHECK),--check) $(if $(YES),--yes)

package: $(DEV) $(MO) ## build and check the template and zip of STAGE, in build/
	$(BIN)/python -m deploy.packaging.stage_package build $(STAGE)

release: $(DEV) $(MO) ## write dist/: zip and template for CloudFormation's console, sums, what is inside and its licences
	@$(BIN)/python -m deploy.release.release dist

deploy: $(DEV) $(MO) ## deploy STAGE to your AWS account: shows what changes and asks (SET="Name=value …", YES=1)
	@$(BIN)/python -m deploy deploy --stage '$(STAGE)' $(foreach pair,$(SET),--set '$(pair)') $(if $(YES),--yes)

api-key: $(RUN) $(MO) ## create an API key for STAGE (NAME="Ana, laptop", ROLE=admin)
	@$(BIN)/python -m deploy api-key --stage '$(STAGE)' --name "$$NAME" --role '$(or $(ROLE),admin)'

admin: $(RUN) $(MO) ## invite somebody to STAGE who then invites the others (EMAIL=ana@example.org, NAME="Ana Quispe")
	@$(BIN)/python -m deploy admin --stage '$(STAGE)' --email "$$EMAIL" --name "$$NAME"

admin-command: $(RUN) $(MO) ## run a command of chalicelib.cli on STAGE (DO="verify")
	@$(BIN)/python -m deploy admin-command --stage '$(STAGE)' $(DO)

restore: $(RUN) ## put back the rows that STAGE has lost since AT=2026-11-24T10:00:00Z (OVERWRITE=1, YES=1)
	@$(BIN)/python -m deploy restore --stage '$(STAGE)' --at '$(AT)' $(if $(OVERWRITE),--overwrite) $(if $(YES),--yes)

restore-drill: $(RUN) ## restore copies of the tables of STAGE as of AT, and only compare
	@$(BIN)/python -m deploy restore --stage '$(STAGE)' --at '$(AT)' --drill

destroy: $(RUN) ## remove STAGE unless it holds signatures (DATA=1: its data too)
	@$(BIN)/python -m deploy destroy --stage '$(STAGE)' $(if $(DATA),--data)

smoke: $(RUN) ## sign on the API at URL, follow the signature, withdraw it (SENDER=actions@example.org, MAIL=no)
	@URL='$(URL)' SENDER='$(SENDER)' MAIL='$(MAIL)' $(BIN)/python -m deploy.smoke.smoke_test

catalogues: $(RUN) $(MO) ## compile the translations

lock: $(DEV) ## pin all that is installed, with hashes, in locks/ (UPGRADE=1: the newest that the lists allow)
	$(LOCK) $(if $(UPGRADE),--upgrade) bench/requirements.txt client/pyproject.toml -o locks/bench.txt
	$(LOCK) requirements-dev.txt -c locks/bench.txt -o locks/dev.txt
	$(LOCK) local/requirements.txt -c locks/bench.txt -o locks/run.txt
	$(LOCK) requirements.txt -c locks/bench.txt -o locks/app.txt
	echo flit_core | $(LOCK) client/pyproject.toml - -c locks/bench.txt -o locks/client.txt

# ministack asks for an older boto3, so that is overridden; no quick test starts it.
newest: $(DEV) $(MO) ## the quick tests on the newest releases of everything, whatever the locks say
	@mkdir -p .cache && cat requirements.txt local/requirements.txt requirements-dev.txt | \
	  sed -e '/^-r/d' -e '/^boto/s/,<.*//' -e 's/==[^;]*//' > .cache/newest.txt
	@printf 'boto3\nbotocore\n' > .cache/newest-sdk.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .cache/newest
	$(BIN)/uv pip install --quiet --python .cache/newest --upgrade --override .cache/newest-sdk.txt -r .cache/newest.txt
	$(BIN)/uv pip list --python .cache/newest --outdated
	.cache/newest/bin/python -m pytest -n auto --dist worksteal -m "not engine and not browser and not slow"

dynoxide: $(DEV) ## download the second engine (npm, checksum verified)
	@$(BIN)/python -m local.engines.dynoxide

browser: $(DEV) ## find Chromium, or install Debian's when run as root
	@$(BIN)/python -m tools.chromium

browsers: $(DEV) $(MO) browser install-browsers ## sign, follow links and fetch a file in Chromium, Firefox and WebKitGTK
	$(BIN)/python -m pytest -m other_browsers tests/e2e

install-browsers: $(DEV) ## find Firefox and WebKitGTK, or install Debian's when run as root
	@$(BIN)/python -m tools.other_browsers

office: $(DEV) ## find LibreOffice, or install Debian's when run as root
	@$(BIN)/python -m tools.libreoffice

rig: $(DEV) $(MO) dynoxide ## print what each packaged function answers to each event, under Lambda's own runtime client (RUNTIME=python3.13)
	@$(BIN)/python -m tools.rig $(RUNTIME)

wordpress: $(DEV) $(MO) browser ## paste every snippet into Debian's WordPress as every kind of account, tell what readers get (FOLDER= takes pictures)
	$(BIN)/python -m tools.wordpress $(FOLDER)

clean: ## delete all local data
	rm -rf .local build dist .chalice/deployments

distclean: clean ## also delete the virtual environment and downloads
	rm -rf .venv .cache $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Earlier names, for one release.
NEW_NAME_keys := api-key
NEW_NAME_operate := admin-command
NEW_NAME_campaigns := apply-campaigns
keys operate campaigns:
	@echo "make $@ is now make $(NEW_NAME_$@); the old name will go with the next release." >&2
	@$(MAKE) --no-print-directory $(NEW_NAME_$@)

%.mo: %.po $(RUN)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# ── the environment ──────────────────────────────────────────────────────────
.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found." >&2; \
	  echo "Install it, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating .venv ..."
	@rm -rf .venv && "$(PYTHON)" -m venv .venv

$(RUN): .venv/bin/pip locks/run.txt
	@echo "Installing what a local run needs (about half a minute) ..."
	@$(INSTALL) -r locks/run.txt
	@touch $@

$(CLIENT): .venv/bin/pip locks/client.txt client/pyproject.toml $(shell find client/src -name "*.py")
	@$(INSTALL) -r locks/client.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index ./client
	@touch $@

$(DRAW): $(DEV) locks/bench.txt
	@$(INSTALL) -r locks/bench.txt
	@touch $@

$(DEV): $(RUN) locks/dev.txt
	@echo "Installing what tests and checks need ..."
	@$(INSTALL) -r locks/dev.txt
	@touch $@
