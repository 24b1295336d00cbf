#!/usr/bin/env python3
"""What caitu-demo planted is what `caitu check greenhouse` finds: no site is missed, and nothing is found that was not planted.

    check_truth.py PROGRAM MAKE_WORKSPACE [WORKSPACE]

Of seeds 1 to 5; WORKSPACE is that of seed 1. truth.csv of a delivery says for each site and rule what is to be expected.
"""
import collections
import csv
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, fail, run, temporary_folder
from planar import covers

program, make_workspace = sys.argv[1:3]
PARCELS = "20000"


def judged(workspace, folder):
    file = os.path.join(folder, "findings.geojson")
    run(program, "check", workspace, "greenhouse", "--as-of", "2024-12-31", "--findings", file)
    with open(file, encoding="utf-8") as text:
        findings = json.load(text)["features"]
    with open(os.path.join(workspace, "delivery", "truth.csv"), encoding="utf-8") as text:
        truth = list(csv.DictReader(text))
    planted, wrong = set(), []
    right = collections.Counter()
    for row in truth:
        at = (float(row["lon"]), float(row["lat"]))
        here = [one for one in findings if one["properties"]["rule"] == row["rule"] and covers(one["geometry"], at)]
        said = here[0]["properties"]["verdict"] if here else "clear"
        planted.update(one["properties"]["fingerprint"] for one in here)
        if said == row["expected"]:
            right[row["rule"]] += 1
        else:
            wrong.append(f"{row['rule']} {row['site']} at {at} is {said}, not {row['expected']}"
                         + (f": {here[0]['properties']['what_en']}" if here else ""))
    for one in findings:
        if one["properties"]["fingerprint"] not in planted:
            wrong.append(f"{one['properties']['rule']} found what nobody planted: {one['properties']['what_en']} "
                         f"{json.loads(one['properties']['evidence'])['subjects']}")
    return right, wrong


for seed in "12345":
    with temporary_folder() as folder:
        workspace = sys.argv[3] if seed == "1" and len(sys.argv) > 3 else os.path.join(folder, "ws")
        run(make_workspace, os.path.dirname(program), workspace, PARCELS, seed)
        right, wrong = judged(workspace, folder)
        print(f"seed {seed}: " + ", ".join(f"{rule} {count}" for rule, count in sorted(right.items())))
        expect(sum(right.values()) > 500, f"seed {seed}: only {sum(right.values())} sites were judged")
        if wrong:
            print("\n".join(wrong))
            fail(f"seed {seed}: {len(wrong)} verdicts are wrong")
