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
import collections
import copy
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

CREATE, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, LINK, SAID, MAPPED = range(1, 10)
EVERYTHING = 3
HEADER = struct.Struct("<IBBHQqII")
# Of each: which names are there, and which bytes.
VARIANTS = [("strict", "synced", "synced"), ("names lost", "synced", "all"), ("bytes lost", "all", "lost"),
            ("zeros", "all", "zeros"), ("killed", "all", "all"), ("torn", "all", "torn"), ("late names", "late", "all")]
# Names of files that nobody takes for whole.
UNFINISHED = re.compile(r"(^|/)(partial-[^/]*|\.[^/]*\.partial|[^/]*\.partial(-\d+)?(\.[^/.]*)?)(/|$)")


# MARK: The journal

Record = collections.namedtuple("Record", "kind flag inode offset first second")


def read_journal(path):
    """The records; a path comes as text, what was written or said as bytes."""
    data, place, records = path.read_bytes(), 0, []
    while place < len(data):
        size, kind, flag, _, inode, offset, first, _ = HEADER.unpack_from(data, place)
        body = data[place + HEADER.size:place + size]
        first, second = body[:first], body[first:]
        if kind not in (WRITE, SAID):
            first, second = os.fsdecode(first), os.fsdecode(second)
        records.append(Record(kind, flag, inode, offset, first, second))
        place += size
    return records


# MARK: The disk

class File:
    """Bytes, and which of them have reached the disk."""

    def __init__(self, data=b"", synced=b""):
        self.data, self.synced = data, synced
        # The least size since the last sync, and the last write since then.
        self.low, self.last = len(synced), None
        self.is_mapped = False

    def write(self, offset, data):
        gap = b"\0" * (offset - len(self.data))
        self.data = self.data[:offset] + gap + data + self.data[offset + len(data):]
        self.last = (offset, len(data))

    def truncate(self, size):
        self.data = self.data[:size] + b"\0" * (size - len(self.data))
        self.low = min(self.low, size)
        self.last = None

    def sync(self):
        self.synced, self.low, self.last = self.data, len(self.data), None

    def bytes(self, which):
        if which == "all" or which == "torn" and not self.last:
            return self.data
        if which == "synced":
            return self.synced
        if which == "torn":
            offset, count = self.last
            middle = offset + count // 2
            return self.data[:middle] + b"\0" * (offset + count - middle) + self.data[offset + count:]
        lost = self.synced[:self.low] if self.low < len(self.synced) else self.synced
        if which == "zeros" and len(lost) < len(self.data):
            return lost + b"\0" * (len(self.data) - len(lost))
        return lost


class Link:
    def __init__(self, target):
        self.target = target


class Folder:
    """Names, those that have reached the disk, and the changes since."""

    def __init__(self):
        self.names, self.synced, self.last = {}, {}, {}

    def change(self, changes):
        self.last = changes
        self.names = self.apply(self.names, changes)

    @staticmethod
    def apply(names, changes):
        return {name: node for name, node in {**names, **changes}.items() if node}

    def sync(self):
        self.synced, self.last = self.names, {}

    def entries(self, which):
        return {"all": self.names, "synced": self.synced}.get(which) or (
            self.apply(self.synced, self.last) if which == "late" else {})


class Disk:
    """A folder as it is while a journal is played, and as a power cut could leave it."""

    def __init__(self, root):
        self.root = str(root)
        self.by_inode = {}
        self.top = self.load(self.root)

    def load(self, path):
        """What is there at the start is on the disk."""
        status = os.lstat(path)
        if os.path.islink(path):
            return Link(os.readlink(path))
        if os.path.isdir(path):
            node = Folder()
            node.names = {name: self.load(f"{path}/{name}") for name in os.listdir(path)}
            node.sync()
        else:
            if status.st_ino in self.by_inode:
                return self.by_inode[status.st_ino]
            data = pathlib.Path(path).read_bytes()
            node = File(data, data)
        self.by_inode[status.st_ino] = node
        return node

    def place(self, path):
        """The folder that holds a path's name, and the name."""
        folder, parts = self.top, path[len(self.root):].strip("/").split("/")
        for part in parts[:-1]:
            folder = folder.names[part]
        return folder, parts[-1]

    def play(self, record):
        node = self.by_inode.get(record.inode)
        if record.kind == CREATE:
            node = [File, Folder, lambda: Link(record.second)][record.flag]()
            self.by_inode[record.inode] = node
            if record.first:
                folder, name = self.place(record.first)
                folder.change({name: node})
        elif record.kind == WRITE:
            node.write(record.offset, record.first)
        elif record.kind == TRUNCATE:
            node.truncate(record.offset)
        elif record.kind == SYNC:
            for each in set(self.by_inode.values()) if record.flag == EVERYTHING else [node]:
                if not isinstance(each, Link):
                    each.sync()
        elif record.kind == RENAME:
            self.rename(record)
        elif record.kind == UNLINK:
            folder, name = self.place(record.first)
            folder.change({name: None})
        elif record.kind == LINK:
            folder, name = self.place(record.first)
            folder.change({name: node})
        elif record.kind == MAPPED:
            node.is_mapped = True

    def rename(self, record):
        if not record.first or not record.second:
            raise SystemExit(f"A rename crosses the folder's border: {record}")
        (source, old), (target, new) = self.place(record.first), self.place(record.second)
        node, other = source.names[old], target.names.get(new)
        left = other if record.flag == 2 else None
        if node is other:
            return
        if source is target:
            source.change({old: left, new: node})
        else:
            target.change({new: node})
            source.change({old: left})

    def state(self, names, data):
        """By path from the root: ('file', bytes), ('link', target) or ('folder',)."""
        found = {}

        def walk(folder, path):
            for name, node in folder.entries(names).items():
                place = f"{path}{name}"
                if isinstance(node, Folder):
                    found[place] = ("folder",)
                    walk(node, place + "/")
                elif isinstance(node, Link):
                    found[place] = ("link", node.target)
                else:
                    found[place] = ("file", node.bytes(data))

        walk(self.top, "")
        return found

    def mapped(self):
        """The paths of files that are changed through memory, unseen."""
        found = set()

        def walk(folder, path):
            for name, node in folder.names.items():
                if isinstance(node, Folder):
                    walk(node, f"{path}{name}/")
                elif isinstance(node, File) and node.is_mapped:
                    found.add(f"{path}{name}")

        walk(self.top, "")
        return found


