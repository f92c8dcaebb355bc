"""What somebody hostile may put in the place of a file."""

import os
import socket
from pathlib import Path

TIB = 1 << 40


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_sparse_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(TIB)


def a_link(path: Path) -> None:
    path.with_name("there").write_bytes(b"there")
    path.symlink_to(path.with_name("there"))


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_socket(path: Path) -> None:
    folder = os.open(path.parent, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{folder}/{path.name}")  # the whole path may be too long for it
    os.close(folder)


STRANGE = [a_pipe, a_device, a_sparse_file, a_link, a_link_to_nothing, a_link_to_itself, a_folder, a_socket]


def in_the_way_of_the_folder(file: Path) -> None:
    file.parent.write_text("a file in the way")


def in_the_way_of_the_file(file: Path) -> None:
    file.mkdir(parents=True)


NAMES = (
    b"line\nbreak\r\x1b[2J\x1b]0;title\x07.age",
    "\u202egnp.age\u2066\u200f".encode(),
    b"\xff\xfe\x80.age",
    b"x" * 251 + b".age",
    "\u0301".encode() * 120 + b".age",
)
"""Names that may do harm to whoever shows them."""
