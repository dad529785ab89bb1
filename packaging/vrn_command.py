"""Where the command line `vrn` of the built program begins."""

from __future__ import annotations

import sys

from vrn_core.cli import main
from vrn_core.frozen import start

if __name__ == "__main__":
    sys.exit(start(main))