def make(state, root, shared):
    """Makes a folder of a state. Large files are links into the folder `shared`: no command changes those in place."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for path, (kind, *rest) in sorted(state.items()):
        target = root / path
        if kind == "folder":
            target.mkdir()
        elif kind == "link":
            target.symlink_to(rest[0])
        elif len(rest[0]) >= 1 << 20:
            blob = shared / f"{hash(rest[0]) & (1 << 64) - 1:016x}-{len(rest[0])}"
            if not blob.exists():
                blob.write_bytes(rest[0])
            os.link(blob, target)
        else:
            target.write_bytes(rest[0])


# MARK: Running the program

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


# MARK: Operations

class Operation:
    """Something that must last. Paths are below the root; what it needs besides lies in the folder `given`."""

    name = ""
    # Of its states, so many at most are shown to the program.
    most = 1 << 20
    # Files that are not either old or new at every step, and why not is said where it is set.
    loose = re.compile(r"(^|/)lock$")
    # What is of no use any more once the command has ended.
    passing = re.compile(r"$.")
    # Files that grow line by line, and are whole in the end only.
    growing = re.compile(r"\.log\.jsonl$")
    # What may still be there although it was removed, if it is whole.
    lingering = re.compile(r"$.")
    # Whether its command is no command of ours, but a program.
    is_program = False

    def __init__(self, tools):
        self.tools, self.root, self.given = tools, tools.root, tools.given
        self.said, self.finished = "", False

    def path(self, *parts):
        return self.root.joinpath(*parts)

    def prepare(self):
        """Makes the starting state."""

    def command(self):
        raise NotImplementedError

    def is_enough(self):
        """Whether the run did what it is to do: a busy machine may keep it from that."""
        return True

    def undisturbed(self):
        """Looks at what the whole operation has left."""

    def observe(self, record, disk):
        """Sees every step before its states are judged."""

    def promised(self, state):
        """What a state lacks of what was acknowledged by now."""
        return []

    def examine(self, judge):
        """Lets the program look at the state in the root."""

    def again(self, judge):
        """Does the operation once more, in the same folder."""

    def is_loose(self, path):
        return bool(UNFINISHED.search(path) or self.loose.search(path))


def contents(root):
    """The files below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
            if path.is_file() and not path.is_symlink()}


def weights(data):
    """A bundle's tensors without what is said of them: how long the training took is among that."""
    return data[8 + int.from_bytes(data[:8], "little"):]


