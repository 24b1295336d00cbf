#!/usr/bin/env python3
"""Every ugly file ends well: it is published as far as it is sound, or refused with a reason and a way out, in bounded
time and memory, and never by a crash.

    ugly.py PROGRAM UGLY_FOLDER [PART]

tests/data/ugly.csv has one row for each file of the folder: the layer that it is imported into, options, and what must come
of it: "published N, refused M" or "refused: words of the reason". PART takes only the files whose path holds it.
What is no vector data by itself (test suites in XML, WKT, WKB, lines of Go) has its geometries written into a CSV, one row
each, and on a plane of its own ("{plane}" among the options) that is laid into Beijing's degrees.
"""
import csv
import json
import os
import re
import resource
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import SANITIZED, expect, limit_memory, run, temporary_folder

TABLE = os.path.join(os.path.dirname(__file__), "..", "data", "ugly.csv")
SECONDS = 100 if SANITIZED else 10  # of the processor; on the clock six times as many, for other tests run beside
LAYERS = {"ugly_areas": ["polygon"], "ugly_lines": ["line"], "ugly_points": ["point"], "ugly_any": ["polygon", "line", "point"]}
NUMBER = re.compile(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?")


def declare_layers(workspace):
    for name, kinds in LAYERS.items():
        with open(os.path.join(workspace, "layers", name + ".toml"), "w", encoding="utf-8") as out:
            out.write(f'id = "{name}"\ntitle = "{name}"\ngeometry = {kinds}\nkey = []\nfield = [\n'
                      '  { name = "name", title = "name", type = "text" },\n]\n')


def geometries_of(path):
    """The geometries in a file that is no vector data, as WKT or hex WKB."""
    if path.endswith(".wkb"):
        with open(path, "rb") as source:
            return [source.read().hex()]
    with open(path, encoding="utf-8") as source:
        text = source.read()
    if path.endswith(".wkt"):
        return re.split(r"(?<=\)) (?=[A-Z])", " ".join(text.split()))
    if path.endswith(".xml"):
        texts = ["".join(node.itertext()) for node in xml.fromstring(text).iter() if node.tag in ("a", "b", "op")]
        found = ["".join(text.split()) if re.fullmatch(r"[0-9A-Fa-f\s]+", text) else " ".join(text.split()) for text in texts]
        return [text for text in found if re.match(r"[A-Za-z]+ *\(|[A-Z]+ (Z |M )?EMPTY|[0-9A-Fa-f]{20}", text)]
    points = re.findall(r"maths\.Pt\{X:(-?[\d.e+-]+), Y:(-?[\d.e+-]+)\}", text)
    return [f"LINESTRING ({a[0]} {a[1]}, {b[0]} {b[1]})" for a, b in zip(points[::2], points[1::2])]


def wkb_numbers(raw, at=0):
    """The coordinates in a WKB, and where it ends."""
    order = "<" if raw[at] == 1 else ">"
    kind, = struct.unpack_from(order + "I", raw, at + 1)
    axes = 3 if kind & 0x80000000 or 1000 < kind % 0x10000000 < 2000 else 2
    at += 9 if kind & 0x20000000 else 5
    kind = (kind & 0xffff) % 1000

    def doubles(at, count):
        return list(struct.unpack_from(f"{order}{count * axes}d", raw, at)), at + 8 * count * axes
    if kind == 1:
        return doubles(at, 1)
    count, = struct.unpack_from(order + "I", raw, at)
    at += 4
    if kind == 2:
        return doubles(at, count)
    found = []
    for _ in range(count):
        if kind == 3:
            length, = struct.unpack_from(order + "I", raw, at)
            more, at = doubles(at + 4, length)
        else:
            more, at = wkb_numbers(raw, at)
        found += more
    return found, at


def extent_of(geometries):
    """The greatest coordinate, by which a plane is laid into a kilometre."""
    greatest = 1.0
    for text in geometries:
        if re.match(r"[0-9A-Fa-f]{10}", text):
            numbers = wkb_numbers(bytes.fromhex(text))[0]
        else:
            numbers = [float(number) for number in NUMBER.findall(text)]
        greatest = max([greatest, *(abs(number) for number in numbers if abs(number) < 1e300)])
    return greatest


def given_file(path, row, folder):
    """What the program is given for a file of the folder, and the options."""
    options = row["options"].split()
    if row["path"].startswith("json_test_suite/"):
        copied = os.path.join(folder, os.path.basename(path)[:-len(".json")] + ".geojson")
        shutil.copyfile(path, copied)
        return copied, options
    if "{plane}" not in options:
        return path + row["layer_of_file"], options
    geometries = geometries_of(path)
    made = os.path.join(folder, os.path.basename(path) + ".csv")
    with open(made, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "WKT"])
        writer.writerows([str(number), text] for number, text in enumerate(geometries))
    metres = 1000 / extent_of(geometries)
    plane = (f"+proj=pipeline +step +proj=unitconvert +xy_in={metres!r} +xy_out=m +step +inv +proj=tmerc +lat_0=39.7 +lon_0=116.5 "
             "+ellps=GRS80 +step +proj=unitconvert +xy_in=rad +xy_out=deg")
    options[options.index("{plane}"):options.index("{plane}") + 1] = ["--crs", plane]
    return made, options


