"""The same delivery of parcels once more, with one row in a hundred changed, as a surveyor sends it after a season.

Of every thousand parcels eight have another remark, and one has a corner that was measured anew, 5 mm off, in it and in each
neighbour that shares the corner: about ten rows in all. TBMJ stays within its tolerance, the land stays without overlaps and
gaps, and no row comes or goes.
"""
import shutil
import struct

REMARKED, MEASURED, OF = 8, 1, 1000
MOVED_M = 0.005
SHX_HEADER, SHX_ENTRY = 100, 8
POLYGON_FIXED = 44  # type, box, counts


def fields_of(table):
    """name → (offset in the record, width), the header's length and the record's."""
    head, width = struct.unpack_from("<HH", table, 8)
    fields, at, offset = {}, 32, 1
    while table[at] != 0x0D:
        name = bytes(table[at:at + 11]).split(b"\0")[0].decode()
        fields[name] = (offset, table[at + 16])
        offset += table[at + 16]
        at += 32
    return fields, head, width


def records_of(index):
    """Where the content of each record begins in the .shp."""
    for at in range(SHX_HEADER, len(index), SHX_ENTRY):
        yield 2 * struct.unpack_from(">I", index, at)[0] + 8


def points_of(shapes, content):
    """Where a polygon's positions lie in the .shp: first byte, count."""
    parts, points = struct.unpack_from("<II", shapes, content + 36)
    return content + POLYGON_FIXED + 4 * parts, points


def remark(table):
    fields, head, width = fields_of(table)
    offset, room = fields["BZ"]
    changed = set()
    for row in range((len(table) - head) // width):
        if row % OF < REMARKED:
            at = head + row * width + offset
            table[at:at + room] = b"resurveyed".ljust(room)
            changed.add(row)
    return changed


def measure(shapes, index):
    """Moves a corner of some parcels in all that share it."""
    starts = list(records_of(index))
    corners = set()
    for row in range(MEASURED * OF // 2, len(starts), OF):
        first, points = points_of(shapes, starts[row])
        at = first + 16 * (points // 2)
        corners.add(bytes(shapes[at:at + 16]))
    changed = set()
    for row, content in enumerate(starts):
        first, points = points_of(shapes, content)
        ring = bytes(shapes[first:first + 16 * points])
        places = [i for i in range(0, len(ring), 16) if ring[i:i + 16] in corners]
        for i in places:
            x, y = struct.unpack_from("<dd", ring, i)
            struct.pack_into("<dd", shapes, first + i, x + MOVED_M, y)
        if places:
            changed.add(row)
    return changed


def make(delivered, target):
    """Writes the resubmission of a Shapefile; returns how many of its rows have changed."""
    parts = {}
    for ending in (".shp", ".shx", ".dbf"):
        parts[ending] = bytearray(delivered.with_suffix(ending).read_bytes())
    changed = remark(parts[".dbf"]) | measure(parts[".shp"], parts[".shx"])
    for ending, content in parts.items():
        target.with_suffix(ending).write_bytes(content)
    for ending in (".prj", ".cpg"):
        shutil.copyfile(delivered.with_suffix(ending), target.with_suffix(ending))
    return len(changed)
