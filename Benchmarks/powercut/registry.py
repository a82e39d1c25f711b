"""Operations on the registry."""
import os
import re
import sys

from .operation import UNFINISHED, Operation
from .program import Judge


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