class Registry(Operation):
    """Adding, promoting and rolling back."""

    def __init__(self, tools, name, before, command):
        super().__init__(tools)
        self.name, self.before, self.words = name, before, command

    def models(self, *words):
        return ["models", *words, "--registry", self.path("models")]

    def prepare(self):
        self.path("models").mkdir()
        for words in self.before:
            self.tools.must(*self.models(*words))

    def command(self):
        return self.models(*self.words)

    def listed(self, judge):
        found = judge.json(*self.models("list"))
        if found is None:
            return None
        judge.expect(not found["unreadable"], f"records that cannot be read: {found['unreadable']}")
        return {model["number"]: (model["fingerprint"], model["state"]) for model in found["models"]}

    def undisturbed(self):
        judge = Judge(self.tools)
        self.after = self.listed(judge)
        if judge.problems:
            sys.exit("\n".join(judge.problems))

    def promised(self, state):
        return [f"model {number} was acknowledged, {name} is not there"
                for number in re.findall(r"Model (\d+) is in the registry", self.said)
                for name in (f"models/{int(number):06}.safetensors", f"models/{int(number):06}.json") if name not in state]

    def examine(self, judge):
        models = self.listed(judge)
        if models is None:
            return
        files = sorted(self.path("models").glob("[0-9]*.safetensors"))
        judge.expect(len(files) == len(models), f"{len(files)} bundles, {len(models)} of them listed")
        if files:
            judge.run("models", "verify", *files)
        for number, (fingerprint, _) in models.items():
            judge.expect(self.after.get(number, (None,))[0] == fingerprint, f"model {number} has the fingerprint {fingerprint}")
        current = [number for number, (_, condition) in models.items() if condition == "current"]
        judge.expect(len(current) <= 1, f"models {current} are current")
        if any("promote" in words or "--promote" in words for words in self.before):
            judge.expect(len(current) == 1, "no model is current")

    def again(self, judge):
        models = self.listed(judge) or {}
        if "rollback" in self.words and models.get(2, ("", ""))[1] != "current":
            judge.run(*self.models("promote", "2"))
        judge.run(*self.command())
        # A number that a cut has used up is not given again.
        found = self.listed(judge) or {}
        judge.expect([found[number] for number in sorted(found)] == [self.after[number] for number in sorted(self.after)],
                     f"done again it gives another registry: {found}, not {self.after}")
        left = [name for name in os.listdir(self.path("models")) if UNFINISHED.search(name)]
        judge.expect(not left, f"left over: {left}")


class SpoolOperation(Operation):
    # The index and the files beside it hold nothing of their own.
    loose = re.compile(r"(^|/)(lock|index\.sqlite.*)$")
    # An evicted item that is whole may come back.
    lingering = re.compile(r"^spool/\d{8}")
    # Units: items.
    limit = 2

    def configuration(self, limit, registry):
        path = self.given / f"{self.name.replace(' ', '-')}-{limit}.yaml"
        path.write_text(f"""
            source: {{location: {self.given}/drive/drive.mp4, pace: source, repeat: true}}
            registry: {registry}
            model: {MODELS[0]}
            size: 64x48
            status: {{socket: none}}
            gate: {{every: 100ms, threshold: 0, selected: 0, difference: 0, cpu: 100%}}
            spool: {{folder: {self.path("spool")}, items: {limit}, keep_free: 0MB}}
            """.replace("\n            ", "\n"))
        return path

    def ids(self, state):
        return {int(path[6:14]) for path in state if re.fullmatch(r"spool/\d{8}\.json", path)}

    def broken(self, state):
        """Items without one of their pictures."""
        problems = []
        for number in self.ids(state):
            record = json.loads(state[f"spool/{number:08}.json"][1] or b"{}")
            for kind, ending in (("frame", "jpg"), ("label", "png"), ("before", "jpg")):
                size = record.get(f"{kind}Bytes")
                file = state.get(f"spool/{number:08}-{kind}.{ending}")
                if size and (not file or len(file[1]) != size):
                    problems.append(f"item {number} has lost its {kind}")
        return problems

    def examine(self, judge):
        place = ["--folder", self.path("spool")]
        if not self.path("spool").exists():
            return
        files = {int(path.name[:8]) for path in self.path("spool").glob("[0-9]*.json")}
        found = judge.json("spool", "list", *place, "--last", "0", codes=(0, 1))
        items = {item["number"] if "number" in item else item["id"] for item in found["items"]} if found else set()
        judge.expect(items == files, f"items {sorted(items)} are listed, there are records of {sorted(files)}")
        found = judge.json("spool", "verify", *place, codes=(0, 1))
        for finding in found["findings"] if found else []:
            judge.expect(finding["kind"] == "stray", f"spool verify: {finding}")
        self.verified = items

    def again(self, judge):
        """The next change finishes what was cut short."""
        if not self.path("spool").exists():
            return
        config = self.configuration(100, self.registry())
        judge.run("spool", "prune", "--config", config)
        found = judge.json("spool", "verify", "--config", config, codes=(0, 1))
        judge.expect(found is not None and not found["findings"], f"after a prune: {found and found['findings']}")
        files = {int(path.name[:8]) for path in self.path("spool").glob("[0-9]*.json")}
        judge.expect(files == self.verified, f"prune made {sorted(files)} of {sorted(self.verified)}")

    def registry(self):
        return self.given / "models"


