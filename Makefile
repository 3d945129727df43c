# Every target does the set-up first, if it has not been done: nothing but Python 3.11 or later and make is needed.
PYTHON ?= python3
INPUT ?= corpus/raw
OUTPUT ?= outputs
RUN := .venv/bin/python
STAMP := .venv/.stamp
DATA ?= ../shared/data
BASE ?= main
GOLD ?= corpus/gold

.PHONY: help setup extract test check lint types format docs doctor lock model weights evaluate bench clean-outputs
.PHONY: report review gains validate floors

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -e 's/:.*## /  /' | sort

$(STAMP): pyproject.toml uv.lock requirements.lock bootstrap.py
	$(PYTHON) bootstrap.py

setup: $(STAMP) ## make the environment in .venv

extract: $(STAMP) ## articles in INPUT (corpus/raw) to tables in OUTPUT (outputs)
	@$(RUN) -m pipeline extract $(INPUT) --output $(OUTPUT) || [ $$? -eq 1 ]

test: $(STAMP) ## the tests
	$(RUN) -m pytest -n auto --maxprocesses 4 --dist loadgroup

check: lint types test ## what CI runs: format, lint, types, tests

lint: $(STAMP)
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .

types: $(STAMP)
	$(RUN) -m mypy

format: $(STAMP) ## rewrite the code in the house format
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

docs: $(STAMP) ## rewrite the generated pages
	$(RUN) docs/generate.py

report: $(STAMP) ## one HTML page about the tables in OUTPUT
	@$(RUN) -m pipeline report $(OUTPUT)

review: $(STAMP) ## the annotators' page about the tables in OUTPUT, in the browser; reviewed articles go to GOLD
	@$(RUN) -m pipeline review $(OUTPUT) --gold $(GOLD)

validate: $(STAMP) ## scores of the corpus against GOLD (corpus/gold), and their floors
	@$(RUN) -m pipeline extract corpus/raw --output build/validate || [ $$? -eq 1 ]
	$(RUN) -m pipeline validate $(GOLD) build/validate --floors tests/floors.json

floors: $(STAMP) ## pin the present scores as floors, and pipeline/quality.csv; REASON="..." lets a floor sink
	@$(RUN) -m pipeline extract corpus/raw --output build/validate || [ $$? -eq 1 ]
	$(RUN) -m pipeline validate $(GOLD) build/validate --floors tests/floors.json --set-floors --reason "$(REASON)"
	$(RUN) -m pipeline validate $(GOLD)/test build/validate --quality pipeline/quality.csv

gains: $(STAMP) ## rows gained and lost since BASE (a commit or branch; main)
	rm -rf build/base && mkdir -p build/base
	git archive $(BASE) | tar -x -C build/base
	@cd build/base && ../../$(RUN) -m pipeline extract ../../corpus/raw --output ../gains-old || [ $$? -eq 1 ]
	@$(RUN) -m pipeline extract corpus/raw --output build/gains-new || [ $$? -eq 1 ]
	$(RUN) -m pipeline gains build/gains-old build/gains-new --rows --html build/gains.html

doctor: $(STAMP) ## what is installed, what is missing
	@$(RUN) -m pipeline doctor

lock: ## renew requirements.lock from uv.lock (needs uv)
	uv lock
	uv export --locked --no-emit-project --quiet --output-file requirements.lock

model: $(STAMP) ## train, measure and assemble the embedded model from the corpora in DATA; hours (training/README.md)
	$(RUN) training/train.py $(DATA)/model

weights: $(STAMP) ## fit the weights of cleaning on the labelled pages in DATA
	PYTHONPATH=. $(RUN) training/cleaning.py $(DATA)/cleaning

evaluate: $(STAMP) ## scores of MODEL (the embedded one) on the development corpora in DATA
	$(RUN) training/evaluate.py $(DATA)/model --model "$(MODEL)"

bench: $(STAMP) ## speed, as ratios in one run
	$(RUN) tests/bench.py

clean-outputs: ## remove what extract wrote, and nothing that annotators decided
	find outputs -mindepth 1 ! -name README.md ! -name 'review.*' ! -path 'outputs/cases*' -delete
