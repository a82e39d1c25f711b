"""Shows that the proof can fail."""
import sys

from .operation import Operation
from .proof import VARIANTS, prove


class SelfTest(Operation):
    """Small programs, most of which forget something."""

    is_program = True
    START = """
import os, sys
root = sys.argv[1]
def write(name, data, sync=True, flags=os.O_WRONLY | os.O_CREAT | os.O_TRUNC):
    file = os.open(root + "/" + name, flags, 0o644)
    os.write(file, data)
    if sync: os.fsync(file)
    os.close(file)
def folder(name=""):
    file = os.open(root + "/" + name, os.O_RDONLY)
    os.fsync(file)
    os.close(file)
def done(): os.write(1, b"done\\n")
"""
    # The program, and the variants that must find it wrong.
    CASES = {
        "whole": ("write('partial-a', b'new!' * 9); os.rename(root + '/partial-a', root + '/a'); folder(); done()", set()),
        "no sync of the file": (
            "write('partial-a', b'new!' * 9, False); os.rename(root + '/partial-a', root + '/a'); folder(); done()",
            {"strict", "bytes lost", "zeros", "torn"}),
        "no sync of the folder": (
            "write('partial-a', b'new!' * 9); os.rename(root + '/partial-a', root + '/a'); done()", {"strict", "names lost"}),
        "said before it is so": (
            "write('partial-a', b'new!' * 9); done(); os.rename(root + '/partial-a', root + '/a'); folder()",
            {variant for variant, *_ in VARIANTS}),
        "written after it has its name": (
            "write('partial-a', b'new!', True); os.rename(root + '/partial-a', root + '/a'); folder(); "
            "write('a', b'new!' * 8, flags=os.O_WRONLY | os.O_APPEND); done()", {variant for variant, *_ in VARIANTS}),
        "written in place": (
            "write('a', b'new!' * 9); folder(); done()", {variant for variant, *_ in VARIANTS} - {"strict"}),
        "added to in place": (
            "write('a', b'new!' * 9, flags=os.O_WRONLY | os.O_APPEND); folder(); done()", {"zeros", "torn"}),
        "a folder without a name": (
            "os.mkdir(root + '/b'); write('b/partial-c', b'c'); os.rename(root + '/b/partial-c', root + '/b/c'); folder('b'); "
            "os.write(1, b'c is there\\n')", {"strict", "names lost"}),
        "two names in the wrong order": (
            "write('partial-b', b'1'); write('partial-a', b'new!' * 9); os.rename(root + '/partial-b', root + '/b'); "
            "os.rename(root + '/partial-a', root + '/a'); folder(); done()", {"late names"}),
    }

    def __init__(self, tools, name):
        super().__init__(tools)
        self.name = name
        self.program, self.expected = self.CASES[name]

    def prepare(self):
        self.path("a").write_bytes(b"old")

    def command(self):
        return [sys.executable, "-S", "-c", self.START + self.program, self.root]

    def promised(self, state):
        problems = []
        if "done" in self.said and state.get("a", ("",))[-1] not in (b"new!" * 9, b"old" + b"new!" * 9):
            problems.append("a was acknowledged")
        if "c is there" in self.said and state.get("b/c") != ("file", b"c"):
            problems.append("c was acknowledged")
        # The one with two names promises that the new a has b beside it.
        if "two names" in self.name and state.get("a") == ("file", b"new!" * 9) and "b" not in state:
            problems.append("a is there without b")
        return problems


def self_test(tools, options):
    failed = 0
    for name in SelfTest.CASES:
        operation = SelfTest(tools, name)
        wrong = prove(operation, options)
        found = {variant for _, variant, *_ in wrong}
        if found != operation.expected:
            failed += 1
            print(f"    expected {sorted(operation.expected)}, found {sorted(found)}")
            for step, variant, problems, _ in wrong:
                print(f"    step {step}, {variant}: {problems}")
    print("The self-test found " + (f"{failed} cases that are not as they should be." if failed else "what it should."))
    return failed
