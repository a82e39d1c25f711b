#!/usr/bin/env python3
"""Runs the commands of README.md and docs/: check-docs.py PROGRAM

A command of Camber is compared with what the program says of its options; so is one that stands in a sentence. Then it is run, on the
samples, in a folder that is thrown away, with a daemon beside it; what needs a camera, root, other people's data or hours is not.
Other commands are run, or compared with the Makefile or the script that they name.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "Benchmarks/README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("samples/**/*.md"))]

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    PORT = probe.getsockname()[1]

# What stands in a page, and what is run in its place.
SUBSTITUTIONS = [
    (r"^(sudo( -u camber)? )?(\.build/release/)?camber ", "camber "),
    (r"(samples/|/usr/share/camber/)?(?<![\w])(drive|motorway)\.mp4", "drive.mp4"),
    (r"/usr/share/camber/models/", "samples/models/"),
    (r"((/etc/camber|configs)/)?front\.yaml|\bFILE\.yaml", "front.yaml"),
    (r"/run/camber/front/status\.sock", "status.sock"),
    (r"^camber status$", "camber status --socket status.sock"),
    (r"^camber (status|mark) front\b", r"camber \1 --socket status.sock"),
    (r"http://127\.0\.0\.1:8080", f"http://127.0.0.1:{PORT}"),
    (r"/etc/camber/token", "token"),
    (r"/tmp/overlay\.mp4", "overlay.mp4"),
    # Training that shows no more than that it runs.
    (r"--frames 60", "--frames 16"),
    (r"(--recipe camvid-quick.*)", r"\1 --epochs 1 --set crop_width=96 --set crop_height=96 --set batch=2"),
]
# What is only compared, and why.
ONLY_COMPARED = [
    (r"camvid:|cityscapes:|CamVid|pytorch", "CamVid and Cityscapes are not here"),
    (r"…|\bFILE\b|\bDIR\b|\bBUNDLE\b|\bNAME\b", "names something of the reader's"),
    (r"^camber run .*(?<!--check)$", "runs until it is stopped: this script runs it itself"),
    (r"^camber learn", "takes minutes: Benchmarks/page.py and scripts/demo.sh run it"),
    (r"--seed 15 --light day|--drives (12|48)", "takes long, and makes what samples/ holds"),
    (r"segmentation\.safetensors|labeled$|labeled --", "follows from those"),
    (r"rollback", "nothing has been promoted here"),
    (r"part-1\.json", "joins what two machines made"),
    (r"^mpirun", "needs the MPI build: scripts/check-mpi.sh runs it"),
    (r"-o overlay\.mp4$", "the same as in README.md"),
]
# Other programs: run, or left alone as they need root, a network, hardware or systemd.
RUN = {"curl", "ffmpeg"}
LEFT = {"sudo", "sudoedit", "pip", "apt", "apt-get", "systemctl", "journalctl", "v4l2-ctl", "ssh", "openssl", "cp", "swift",
        "python3", "mpirun", "sqlite3", "$", "export"}

CONFIGURATION = f"""
source: {{location: drive.mp4, pace: source, repeat: true}}
registry: models
model: samples/models/synthetic-weak.safetensors
size: 120x88
fps: 5
threads: 1
gate: {{every: 200ms, threshold: 0.3, selected: 1%, difference: 0.1%, cpu: 50%}}
spool: {{folder: spool, size: 100MB}}
learn: {{labeled: "folder:road", held_out: "folder:road", recipe: camvid-quick, work: work}}
status: {{socket: status.sock}}
outputs: [{{kind: event, file: events.mp4, before: 1s, after: 1s}}]
dashboard: {{address: "127.0.0.1:{PORT}", token_file: token}}
"""


def commands(page):
    """The lines of a page's blocks that hold commands, joined where they go on, with their numbers."""
    blocks, block = [], []
    lines = page.read_text().split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith("    ") and (block or not lines[number - 2].strip() or not lines[number - 2].startswith((" ", "-"))):
            block.append((number, line[4:]))
        elif line.strip() or not block:
            blocks.append(block)
            block = []
    for block in [*blocks, block]:
        joined = []
        for number, line in block:
            if joined and joined[-1][1].endswith("\\"):
                joined[-1] = (joined[-1][0], joined[-1][1][:-1].rstrip() + " " + line.strip())
            elif line.strip():
                joined.append((number, re.sub(r"\s+# .*", "", line).rstrip()))
        if any(is_command(line) for _, line in joined):
            yield from joined


def programs(page):
    """The blocks of a page that are Python, with the numbers of their first lines."""
    lines = page.read_text().split("\n")
    number = 0
    while number < len(lines):
        if lines[number].startswith("    import ") and not lines[number - 1].strip():
            block = []
            while number + len(block) < len(lines) and (line := lines[number + len(block)]).startswith("    ") or not line:
                block.append(line[4:])
            yield number + 1, "\n".join(block)
            number += len(block)
        number += 1


def is_command(line):
    first = (line.split() or [""])[0].removeprefix(".venv/bin/")
    return first in RUN | LEFT | {"make", "camber", ".build/release/camber"} or re.match(r"python$|\S*Benchmarks/\S+", first)


