"""TinyDB over BetterJSONStorage, run by a Python that has it: `python better.py FOLDER ENTRIES PAGE_BYTES`.

It prints two medians in seconds: until `insert` returns, and until the file is written after it, which only
closing tells. Nothing is ever flushed, and a thread that never rests does the writing.
"""

import base64
import os
import statistics
import sys
import time
from pathlib import Path

from BetterJSONStorage import BetterJSONStorage
from tinydb import TinyDB


def main() -> None:
    """Measure, and print."""
    folder, entries, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    path = folder / "better.json"
    returned, written = [], []
    for number in range(6):
        with TinyDB(path, access_mode="r+", storage=BetterJSONStorage) as database:
            if number == 0:
                database.insert_multiple(_document(size) for _ in range(entries))
                continue
            document = _document(size)
            start = time.perf_counter()
            database.insert(document)
            returned.append(time.perf_counter() - start)
        written.append(time.perf_counter() - start)
    sys.stdout.write(f"{statistics.median(returned)} {statistics.median(written)}\n")


def _document(size: int) -> dict[str, str]:
    return {"name": "Amber Heron", "page": base64.b64encode(os.urandom(size)).decode()}


main()
