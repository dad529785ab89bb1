"""Open VRN Studio: ``python main.py [PHOTO ...]``.

With no display it reconstructs the photo without a window and writes the result to ``out``.
"""

from __future__ import annotations

import sys

from app.first_aid import main

if __name__ == "__main__":
    sys.exit(main())
