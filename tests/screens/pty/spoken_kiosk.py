"""The kiosk as it is, but that espeak-ng is looked for in the folder `recorder` beside the home, too.

    python -m tests.screens.pty.spoken_kiosk

What is there can write its sound down in the place of a loudspeaker.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    from kiosk import launch
    from kiosk.cli.processes import run as main
    from kiosk.isolation import PYTHON

    launch._KIOSK = (*PYTHON, "-m", "tests.screens.pty.spoken_kiosk")
    if sys.argv[1:] and sys.argv[1].endswith("-process"):
        os.environ["PATH"] = f"{Path(os.environ['KIOSK_HOME']).parent / 'recorder'}:{os.environ['PATH']}"
    main()
