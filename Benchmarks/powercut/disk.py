"""A folder as it is while a journal is played, and as a power cut could leave it."""
import os
import pathlib
import shutil

from .journal import CREATE, EVERYTHING, LINK, MAPPED, RENAME, SYNC, TRUNCATE, UNLINK, WRITE


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


def compare(final, root, mapped):
    """Where the folder differs from what the journal says: calls that the shim does not see."""
    found = Disk(root).state("all", "all")
    return sorted(path for path in final.keys() | found.keys() if final.get(path) != found.get(path) and path not in mapped)