def compare(words, command):
    """What is wrong with a command's words by what the program says of itself; nil where nothing is."""
    path = []
    while words and (child := next((c for c in command.get("subcommands", []) if c["commandName"] == words[0]), None)):
        command, words, path = child, words[1:], path + [words[0]]
    if command.get("subcommands"):
        return None if not words or words[0].startswith("-") or "|" in words[0] else f"'{words[0]}' is no command"
    known = {("--" if n["kind"] == "long" else "-") + n["name"]: a for a in command["arguments"] for n in a.get("names", [])}
    plain = 0
    rest = iter(words)
    for word in rest:
        name = word.split("=")[0]
        if word == "…":
            continue
        if word.startswith("-") and word != "-":
            if name not in known:
                return f"{' '.join(path)} has no option {name}"
            if known[name]["kind"] == "option" and "=" not in word:
                next(rest, None)
        else:
            plain += 1
    positional = [a for a in command["arguments"] if a["kind"] == "positional"]
    if plain > len(positional) and not any(a["isRepeating"] for a in positional):
        return f"{' '.join(path)} takes no such argument"
    return None


def try_other(line, folder):
    """What is wrong with another program's command."""
    words = shlex.split(line.replace("$(sudo cat token)", (folder / "token").read_text().strip()))
    if words[0] == "make":
        lines = re.findall(r"^([\w-]+(?: [\w-]+)*):", (ROOT / "Makefile").read_text(), re.M)
        targets = {target for line in lines for target in line.split()}
        wanted = {word for word in words[1:] if "=" not in word}
        return None if wanted <= targets else "the Makefile has no such target"
    script = next((word for word in words if word.startswith("Benchmarks/")), None)
    if script:
        if not script.endswith(".py"):
            return None
        text = (ROOT / script).read_text()
        missing = [word for word in words if word.startswith("--") and f'"{word}"' not in text]
        return f"{script} has no option {missing[0]}" if missing else None
    if words[0] not in RUN or not shutil.which(words[0]):
        return None
    if words[0] == "curl":
        words[1:1] = ["--fail", "--silent", "--show-error", "--output", "answer"] if "-o" not in words else ["--fail", "--silent"]
    return run(words, folder)


def run(words, folder):
    ended = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)
    return None if ended.returncode == 0 else f"exit {ended.returncode}: {ended.stderr.strip()[-300:]}"


def prepare(program, folder):
    """The folder that commands run in, and a daemon there."""
    for name in ["samples", "configs"]:
        os.symlink(ROOT / name, folder / name)
    subprocess.run(["ffmpeg", "-v", "error", "-t", "3", "-i", ROOT / "samples/drive.mp4", "-c", "copy", folder / "drive.mp4"],
                   check=True)
    (folder / "front.yaml").write_text(CONFIGURATION)
    (folder / "token").write_text("a-token-for-this-run-only\n")
    daemon = subprocess.Popen([program, "run", "--config", "front.yaml"], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=open(folder / "log", "w"))
    for _ in range(300):
        if "page" in (folder / "log").read_text() and any(folder.glob("spool/*.json")):
            return daemon
        time.sleep(0.1)
    daemon.kill()
    sys.exit("The daemon keeps no frame:\n" + (folder / "log").read_text())


def installed_links(program, folder):
    """Links of the installed pages that lead nowhere."""
    subprocess.run([ROOT / "scripts/install.sh", program, folder / "installed", "/usr"], check=True)
    for page in sorted((folder / "installed/usr/share/doc/camber").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.name}, as it is installed, leads to {target}, which is not there"


def main():
    program = os.path.abspath(sys.argv[1])
    tree = json.loads(subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True).stdout)["command"]
    folder = pathlib.Path(tempfile.mkdtemp())
    daemon = prepare(program, folder)
    failures = ran = compared = 0
    try:
        for problem in installed_links(program, folder):
            print(problem)
            failures += 1
        for page in PAGES:
            name = page.relative_to(ROOT)
            for text in re.findall(r"`camber ([^`]+)`", page.read_text()):
                problem = compare(text.replace("\n", " ").split(), tree)
                compared += 1
                if problem:
                    print(f"{name}: `camber {text}`: {problem}")
                    failures += 1
            for number, line in commands(page):
                problem, text = None, line
                if not is_command(line):
                    problem = "is this a command?"
                else:
                    for pattern, replacement in SUBSTITUTIONS:
                        text = re.sub(pattern, replacement, text)
                if problem is None and text.startswith("camber "):
                    words = shlex.split(text)[1:]
                    problem = compare(words, tree)
                    if problem is None and not any(re.search(pattern, text) for pattern, _ in ONLY_COMPARED):
                        problem, ran = run([program, *words], folder), ran + 1
                        print(f"{name}:{number}: {text}") if "--verbose" in sys.argv else None
                    else:
                        compared += 1
                elif problem is None:
                    problem = try_other(text, folder)
                if problem:
                    print(f"{name}:{number}: {line}\n    {problem}")
                    failures += 1
            for number, text in programs(page):
                problem, ran = run([sys.executable, "-c", text], folder), ran + 1
                if problem:
                    print(f"{name}:{number}: this Python fails\n    {problem}")
                    failures += 1
    finally:
        daemon.terminate()
        daemon.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{ran} commands of Camber run, {compared} compared with its options, {failures} wrong")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
