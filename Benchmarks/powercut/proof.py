"""Shows the program what each step of an operation may leave."""
import collections
import copy
import os
import re
import shutil
import sys
import time

from .disk import Disk, compare, make
from .journal import CREATE, LINK, MAPPED, RENAME, SAID, TRUNCATE, WRITE
from .program import Judge

# Of each: which names are there, and which bytes.
VARIANTS = [("strict", "synced", "synced"), ("names lost", "synced", "all"), ("bytes lost", "all", "lost"),
            ("zeros", "all", "zeros"), ("killed", "all", "all"), ("torn", "all", "torn"), ("late names", "late", "all")]


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
