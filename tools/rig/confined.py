"""Becomes a program that can write to one folder and nowhere else: `confined.py FOLDER PROGRAM ARGUMENT …`.

As in Lambda, where only /tmp can be written to and 1,024 files can be open. Linux itself refuses the rest, to root as well
(Landlock, since 5.13). It imports nothing but the standard library: any Python can run it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys

# linux/landlock.h and linux/prctl.h
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
WRITE, RENAME, TRUNCATE = 1 << 1, 1 << 13, 1 << 14
CHANGES = WRITE | sum(1 << bit for bit in range(4, 13))  # and making and removing files, folders and the like
# Lambda, "Lambda quotas": file descriptors.
OPEN_FILES = 1024

kernel = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    result = int(kernel.syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock, which the rig needs (Linux 5.13 or newer)")
    return result


def _allow(rules: int, path: str, access: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.create_string_buffer(struct.pack("=Qi", access, place), 12)
    _call(ADD_RULE, rules, BENEATH, rule, 0)
    os.close(place)


def confine(folder: str) -> None:
    """From now on this process and all it becomes can write beneath `folder` only. Raises OSError."""
    version = _call(CREATE_RULESET, None, 0, VERSION)
    of_files = WRITE | (TRUNCATE if version >= 3 else 0)  # noqa: PLR2004 - the version that knows it
    changes = CHANGES | of_files | (RENAME if version >= 2 else 0)  # noqa: PLR2004 - the version that knows it
    rules = _call(CREATE_RULESET, ctypes.create_string_buffer(struct.pack("=Q", changes), 8), 8, 0)
    _allow(rules, folder, changes)
    _allow(rules, os.devnull, of_files)
    if kernel.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    _call(RESTRICT_SELF, rules, 0)
    os.close(rules)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    confine(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - becoming it is the point
