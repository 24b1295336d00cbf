#!/usr/bin/env python3
"""The overlay cases of JTS, GEOS and polygon-clipping have the areas that their authors expect.

    overlay_cases.py TEST_GEOMETRY UGLY_FOLDER

Writes each case as one line of JSON, with its geometries as GeoJSON; the hidden test [overlay_cases] of test_geometry does the
work. A case that only asks a question of two polygons (relate, buffer …) is taken as one of overlay too: its parts must sum up.
"""
import glob
import json
import os
import re
import struct
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import run

OPERATIONS = {"intersection": "intersection", "difference": "difference", "union": "union", "symdifference": "xor",
              "overlayareatest": "parts", "unionarea": "union_area"}


class Wkt:
    """Words, numbers and parentheses, one after the other."""

    def __init__(self, text):
        self.tokens, self.at = re.findall(r"[A-Za-z]+|[-+.\dEe]+|[(),]", text), 0

    def next(self, expected=None):
        token = self.tokens[self.at]
        self.at += 1
        if expected and token not in expected:
            raise ValueError("%s where %s is due" % (token, expected))
        return token

    def list(self, member):
        """What stands in parentheses, or nothing for EMPTY."""
        if self.next("(EMPTY") != "(":
            return []
        members = [member()]
        while self.next("),") == ",":
            members.append(member())
        return members

    def position(self):
        values = []
        while self.tokens[self.at] not in "),":
            values.append(float(self.next()))
        return values[:2]

    def ring(self):
        return self.list(self.position)

    def polygon(self):
        return self.list(self.ring)

    def anything(self):
        """Skips what is no polygon."""
        if self.tokens[self.at] == "(":
            self.list(self.anything)
            return
        while self.tokens[self.at] not in "),":
            self.next()

    def polygons(self):
        kind = self.next().upper()
        while self.tokens[self.at].upper() in ("Z", "M", "ZM"):
            self.next()
        if kind == "POLYGON":
            rings = self.polygon()
            return [rings] if rings else []
        if kind == "MULTIPOLYGON":
            return [rings for rings in self.list(self.polygon) if rings]
        if kind == "GEOMETRYCOLLECTION":
            return [rings for member in self.list(self.polygons) for rings in member]
        self.list(self.anything)
        return []


class Wkb:
    def __init__(self, data):
        self.data, self.at, self.order = data, 0, "<"

    def take(self, form):
        values = struct.unpack_from(self.order + form, self.data, self.at)
        self.at += struct.calcsize(self.order + form)
        return values

    def polygons(self):
        self.order = "<" if self.data[self.at] == 1 else ">"
        self.at += 1
        kind, = self.take("I")
        if kind & 0x20000000:
            self.take("I")
        width = 2 + bool(kind & 0x80000000) + bool(kind & 0x40000000) + (0, 1, 1, 2)[kind % 0x20000000 // 1000]
        kind = kind % 0x20000000 % 1000
        if kind == 3:
            rings = []
            for _ in range(self.take("I")[0]):
                rings.append([list(self.take("%dd" % width))[:2] for _ in range(self.take("I")[0])])
            return [rings] if rings else []
        if kind in (4, 5, 6, 7):
            return [polygon for _ in range(self.take("I")[0]) for polygon in self.polygons()]
        for _ in range(self.take("I")[0] if kind == 2 else 1):
            self.take("%dd" % width)
        return []


def polygons_of(text):
    text = "".join((text or "").split()) if re.match(r"\s*0[01]", text or "") else (text or "")
    if re.match(r"0[01]", text):
        return Wkb(bytes.fromhex(text)).polygons() or None
    return Wkt(text).polygons() or None if text.strip() else None


def geometry(polygons):
    return {"type": "MultiPolygon", "coordinates": polygons}


def xml_cases(folder):
    for file in sorted(glob.glob(os.path.join(folder, "*_xml", "**", "*.xml"), recursive=True)):
        for number, case in enumerate(ElementTree.parse(file).getroot().iter("case"), 1):
            operands = {name: polygons_of(case.findtext(name)) for name in ("a", "b")}
            name = "%s, case %d" % (os.path.relpath(file, folder), number)
            for test in case.iter("op"):
                op = OPERATIONS.get(test.get("name", "").lower())
                of = [operands[test.get(argument, "").lower()] for argument in ("arg1", "arg2")
                      if operands.get(test.get(argument, "").lower())]
                if op in ("intersection", "difference", "union", "xor") and len(of) == len(
                        [a for a in ("arg1", "arg2") if test.get(a)]) and of:
                    if not (test.text or "").strip():
                        continue  # nothing is expected but that it works: see below
                    expected = polygons_of(test.text)
                    yield {"name": name, "op": op, "of": [geometry(one) for one in of], "expected": geometry(expected or [])}
                elif op == "union_area" and of:
                    yield {"name": name, "op": "union", "of": [geometry(one) for one in of], "area": float(test.text)}
            if operands["a"] and operands["b"]:
                yield {"name": name, "op": "parts", "of": [geometry(operands["a"]), geometry(operands["b"])]}


def clipping_cases(folder):
    names = {"union": "union", "intersection": "intersection", "difference": "difference", "xor": "xor"}
    for case in sorted(glob.glob(os.path.join(folder, "polygon_clipping", "*"))):
        with open(os.path.join(case, "args.geojson"), encoding="utf-8") as file:
            args = json.load(file)
        of = [feature["geometry"] for feature in args["features"]]
        for file in sorted(glob.glob(os.path.join(case, "*.geojson"))):
            stem = os.path.splitext(os.path.basename(file))[0]
            if stem == "args":
                continue
            with open(file, encoding="utf-8") as text:
                expected = json.load(text)
            expected = expected.get("geometry", expected)
            for op in names if stem == "all" else [stem]:
                yield {"name": os.path.basename(case), "op": names[op], "of": of, "expected": expected}


def main():
    test_geometry, folder = sys.argv[1:3]
    cases = list(xml_cases(folder)) + list(clipping_cases(folder))
    if len(cases) < 100:
        sys.exit("only %d cases were found in %s" % (len(cases), folder))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for case in cases:
            file.write(json.dumps(case) + "\n")
        file.flush()
        run(test_geometry, "[overlay_cases]", env={**os.environ, "CAITU_OVERLAY_CASES": file.name})
    print("%d cases" % len(cases))


main()
