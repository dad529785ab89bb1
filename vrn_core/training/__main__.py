"""``python -m vrn_core.training CONFIG.json [--resume] [--set key=value]``."""

from __future__ import annotations

import sys

from vrn_core.training.command import main

if __name__ == "__main__":
    sys.exit(main())
