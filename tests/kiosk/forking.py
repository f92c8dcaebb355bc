"""A process of the tests that is split off: what they have loaded it has too."""

import os
import warnings


def forked() -> int:
    """Fork, and return the child's process id; 0 in the child, which must end with `os._exit`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        return os.fork()
