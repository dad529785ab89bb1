"""Open VRN Studio: ``python main.py [PHOTO ...]``.

With no display it reconstructs the photo without a window and writes the result to ``out``.
"""

from __future__ import annotations

import sys

from app.first_aid import main
from vrn_core.frozen import start

if __name__ == "__main__":
    sys.exit(start(main))
