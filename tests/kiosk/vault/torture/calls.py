"""What strace saw of a process, and which calls a sweep goes through."""

import re
from collections import Counter
from pathlib import Path

CHANGING = ("openat", "pwrite64", "fsync", "ftruncate", "link", "rename", "unlink", "mkdir", "rmdir", "flock")
"""The calls by which the vault changes a disk or takes its turn. That no other does is tested."""
ANY_CHANGING = (
    "?open,?creat,openat,?openat2,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync,syncfs,"
    "sync_file_range,truncate,ftruncate,fallocate,copy_file_range,sendfile,splice,?link,linkat,?symlink,"
    "symlinkat,?rename,renameat,renameat2,?unlink,unlinkat,?mkdir,mkdirat,?rmdir,?mknod,mknodat,?chmod,fchmod,"
    "fchmodat,?chown,fchown,fchownat,?utime,?utimes,utimensat,setxattr,fsetxattr,mmap"
)
"""Every call of Linux by which anything on a disk could change."""

_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|\?)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HANDLE = re.compile(r"^\d+<([^>]*)>")
_NAMES = {"pwrite64": "write", "ftruncate": "truncate", "openat": "open", "utimensat": "date"}


def counted(trace: Path) -> Counter[str]:
    """Return how often each call was made."""
    found = (re.match(r"(?:\d+ +)?(\w+)\(", line) for line in trace.read_text().splitlines())
    return Counter(match[1] for match in found if match)


def changes(trace: Path, root: Path) -> list[tuple[str, str]]:
    """Return each call that succeeded and may change what is below a root, as a recording disk names it.

    The trace is one of `strace -y`. What a disk opens to read alone, or maps so, is left out.
    """
    seen = []
    for line in trace.read_text().splitlines():
        match = _CALL.match(line)
        if not match or match[3].startswith("-") or str(root) not in match[2]:
            continue
        call, arguments = match[1], match[2]
        if call == "openat" and not re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", arguments):
            continue
        if call == "mmap" and "MAP_PRIVATE" in arguments:
            continue
        handle = _HANDLE.match(arguments)
        paths = [handle[1]] if handle and call != "openat" else _TEXT.findall(arguments)
        below = " ".join(str(Path(path).relative_to(root)) for path in paths if path.startswith(str(root)))
        seen.append((_NAMES.get(call, call), below))
    return seen
