#!/usr/bin/env python3
"""A power cut after every step of everything that must last: nothing acknowledged is lost, nothing half-written is believed.

    make build && python3 Benchmarks/power-cut.py [--camber .build/release/camber] [--only spool …] [--self-test]

Each operation runs once with power_cut.c in front of the C library, which writes down in order what the program changes on the
disk. For every beginning of that journal the script makes the folders that a file system could show after a power cut, and lets
the program's own commands judge them. What a step leaves is one of these:

    strict       bytes as of the file's last sync, names as of the folder's last sync
    names lost   all bytes are there, names as of the folder's last sync
    bytes lost   all names are there, bytes as of the file's last sync, and no longer than the file has been since
    zeros        as before, but the files have their length, filled with zeros
    killed       everything is there: the program alone has ended
    torn         as before, but the second half of each file's last unsynced write is zeros
    late names   of each folder's unsynced changes of names only the last has reached the disk

POSIX allows all of them. Journaling file systems keep the order of names, so that 'late names' is harder than they are. A sync of
a file says nothing here about its name. What is printed counts as acknowledged, and all of it once the program has ended with 0.

States that are alike are judged once. Exit 1 where one is wrong; it is kept in a folder that is named. Needs a C compiler.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import time

from powercut.catalogue import operations
from powercut.program import ROOT, Tools
from powercut.proof import prove, tell
from powercut.self_test import self_test


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(ROOT / ".build/release/camber"))
    parser.add_argument("--only", nargs="+", metavar="WORD", help="only operations that have one of these in their names")
    parser.add_argument("--states", type=int, default=400, help="of one operation, so many at most are shown to the program")
    parser.add_argument("--findings", type=int, default=12, help="of one operation, so many at most are told")
    parser.add_argument("--self-test", action="store_true", help="show that the proof can fail, with programs that forget to sync")
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="camber-power-cut-")).resolve()
    kept = pathlib.Path(tempfile.mkdtemp(prefix="camber-power-cut-wrong-")).resolve()
    tools = Tools(os.path.abspath(options.camber), work)
    began, failed = time.monotonic(), 0
    try:
        if options.self_test:
            failed = self_test(tools, options)
        else:
            for operation in operations(tools):
                if options.only and not any(word in operation.name for word in options.only):
                    continue
                wrong = prove(operation, options)
                failed += len(wrong)
                tell(operation, wrong, options, kept)
            print(f"{'Something is wrong' if failed else 'Nothing is wrong'}; {time.monotonic() - began:.0f} s.")
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if not any(kept.iterdir()):
            kept.rmdir()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
