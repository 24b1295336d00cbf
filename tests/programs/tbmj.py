#!/usr/bin/env python3
"""The surveyed area TBMJ of every imported parcel is the area of its published geometry, within 0.01 m².

    tbmj.py PROGRAM WORKSPACE

WORKSPACE holds the made delivery in delivery/ and its parcels. The area here is the survey's own formula (an edge's band by
its series, FACTS 2.5), written apart from the program's. Parcels whose edges were split at import are not compared: the
survey measured the edges that it drew. Nor are those with a planted data fault, which faults.csv names.
"""
import csv
import glob
import math
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, temporary_folder

TOLERANCE_M2 = 0.01
B_M = 6356752.314140356  # CGCS2000's semi-minor axis
SERIES = (1.0033640898341927, -0.001124189381927124, 1.699459473518905e-6, -2.7178578455775555e-9, 4.358419004834514e-12)


def rings_of(wkt):
    """Every ring of a WKT polygon: whether it is a shell, and its positions."""
    found = []
    for polygon in re.findall(r"\(\([^()]*\)(?:,\s*\([^()]*\))*\)", wkt):
        for place, ring in enumerate(re.findall(r"\(([^()]+)\)", polygon)):
            found.append((place == 0, [tuple(map(float, pair.split()[:2])) for pair in ring.split(",")]))
    return found


def ring_area(ring):
    meridian, total = ring[0][0], 0.0
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:]):
        width = math.radians((lon1 + lon2) / 2 - meridian)
        height, middle = math.radians(lat2 - lat1), math.radians((lat1 + lat2) / 2)
        total += width * sum(term * math.sin((2 * k + 1) * height / 2) * math.cos((2 * k + 1) * middle) for k, term in enumerate(SERIES))
    return abs(2 * B_M * B_M * total)


def rows(file, *options):
    """Key, TBMJ and rings of every parcel of a file that GDAL reads."""
    shown = run("ogr2ogr", "-f", "CSV", "/vsistdout/", file, "-lco", "GEOMETRY=AS_WKT", "-select", "ZLDWDM,TBBH,TBMJ", *options).stdout
    csv.field_size_limit(sys.maxsize)
    for row in csv.DictReader(shown.splitlines()):
        yield (row["ZLDWDM"], row["TBBH"]), float(row["TBMJ"]), rings_of(row["WKT"])


def faulty_keys(delivery):
    with open(os.path.join(delivery, "faults.csv"), encoding="utf-8") as text:
        return {tuple(row["key"].split("/")) for row in csv.DictReader(text) if row["file"].startswith("parcels/")}


def main():
    program, workspace = sys.argv[1:3]
    faulty = faulty_keys(os.path.join(workspace, "delivery"))
    positions = {}
    for file in sorted(glob.glob(os.path.join(workspace, "delivery", "parcels", "DLTB_*.shp"))):
        for key, _, rings in rows(file):
            if key not in faulty:
                positions.setdefault(key, []).append(sum(len(ring) for _, ring in rings))
    expect(len(positions) > 1000, f"the delivery has {len(positions)} parcels only")

    compared, split, worst = 0, 0, 0.0
    with temporary_folder() as folder:
        exported = os.path.join(folder, "parcels.fgb")
        run(program, "export", workspace, "parcels", exported)
        for key, surveyed, rings in rows(exported):
            if key in faulty:
                continue
            if sum(len(ring) for _, ring in rings) not in positions[key]:
                split += 1
                continue
            area = sum(ring_area(ring) if shell else -ring_area(ring) for shell, ring in rings)
            expect(abs(area - surveyed) <= TOLERANCE_M2, f"parcel {key}: TBMJ {surveyed}, its geometry has {area:.4f} m²")
            compared += 1
            worst = max(worst, abs(area - surveyed))
    expect(compared + split == sum(map(len, positions.values())), f"{compared + split} of {sum(map(len, positions.values()))} parcels came")
    expect(compared > split, f"only {compared} parcels kept their edges, {split} did not")
    print(f"{compared} parcels within {worst:.4f} m² of TBMJ; {split} with split edges")


main()