class SpoolRun(SpoolOperation):
    """Frames are kept and the oldest evicted, by the daemon itself."""

    name = "spool: keep and evict"

    def prepare(self):
        self.acknowledged, self.evicted, self.named = set(), set(), set()
        if self.name != FirstStart.name:
            # It is full: one more item comes, and the oldest goes.
            shutil.copytree(self.given / "spool", self.path("spool"))
            self.limit = len(self.ids(Disk(self.root).state("all", "all")))

    def command(self):
        return ["run", "--config", self.configuration(self.limit, self.registry()), "--for", "8s"]

    def observe(self, record, disk):
        if record.kind == RENAME and re.search(r"/spool/\d{8}\.json$", record.second):
            self.named.add(int(record.second[-13:-5]))
        elif record.kind == UNLINK and re.search(r"/spool/\d{8}\.json$", record.first):
            self.evicted.add(int(record.first[-13:-5]))
        elif record.kind == WRITE and self.named and disk.by_inode.get(record.inode) is disk.top.names.get(
                "spool", Folder()).names.get("index.sqlite-wal"):
            # The index knows the item: adding it is over.
            self.acknowledged |= self.named

    def promised(self, state):
        missing = self.acknowledged - self.evicted - self.ids(state)
        return [f"item {number} was kept and is gone" for number in missing] + self.broken(state)

    def again(self, judge):
        super().again(judge)
        before = {int(path.name[:8]) for path in self.path("spool").glob("[0-9]*.json")}
        if self.turn % 20 == 0:
            judge.run(*self.command())
            after = {int(path.name[:8]) for path in self.path("spool").glob("[0-9]*.json")}
            judge.expect(len(after) <= self.limit and all(number > max(before, default=0) for number in after - before),
                         f"items {sorted(before)} before another run, {sorted(after)} after it")
            found = judge.json("spool", "verify", "--folder", self.path("spool"), codes=(0, 1))
            judge.expect(found is not None and not found["findings"], f"after a run: {found and found['findings']}")
        self.turn += 1

    turn = 0

    def is_enough(self):
        """One item is kept and one evicted."""
        return 1 not in self.ids(Disk(self.root).state("all", "all"))


class FirstStart(SpoolRun):
    """The daemon's first start: it makes its registry and its spool."""

    name = "first start"

    def is_enough(self):
        return bool(self.ids(Disk(self.root).state("all", "all")))

    def registry(self):
        return self.path("models")

    def command(self):
        return ["run", "--config", self.configuration(self.limit, self.registry()), "--for", "3s"]

    def again(self, judge):
        if self.turn % 4 == 0:
            judge.run(*self.command())
            found = judge.json("models", "list", "--registry", self.path("models"))
            judge.expect(found and [model["state"] for model in found["models"]] == ["current"],
                         f"another start gives {found and found['models']}")
            found = judge.json("spool", "verify", "--folder", self.path("spool"), codes=(0, 1))
            judge.expect(found is not None and not found["findings"], f"after a start: {found and found['findings']}")
        self.turn += 1


class SpoolChange(SpoolOperation):
    """Pinning and pruning."""

    def __init__(self, tools, name, words, limit=100):
        super().__init__(tools)
        self.name, self.words, self.limit = name, words, limit

    def prepare(self):
        shutil.copytree(self.given / "spool", self.path("spool"))

    def command(self):
        return ["spool", *self.words, "--config", self.configuration(self.limit, self.registry())]

    def undisturbed(self):
        self.after = self.records()

    def records(self):
        return {path.name: path.read_bytes() for path in self.path("spool").glob("[0-9]*")}

    def promised(self, state):
        return self.broken(state)

    def again(self, judge):
        judge.run(*self.command())
        judge.expect(self.records() == self.after, "done again it gives another spool")
        found = judge.json("spool", "verify", "--folder", self.path("spool"), codes=(0, 1))
        judge.expect(found is not None and not found["findings"], f"done again: {found and found['findings']}")


class Withdraw(SpoolOperation):
    """All that is kept of a drive goes: frames, and what people labeled of them."""

    name = "drives withdraw"
    loose = re.compile(r"(^|/)(lock|\.cycle\.lock|index\.sqlite.*)$")
    # What is removed may still be there after a cut, if it is whole.
    lingering = re.compile(r"^(spool/\d{8}|human/)")

    def registry(self):
        return self.path("models")

    def prepare(self):
        shutil.copytree(self.given / "spool", self.path("spool"))
        self.path("models").mkdir()
        self.tools.must("models", "add", MODELS[0], "--promote", "--registry", self.registry())
        self.tools.must("labels", "import", self.given / "export", "--dataset", self.path("human"), "--by", "eve")
        self.config = self.configuration(100, self.registry())
        with self.config.open("a") as file:
            file.write(f'learn: {{labeled: "folder:{self.given}/labeled", held_out: "folder:{self.given}/held-out", '
                       f'human: "folder:{self.path("human")}", work: {self.path("learning")}}}\n')

    def command(self):
        return ["drives", "withdraw", "drive", "--yes", "--config", self.config]

    def promised(self, state):
        problems = self.broken(state)
        for path in state:
            match = re.fullmatch(r"human/labels/(.*)\.png", path)
            if match and f"human/images/{match[1]}.jpg" not in state:
                problems.append(f"{path} is there without its picture")
        if self.finished and (self.ids(state) or any(path.startswith("human/labels/") for path in state)):
            problems.append("something of the drive is there again")
        return problems

    def again(self, judge):
        """What a cut has left is found and removed."""
        judge.run(*self.command(), codes=(0, 1))
        found = judge.json("drives", "list", "--config", self.config)
        judge.expect(found == [], f"done again: {found}")
        left = [path for path in contents(self.path("human")) if path.endswith((".png", ".jpg"))]
        judge.expect(not left, f"done again: {left} are there")


