"""Something that must last, and what it has to leave."""
import re
import shutil

# Names of files that nobody takes for whole.
UNFINISHED = re.compile(r"(^|/)(partial-[^/]*|\.[^/]*\.partial|[^/]*\.partial(-\d+)?(\.[^/.]*)?)(/|$)")


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
