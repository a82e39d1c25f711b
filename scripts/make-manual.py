#!/usr/bin/env python3
"""Writes camber(1) from what the program says of its commands: make-manual.py PROGRAM >camber.1"""

import json
import subprocess
import sys

SKIPPED = {"help", "version"}

FOOT = """.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage or configuration.
.SH OUTPUT
Results go to standard output, everything else to standard error. Under systemd its lines carry the journal's priorities.
.SH FILES
.TP
.I /etc/camber/NAME.yaml
a camera's configuration;
.I /etc/camber/example.yaml
is one to start from;
.B camber run \\-\\-keys
explains every key
.TP
.I /run/camber/NAME/status.sock
where a camera's daemon answers
.TP
.I /var/lib/camber
kept frames, models, outputs
.TP
.I /usr/share/camber
sample model and drive, recipes
.SH SEE ALSO
.I /usr/share/doc/camber
"""


def plain(text):
    """Text that roff takes as it is."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def paragraphs(text):
    """Lines that are indented stay lines; the rest is filled."""
    parts = []
    for block in text.strip().split("\n\n"):
        kept = block.startswith("  ")
        parts.append(f".PP\n.nf\n{plain(block)}\n.fi" if kept else f".PP\n{plain(block)}")
    return "\n".join(parts)


def spelled(argument):
    """-o, --overlay FILE"""
    if argument["kind"] == "positional":
        return f"\\fI{plain(argument['valueName'])}\\fR"
    names = [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument["names"]]
    value = f" \\fI{plain(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""
    return ", ".join(f"\\fB{plain(name)}\\fR" for name in names) + value


def synopsis(path, arguments):
    parts = []
    for argument in arguments:
        text = spelled({**argument, "names": [argument.get("preferredName")]}) + (" ..." if argument["isRepeating"] else "")
        parts.append(f"[{text}]" if argument["isOptional"] else text)
    return f".B {' '.join(path)}\n" + " ".join(parts)


def shown(command):
    return [a for a in command.get("arguments", []) if a["shouldDisplay"] and a["valueName"] not in SKIPPED]


def describe(command, path):
    """The commands below, each with its options."""
    for child in command.get("subcommands", []):
        if not child["shouldDisplay"] or child["commandName"] == "help":
            continue
        below = path + [child["commandName"]]
        print(f".SS {' '.join(below)}")
        if not child.get("subcommands"):
            print(synopsis(below, shown(child)))
        print(paragraphs(child["abstract"] + "\n\n" + child.get("discussion", "")))
        for argument in shown(child):
            values, default = argument.get("allValues"), argument.get("defaultValue")
            text = argument.get("abstract", "") + (f" One of {', '.join(values)}." if values else "")
            text += f" Default: {default}." if default else ""
            print(f".TP\n{spelled(argument)}\n{plain(text)}")
        describe(child, below)


def main():
    program = sys.argv[1]
    command = json.loads(subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True).stdout)["command"]
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    print(f'.TH CAMBER 1 "" "Camber {version}" "User Commands"')
    print(f".SH NAME\ncamber \\- {plain(command['abstract'])}")
    print(".SH SYNOPSIS\n.B camber\n\\fIcommand\\fR [\\fIoption\\fR ...]\n.PP\n.B camber\n\\fIcommand\\fR \\fB\\-\\-help\\fR")
    print(".SH COMMANDS")
    describe(command, ["camber"])
    print(FOOT, end="")


if __name__ == "__main__":
    main()