class LabelsOnPage(SpoolOperation):
    """A person labels a frame on the page, and again: the daemon keeps both, and pins the frame."""

    name = "labels on the page"
    is_program = True
    PERSON = """
import http.client, json, signal, subprocess, sys, time
camber, config, port = sys.argv[1:]
daemon = subprocess.Popen([camber, "run", "--config", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def ask(method, path, body=None):
    for _ in range(200):
        try:
            page = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
            page.request(method, path, body, {"X-Camber": "1"})
            answer = page.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            time.sleep(0.1)
size = len(ask("GET", "/api/spool/1/labels")[1])
for number in (0, 1):
    status, answer = ask("PUT", "/api/spool/1/labels?by=eve", bytes([number]) * size)
    if status != 200: sys.exit(answer.decode())
    print("saved", number, flush=True)
daemon.send_signal(signal.SIGTERM)
sys.exit(daemon.wait())
"""

    def prepare(self):
        shutil.copytree(self.given / "spool", self.path("spool"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.config = self.configuration(100, self.registry())
        with self.config.open("a") as file:
            file.write(f'dashboard: {{address: "127.0.0.1:{self.port}"}}\n'
                       f'learn: {{labeled: "folder:{self.given}/labeled", held_out: "folder:{self.given}/held-out", '
                       f'human: "folder:{self.path("human")}", work: {self.given}/learning}}\n')
        # Nothing else happens to the spool meanwhile.
        self.config.write_text(re.sub(r"(?m)^gate: .*\n", "", self.config.read_text()))

    def command(self):
        return [sys.executable, "-S", "-c", self.PERSON, self.tools.camber, self.config, self.port]

    def labels(self, state):
        return [entry for path, entry in sorted(state.items()) if re.fullmatch(r"human/labels/[^/.]*\.png", path)]

    def replaced(self, state):
        return [path for path in state if re.fullmatch(r"human/replaced/[^/.][^/]*\.png", path)]

    def promised(self, state):
        problems = self.broken(state)
        if "saved 0" in self.said:
            if not self.labels(state) or "human/origins.json" not in state:
                problems.append("the first labels were acknowledged and are gone")
            if not any(re.fullmatch(r"human/images/[^/.]*\.jpg", path) for path in state):
                problems.append("the picture of acknowledged labels is gone")
            if b'"pinned" : true' not in state.get("spool/00000001.json", ("", b""))[1]:
                problems.append("the labeled frame is not pinned")
        if "saved 1" in self.said:
            if self.labels(state) != self.labels(self.final):
                problems.append("the second labels were acknowledged and are gone")
            if not self.replaced(state):
                problems.append("the labels that were replaced are gone")
        return problems

    def again(self, judge):
        super().again(judge)
        if self.turn % 10 == 0:
            ended = subprocess.run([*map(str, self.command())], capture_output=True, text=True, timeout=300)
            judge.expect(ended.returncode == 0, f"labeled again: exit {ended.returncode}: {ended.stderr}")
            found = Disk(self.root).state("all", "all")
            judge.expect(self.labels(found) == self.labels(self.final), "labeled again it gives other labels")
        self.turn += 1

    turn = 0


class FolderOperation(Operation):
    """Writes a folder or files that must be the same in the end, however often it was begun."""

    # Of no use beside a whole bundle.
    lingering = re.compile(r"\.checkpoint$")

    def __init__(self, tools, name, words, prepare=None, loose=None, checks=(), differing=None, aside=None, vouches=()):
        super().__init__(tools)
        self.name, self.words, self.make, self.checks = name, words, prepare, checks
        if loose:
            self.loose = re.compile(loose)
        # Files that tell times, and what may be left or missing in the end.
        self.differing = re.compile(differing or "$.")
        self.aside = aside
        # Where the first is there, the second must be whole: a pattern, and what stands for the other file.
        self.vouches = [(re.compile(pattern), other) for pattern, other in vouches]

    def prepare(self):
        if self.make:
            self.make(self.root)

    def command(self):
        return self.words(self.root)

    def promised(self, state):
        problems = []
        for path in state:
            for pattern, other in self.vouches:
                match = pattern.fullmatch(path)
                named = match and match.expand(other)
                if match and state.get(named) != self.final.get(named):
                    problems.append(f"{path} is there, {named} is " + ("not whole" if named in state else "not there"))
        return problems

    def result(self):
        # When something was labeled is another time each time.
        return {path: weights(data) if path.endswith(".safetensors") else re.sub(rb'"labeledAt" : "[^"]*"', b"", data)
                for path, data in contents(self.root).items() if not self.differing.search(path)}

    def undisturbed(self):
        self.after = self.result()

    def examine(self, judge):
        for check in self.checks:
            check(judge, self.root)

    def again(self, judge):
        if self.aside and self.path(self.aside).exists():
            # The command wants a new folder.
            shutil.rmtree(self.path(self.aside))
        if judge.run(*self.command()) is None:
            return
        found = self.result()
        for path in sorted(found.keys() | self.after.keys()):
            if found.get(path) != self.after.get(path):
                judge.expect(False, f"done again, {path} is " + (
                    "missing" if path not in found else "left over" if path not in self.after else "another one"))


class Learn(SpoolOperation):
    """A cycle of the learner, which ends with a record and perhaps another current model."""

    name = "learn"
    # Going on takes seconds, at idle priority.
    most = 40
    loose = re.compile(r"(^|/)(lock|\.cycle\.lock|index\.sqlite.*)$")
    # The work of a cycle that is over.
    lingering = passing = re.compile(r"^learning(/|$)")

    def registry(self):
        return self.path("models")

    def prepare(self):
        shutil.copytree(self.given / "spool", self.path("spool"))
        self.path("models").mkdir()
        self.tools.must("models", "add", MODELS[0], "--promote", "--registry", self.path("models"))
        self.config = self.configuration(100, self.registry())
        recipe = self.given / "tiny.yaml"
        text = (ROOT / "configs/recipes/synthetic.yaml").read_text()
        for key, value in (("crop_width", 32), ("crop_height", 32), ("batch", 2)):
            text = re.sub(rf"{key}: \d+", f"{key}: {value}", text)
        recipe.write_text(text)
        with self.config.open("a") as file:
            file.write(f'learn: {{labeled: "folder:{self.given}/labeled", held_out: "folder:{self.given}/held-out", '
                       f'recipe: {recipe}, epochs: 1, threads: 1, least_items: 2, threshold: 0.3, '
                       f'work: {self.path("learning")}}}\n')

    def command(self):
        return ["learn", "--config", self.config, "--json"]

    def is_enough(self):
        return self.path("models/cycles/000001.json").exists()

    def promised(self, state):
        # A pseudo-label that is there is taken for made, picture and all.
        work = "learning/pseudo-labels"
        pictures = {os.path.splitext(path)[0] for path in state if path.startswith(f"{work}/images/")}
        return self.broken(state) + [
            f"{path} is there without its picture" for path in state
            if path.startswith(f"{work}/labels/") and not self.is_loose(path)
            and f"{work}/images/" + os.path.splitext(path)[0].rpartition("/")[2] not in pictures]

    def examine(self, judge):
        super().examine(judge)
        found = judge.json("models", "list", "--registry", self.path("models"))
        judge.expect(found and not found["unreadable"], f"records that cannot be read: {found}")
        judge.expect(found and [model["state"] for model in found["models"]].count("current") == 1, "no model is current")
        judge.run("models", "verify", *sorted(self.path("models").glob("[0-9]*.safetensors")))

    def again(self, judge):
        was_over = self.path("models/cycles/000001.json").exists()
        outcome = judge.json(*self.command()[:-1])
        if outcome and not was_over:
            judge.expect(outcome["outcome"] in ("promoted", "rejected"), f"going on gives {outcome}")
        self.examine(judge)


# MARK: Judging

class Versions:
    """What each name has stood for while it stood for something whole: at the start, at each rename, at the end.

    A file that is written to after it has its name was not whole when it got it."""

    def __init__(self):
        self.known, self.given = collections.defaultdict(set), collections.defaultdict(list)

    def add(self, disk, below=""):
        for path, entry in disk.state("all", "all").items():
            if path == below or not below or path.startswith(below + "/"):
                self.known[path].add(entry)
                if below:
                    folder, name = disk.place(f"{disk.root}/{path}")
                    self.given[folder.names[name]].append((path, entry))

    def play(self, disk, record):
        disk.play(record)
        if record.kind in (WRITE, TRUNCATE):
            for path, entry in self.given.pop(disk.by_inode[record.inode], ()):
                self.known[path].discard(entry)
        elif record.kind in (RENAME, LINK) or record.kind == CREATE and record.flag:
            named = record.second if record.kind == RENAME else record.first
            self.add(disk, named[len(disk.root) + 1:])


def prove(operation, options):
    """One line of the table, and what is wrong."""
    tools, began = operation.tools, time.monotonic()
    program = [] if operation.is_program else [tools.camber]
    for _ in range(5):
        shutil.rmtree(tools.root, ignore_errors=True)
        tools.root.mkdir()
        operation.prepare()
        start = Disk(tools.root)
        code, errors, records = tools.journal([*program, *operation.command()])
        if code:
            sys.exit(f"{operation.name}: the undisturbed run ended with {code}: {errors}")
        if operation.is_enough():
            break
    else:
        sys.exit(f"{operation.name}: too little happened; is the machine very busy?")
    operation.undisturbed()

    # The first time through, what names stood for when they were given.
    versions, disk = Versions(), copy.deepcopy(start)
    versions.add(disk)
    for record in records:
        versions.play(disk, record)
    versions.add(disk)
    final = disk.state("all", "all")
    unexplained = compare(final, tools.root, disk.mapped())
    if unexplained:
        sys.exit(f"{operation.name}: the journal does not explain {unexplained}")

    operation.final = final
    wrong, states, steps = [], {}, 0
    disk = copy.deepcopy(start)
    # Step 0 is the state before anything.
    for step in range(len(records) + 1):
        if step:
            record = records[step - 1]
            disk.play(record)
            operation.observe(record, disk)
            if record.kind == SAID and record.flag == 1:
                operation.said += record.first.decode(errors="replace")
            steps += record.kind not in (SAID, MAPPED)
        operation.finished = step == len(records)
        for variant, names, data in VARIANTS:
            state = disk.state(names, data)
            problems = operation.promised(state) + half_written(operation, state, versions)
            if operation.finished:
                problems += lost(operation, state, final)
            key = tuple(sorted(state.items()))
            if problems:
                wrong.append((step, variant, problems, state))
            is_key = not step or step == len(records) or any(
                record.kind != WRITE for record in records[max(0, step - 2):step + 1])
            known = states.get(key)
            states[key] = (step, variant, is_key or bool(known and known[2]), state)

    most = min(options.states, operation.most)
    chosen = [entry for entry in states.values() if entry[2]]
    rest = [entry for entry in states.values() if not entry[2]]
    chosen += sample(rest, max(0, most - len(chosen)))
    chosen = sorted(sample(chosen, most), key=lambda entry: entry[0])
    for step, variant, _, state in chosen:
        make(state, tools.root, tools.shared)
        judge = Judge(tools)
        operation.examine(judge)
        operation.again(judge)
        if judge.problems:
            wrong.append((step, variant, judge.problems, state))
    looked = f"{len(chosen)} of {len(states)}" if len(chosen) < len(states) else str(len(states))
    bad = len({tuple(sorted(state.items())) for *_, state in wrong})
    print(f"{operation.name:30} {steps:5} steps {looked:>12} states {bad:4} wrong {time.monotonic() - began:6.0f} s", flush=True)
    return wrong


def sample(entries, count):
    if len(entries) <= count:
        return entries
    return [entries[index * len(entries) // count] for index in range(count)] if count else []


def half_written(operation, state, versions):
    """Names that stand for what they never stood for when it was whole."""
    problems = []
    for path, entry in state.items():
        if entry[0] == "folder" or operation.is_loose(path) or operation.growing.search(path):
            continue
        if entry not in versions.known[path]:
            size = f", {len(entry[1])} bytes" if entry[0] == "file" else ""
            problems.append(f"{path} is neither old nor new{size}")
    return problems


def lost(operation, state, final):
    """What the whole operation made and a state lacks."""
    problems = []
    for path in sorted(final.keys() | state.keys()):
        above = os.path.dirname(path)
        # A folder that is not there stands for what is in it.
        if (operation.is_loose(path) or operation.passing.search(path) or final.get(path) == state.get(path)
                or above in final and above not in state):
            continue
        if path not in final:
            if not operation.lingering.search(path):
                problems.append(f"the command ended with 0, and {path}, which it removed, is there")
        else:
            problems.append(f"the command ended with 0, and {path} is {'another one' if path in state else 'not there'}")
    return problems


def compare(final, root, mapped):
    """Where the folder differs from what the journal says: calls that the shim does not see."""
    found = Disk(root).state("all", "all")
    return sorted(path for path in final.keys() | found.keys() if final.get(path) != found.get(path) and path not in mapped)


def tell(operation, wrong, options, folder):
    """Prints what is wrong, the same thing once, and keeps a state of each."""
    seen = collections.OrderedDict()
    for step, variant, problems, state in wrong:
        for problem in problems:
            seen.setdefault(re.sub(r"\d+", "#", problem), []).append((step, variant, problem, state))
    for cases in list(seen.values())[:options.findings]:
        step, variant, problem, state = cases[0]
        variants = [name for name, *_ in VARIANTS if any(case[1] == name for case in cases)]
        kept = folder / f"{re.sub('[^a-z]+', '-', operation.name.lower())}-{step}-{variant.replace(' ', '-')}"
        (folder / "large").mkdir(exist_ok=True)
        make(state, kept, folder / "large")
        others = sorted({case[0] for case in cases} - {step})
        print(f"    step {step}{f' and {len(others)} others' if others else ''}; {', '.join(variants)}: {problem}\n"
              f"        kept in {kept}", flush=True)
    if len(seen) > options.findings:
        print(f"    and {len(seen) - options.findings} more kinds of findings")


# MARK: Does it find anything

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


# MARK: All of them

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = [ROOT / "samples/models" / f"{name}.safetensors" for name in ("synthetic-weak", "synthetic-day")]


def operations(tools):
    """All operations, each made only when its turn has come."""
    given, must = tools.given, tools.must
    first, second = map(str, MODELS)
    small = ["--size", "64x48"]
    must("synthesize", "--out", given / "drive", *small, "--fps", "5", "--frames", "16", "--seed", "7", "--format", "video")
    must("synthesize", "--out", given / "labeled", *small, "--fps", "0.25", "--frames", "2", "--drives", "2", "--seed", "100",
         "--format", "frames")
    must("synthesize", "--out", given / "held-out", *small, "--fps", "0.25", "--frames", "2", "--drives", "3", "--seed", "200",
         "--format", "frames")
    (given / "drives").mkdir()
    for name in ("one", "two"):
        shutil.copy(given / "drive/drive.mp4", given / f"drives/{name}.mp4")
    # A spool of some items, and what people get of it.
    maker = SpoolChange(tools, "given", [])
    tools.root.mkdir()
    for _ in range(20):
        # The gate keeps few frames on a busy machine.
        must("run", "--config", maker.configuration(5, given / "models"), "--for", "4s")
        if len(maker.ids(Disk(tools.root).state("all", "all"))) >= 3:
            break
    (tools.root / "spool").rename(given / "spool")
    for file in given.glob("spool/index*"):
        file.unlink()
    must("spool", "export", "--folder", given / "spool", "--for", "folder", "--out", given / "export")

    yield Registry(tools, "models add, the first", [], ["add", first, "--promote"])
    yield Registry(tools, "models add", [["add", first, "--promote"]], ["add", second])
    yield Registry(tools, "models add, promote", [["add", first, "--promote"]], ["add", second, "--promote"])
    yield Registry(tools, "models promote", [["add", first, "--promote"], ["add", second]], ["promote", "2"])
    yield Registry(tools, "models rollback", [["add", first, "--promote"], ["add", second, "--promote"]], ["rollback"])
    yield SpoolRun(tools)
    yield FirstStart(tools)
    yield SpoolChange(tools, "spool pin", ["pin", "1", "2"])
    yield SpoolChange(tools, "spool prune", ["prune"], limit=2)
    yield Withdraw(tools)
    yield LabelsOnPage(tools)

    for form in ("folder", "cvat", "coco", "label-studio"):
        yield FolderOperation(
            tools, f"spool export for {form}",
            lambda root, form=form: ["spool", "export", "--folder", given / "spool", "--for", form, "--out", root / "out"],
            aside="out")

    def readable_report(judge, root):
        if (root / "report.json").exists():
            judge.expect(judge.run("report", "merge", root / "report.json", codes=(0, 1)), "the report is empty")

    yield FolderOperation(
        tools, "labels import",
        lambda root: ["labels", "import", given / "export", "--dataset", root / "data"], differing=UNFINISHED.pattern)
    # A picture counts once it has labels.
    labels = (r"^data/(images|confidence)/", r"data/labels/(.*)\.png")
    yield FolderOperation(
        tools, "label pictures",
        lambda root: ["label", given / "labeled/images", "--model", first, "--out", root / "data"], differing=UNFINISHED.pattern,
        loose=labels[0], vouches=[(labels[1], r"data/images/\1.png"), (labels[1], r"data/confidence/\1.png")])
    yield FolderOperation(
        tools, "label a drive", lambda root: [
            "label", given / "drive/drive.mp4", "--every", "2", "--model", first, "--out", root / "data"],
        differing=UNFINISHED.pattern, loose=labels[0],
        vouches=[(labels[1], r"data/images/\1.jpg"), (labels[1], r"data/confidence/\1.png")])
    yield FolderOperation(
        tools, "segment a drive",
        lambda root: ["segment", given / "drive/drive.mp4", "--model", first, *small, "--masks", root / "masks.mkv", "-o",
                      root / "overlay.mp4", "--report", root / "report.json", "--resume"],
        checks=[readable_report], differing=r"report\.json$")
    yield FolderOperation(
        tools, "segment a drive into pictures",
        lambda root: ["segment", given / "drive/drive.mp4", "--model", first, *small, "--masks", str(root / "masks") + "/",
                      "--report", root / "report.json", "--resume"],
        checks=[readable_report], differing=r"report\.json$")
    yield FolderOperation(
        tools, "segment drives",
        lambda root: ["segment", given / "drives", "--model", first, *small, "--masks", root / "masks", "--png", "-o",
                      root / "overlay", "--report", root / "report.json", "--resume"],
        checks=[readable_report], differing=r"report\.json$")
    tiny = [part for setting in ("batch=2", "crop_width=32", "crop_height=32", "evaluate_every=1")
            for part in ("--set", setting)]
    yield FolderOperation(
        tools, "train segmentation",
        lambda root: ["train", "segmentation", "--dataset", f"folder:{given}/labeled", "--validation", "none", "--model", first,
                      "--recipe", ROOT / "configs/recipes/synthetic.yaml", "--epochs", "2", *tiny, "--threads", "1", "--out",
                      root / "new.safetensors", "--resume"], differing=r"\.log\.jsonl$|\.svg$|\.partial$",
        checks=[lambda judge, root: [judge.run("models", "verify", file) for file in root.glob("*.safetensors")]])
    yield Learn(tools)


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
