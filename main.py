"""Open VRN Studio: ``python main.py [PHOTO ...]``.

With no display it reconstructs the photo without a window and writes the result to ``out``.
"""

from __future__ import annotations

import sys
from multiprocessing import freeze_support

from app.first_aid import main

if __name__ == "__main__":
    # Where the program is packed into one file, its other processes begin here too.
    freeze_support()
    sys.exit(main())