def limit():
    limit_memory()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def rejects_in(path):
    csv.field_size_limit(1 << 30)
    with open(path, encoding="utf-8-sig", newline="") as rejects:
        return list(csv.DictReader(rejects))


def check_report(report, words, workspace):
    wrong = []
    published, refused = report["rows_published"], report["rows_refused"]
    if report["rows_in"] != published + refused:
        wrong.append(f"{report['rows_in']} rows in, but {published} + {refused}")
    if words != f"published {published}, refused {refused}":
        wrong.append(f"published {published}, refused {refused}: {report['refused_by_reason']}")
    kept = rejects_in(report["rejects_file"]) if refused else []
    if len(kept) != refused or not all(row["reason"] and row["file"] and int(row["row"]) > 0 for row in kept):
        wrong.append(f"the rejects file holds {len(kept)} rows, or one without file, row or reason")
    return wrong


def check_refusal(done, words, given):
    """A refusal names the file, says why, and on a line of its own what to do."""
    wrong = []
    reason = words.removeprefix("refused: ")
    if not words.startswith("refused: ") or reason not in done.stderr:
        wrong.append(f"refused: {done.stderr.strip()}")
    if os.path.basename(given) not in done.stderr:
        wrong.append("the refusal does not name the file: " + done.stderr.strip())
    if "\n  " not in done.stderr:
        wrong.append("the refusal says no way out: " + done.stderr.strip())
    return wrong


def check(program, data, template, temp, row):
    """What is wrong with the import of one file, as a list of sentences."""
    folder = os.path.join(temp, re.sub(r"[^\w.]", "_", row["path"]))
    workspace = os.path.join(folder, "ws")
    shutil.copytree(template, workspace)
    given, options = given_file(os.path.join(data, row["path"]), row, folder)
    command = [program, "import", workspace, row["layer"], given, *options, "--threads", "2", "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=6 * SECONDS, preexec_fn=limit, errors="replace")
    except subprocess.TimeoutExpired:
        return [f"not done after {6 * SECONDS} s"]
    if done.returncode == 0:
        wrong = check_report(json.loads(done.stdout), row["expected"], workspace)
    elif done.returncode == 3:
        wrong = check_refusal(done, row["expected"], given)
    else:
        wrong = [f"ended with {done.returncode}: {done.stderr.strip()[-600:]}"]
    shutil.rmtree(folder)
    return wrong


def main():
    program, data = sys.argv[1:3]
    if not os.path.isdir(data):
        print(f"skipped: there is no {data}")
        sys.exit(1 if os.environ.get("CI") else 77)
    with open(TABLE, encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    files = sorted(os.path.relpath(os.path.join(folder, name), data) for folder, _, names in os.walk(data) for name in names)
    expect(sorted(row["path"] for row in rows) == files,
           f"files and rows of the table differ: {set(files) ^ {row['path'] for row in rows}}")
    if len(sys.argv) > 3:
        rows = [row for row in rows if sys.argv[3] in row["path"]]
    with temporary_folder() as temp:
        template = os.path.join(temp, "template")
        run(program, "init", template)
        declare_layers(template)
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda row: check(program, data, template, temp, row), rows))
    bad = [(row, wrong) for row, wrong in zip(rows, found) if wrong]
    for row, wrong in bad:
        print(f"{row['path']}: expected {row['expected']}\n    " + "\n    ".join(wrong))
    expect(not bad, f"{len(bad)} of {len(rows)} files did not end as expected")
    print(f"all {len(rows)} files end as expected")


if __name__ == "__main__":
    main()
