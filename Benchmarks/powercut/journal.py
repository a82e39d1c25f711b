"""What the program changed on the disk, step by step, as power_cut.c has written it down."""
import collections
import os
import struct

CREATE, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, LINK, SAID, MAPPED = range(1, 10)
EVERYTHING = 3
HEADER = struct.Struct("<IBBHQqII")


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
