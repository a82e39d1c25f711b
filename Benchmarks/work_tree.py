"""Work trees of other commits, and the programs that are built in them."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*command, folder=ROOT):
    """What a command prints; it must succeed."""
    return subprocess.run([str(word) for word in command], cwd=folder, check=True, text=True, stdout=subprocess.PIPE).stdout


def add(folder, commit):
    # One that somebody removed by hand would still hold the name.
    run("git", "worktree", "prune")
    run("git", "worktree", "add", "--quiet", "--detach", folder, commit)


def build(folder):
    """The program, as fast as it gets."""
    run("swift", "build", "-c", "release", "--product", "camber", folder=folder)
    return folder / ".build/release/camber"
