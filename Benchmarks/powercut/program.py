"""The program as it is run, and what it says of a state."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

from .journal import read_journal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = [ROOT / "samples/models" / f"{name}.safetensors" for name in ("synthetic-weak", "synthetic-day")]


class Tools:
    def __init__(self, camber, work):
        self.camber, self.work = camber, work
        self.root, self.shared, self.given = work / "root", work / "shared", work / "given"
        for folder in (self.shared, self.given):
            folder.mkdir()
        self.shim = work / "power_cut.so"
        source = pathlib.Path(__file__).resolve().with_name("power_cut.c")
        compiler = next((name for name in ("clang", "cc", "gcc") if shutil.which(name)), None)
        if not compiler:
            sys.exit("There is no C compiler.")
        subprocess.run([compiler, "-std=gnu11", "-O1", "-fPIC", "-shared", "-o", self.shim, source, "-ldl", "-lpthread"],
                       check=True)

    def run(self, *arguments):
        """The program's answer. Nothing is in front of the C library."""
        return subprocess.run([self.camber, *map(str, arguments)], capture_output=True, text=True, timeout=900,
                              cwd=self.work, errors="replace")

    def must(self, *arguments):
        answer = self.run(*arguments)
        if answer.returncode:
            sys.exit(f"camber {' '.join(map(str, arguments))}: {answer.stderr or answer.stdout}")
        return answer.stdout

    def journal(self, command):
        """Runs a command with its changes below the root written down."""
        path = self.work / "journal"
        path.unlink(missing_ok=True)
        environment = {**os.environ, "POWER_CUT_ROOT": str(self.root), "POWER_CUT_JOURNAL": str(path),
                       "LD_PRELOAD": str(self.shim)}
        ended = subprocess.run([str(part) for part in command], env=environment, capture_output=True, cwd=self.work,
                               timeout=1800)
        return ended.returncode, ended.stderr.decode(errors="replace"), read_journal(path)


class Judge:
    """Collects what is wrong with one state."""

    def __init__(self, tools):
        self.tools, self.problems = tools, []

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)
        return holds

    def run(self, *arguments, codes=(0,)):
        """A command's output; nil where it does not end as it should."""
        what = "camber " + " ".join(str(part).replace(str(self.tools.work), "…") for part in arguments)
        try:
            answer = self.tools.run(*arguments)
        except subprocess.TimeoutExpired:
            self.problems.append(f"{what}: no end within 15 minutes")
            return None
        if answer.returncode not in codes:
            said = (answer.stderr or answer.stdout).strip().splitlines()[-1:]
            self.problems.append(f"{what}: exit {answer.returncode}: {''.join(said)}".replace(str(self.tools.work), "…"))
            return None
        return answer.stdout

    def json(self, *arguments, codes=(0,)):
        output = self.run(*arguments, "--json", codes=codes)
        try:
            return None if output is None else json.loads(output)
        except ValueError:
            self.problems.append(f"camber {arguments[0]} printed no JSON")
            return None
