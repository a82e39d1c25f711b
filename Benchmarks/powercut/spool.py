"""Operations on the spool."""
import json
import os
import re
import shutil

from .disk import Disk, Folder
from .journal import RENAME, UNLINK, WRITE
from .operation import Operation, contents
from .program import MODELS, ROOT


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


class Learn(SpoolOperation):
    """A cycle of the learner, which ends with a record and perhaps another current model."""

    name = "learn"
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
        recipe.write_text(text + "\ncalibration_samples: 4\n")
        with self.config.open("a") as file:
            file.write(f'learn: {{labeled: "folder:{self.given}/labeled", held_out: "folder:{self.given}/held-out", '
                       f'recipe: {recipe}, epochs: 1, threads: 1, least_items: 2, threshold: 0.3, '
                       f'work: {self.path("learning")}}}\n')

    def command(self):
        return ["learn", "--config", self.config, "--json"]

    def is_enough(self):
        return self.path("models/cycles/000001.json").exists()

    def promised(self, state):
        # A pseudo-label that is there is taken for made, picture and all, where a cycle is there to go on with.
        if "learning/cycle.json" not in state:
            return self.broken(state)
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
