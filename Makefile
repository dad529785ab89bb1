# The commands of VRN Studio. Each one makes or refreshes .venv first (see
# packaging/bootstrap.py, which does the work and runs on Windows too).
#
#   make run [PHOTO=path]   open the window; without a display write out/sample.*
#   make test               format, lint, types, import contracts, tests
#   VRN_TORCH=cuda          after either: the build of torch for NVIDIA GPUs

# The first Python that will do; `make run PYTHON=/path/to/python3.12` chooses another.
PYTHON ?= $(shell for name in python3 python3.12 python3.11 python3.13 python3.10 python; do \
	if $$name -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null; \
	then echo $$name; break; fi; done)

BOOTSTRAP = $(if $(PYTHON),"$(PYTHON)",$(error No Python 3.10 to 3.13 found. Install one \
	(Debian, Ubuntu: apt-get install python3 python3-venv) or name it: make $@ PYTHON=path)) \
	packaging/bootstrap.py

# Through the environment, so that spaces, quotes and accents in the name arrive unharmed.
export PHOTO

.PHONY: help setup run test test-slow lint format translations screenshots soak table experiments demo-finetune bench guide package package-test clean

help:
	@sed -n 's/^#   /  /p' Makefile
	@echo "  also: setup, test-slow, lint, format, translations, screenshots, soak,"
	@echo "  table, experiments, demo-finetune, bench, guide, package, package-test, clean"

setup run test test-slow lint format translations screenshots soak table experiments demo-finetune bench guide package package-test clean:
	@$(BOOTSTRAP) $@
