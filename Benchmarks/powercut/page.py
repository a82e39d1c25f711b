"""A person at the page."""
import re
import shutil
import socket
import subprocess
import sys

from .disk import Disk
from .spool import SpoolOperation


class LabelsOnPage(SpoolOperation):
    """A person labels a frame on the page, and again: the daemon keeps both, and pins the frame."""

    name = "labels on the page"
    is_program = True
    PERSON = """
import http.client, json, signal, subprocess, sys, time
camber, config, port = sys.argv[1:]
daemon = subprocess.Popen([camber, "run", "--config", config], stdout=subprocess.DEVNULL)
def ask(method, path, body=None):
    for _ in range(200):
        try:
            page = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
            page.request(method, path, body, {"X-Camber": "1"})
            answer = page.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            time.sleep(0.1)
try:
    size = len(ask("GET", "/api/spool/1/labels")[1])
    for number in (0, 1):
        status, answer = ask("PUT", "/api/spool/1/labels?by=eve", bytes([number]) * size)
        if status != 200: sys.exit(answer.decode())
        print("saved", number, flush=True)
finally:
    daemon.send_signal(signal.SIGTERM)
    code = daemon.wait()
sys.exit(code)
"""

    def prepare(self):
        shutil.copytree(self.given / "spool", self.path("spool"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # Nothing else happens to the spool meanwhile: there is no gate.
        common = re.sub(r"(?m)^gate: .*\n", "", self.configuration(100, self.registry()).read_text())
        self.config = self.given / "page.yaml"
        self.config.write_text(
            f'{common}dashboard: {{address: "127.0.0.1:{self.port}"}}\n'
            f'learn: {{labeled: "folder:{self.given}/labeled", held_out: "folder:{self.given}/held-out", '
            f'human: "folder:{self.path("human")}", work: {self.given}/learning}}\n')

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
            if b'"isPinned" : true' not in state.get("spool/00000001.json", ("", b""))[1]:
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
            ended = subprocess.run([*map(str, self.command())], check=False, capture_output=True, text=True, timeout=300)
            judge.expect(ended.returncode == 0, f"labeled again: exit {ended.returncode}: {ended.stderr}")
            found = Disk(self.root).state("all", "all")
            judge.expect(self.labels(found) == self.labels(self.final), "labeled again it gives other labels")
        self.turn += 1

    turn = 0
