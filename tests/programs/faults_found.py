#!/usr/bin/env python3
"""The quality audit finds every data fault that the made delivery plants, where it is planted, and invents none.

    faults_found.py PROGRAM DELIVERY

DELIVERY holds faults.csv (file,row,key,fault). Each fault must be told by a finding of its rule at its file, row and key, or
by a refusal that names the row and why. An error or a warning at a row that has no fault fails the test, but where it is the
other row of a pair. A delivery made without faults has no findings. (20,000 parcels are not all of the made land: what they leave
open among them is a note of rule "hole", and no fault.)
"""
import collections
import csv
import glob
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, temporary_folder

# What faults.csv calls it: the rules that may tell it, and the field that they name.
RULES = {
    "self_intersection": ({"self_intersection"}, None),
    "spike": ({"spike"}, None),
    "repeated_vertex": ({"repeated_vertex"}, None),
    "overlap": ({"overlap"}, None),
    "gap": ({"gap"}, None),
    "sliver": ({"sliver"}, None),
    "empty_geometry": ({"empty_geometry"}, None),
    "wrong_zone": ({"wrong_zone"}, None),
    "swapped_axes": ({"swapped_axes"}, None),
    "duplicate_bsm": ({"duplicate_value"}, "BSM"),
    "duplicate_key": ({"duplicate_key"}, None),
    "dlbm_dlmc_mismatch": ({"class_name_mismatch"}, "DLMC"),
    "unknown_dlbm": ({"class_unknown"}, "DLBM"),
    "qsdwdm_length": ({"unit_code_12"}, "QSDWDM"),
    "zldwdm_length": ({"unit_code_12"}, "ZLDWDM"),
    "kcdlbm_not_1203": ({"kcdlbm_not_1203"}, "KCDLBM"),
    "kcdlbm_on_non_cropland": ({"kcdlbm_on_non_cropland"}, "KCDLBM"),
    "kcxs_out_of_range": ({"kcxs_range"}, "KCXS"),
    "kcxs_on_non_cropland": ({"kcxs_on_non_cropland"}, "KCXS"),
    "tbmj_area": ({"tbmj_area"}, "TBMJ"),
    "tbdlmj_identity": ({"tbdlmj_identity"}, "TBDLMJ"),
    "kcmj_identity": ({"kcmj_identity"}, "KCMJ"),
    "gdpdjb_out_of_range": ({"gdpdjb_range"}, "GDPDJB"),
    "broken_text": ({"encoding_damage"}, None),
    "invalid_date": ({"invalid_date"}, "founded"),
}
LAND_LAYERS = ("vegetable_land", "parks", "facilities", "greenhouses", "structures", "spots", "rectified")
PLAN_LAYERS = ("districts", "towns", "roads", "reserve", "protected", "basic_farmland", "points", "clusters_delivered",
               "belts_delivered", "outer_bases")


def layers_of(delivery):
    """Every layer of the delivery and the files that fill it, the ones that others are held against first."""
    for layer in PLAN_LAYERS:
        yield layer, [os.path.join(delivery, f"plan.gpkg:{layer}")]
    yield "ring_bases", sorted(glob.glob(os.path.join(delivery, "ring_bases", "*.shp"))) + [
        os.path.join(delivery, "ring_bases", "ring_bases_gcj02.geojson"), "--datum", "gcj02"]
    yield "parcels", sorted(glob.glob(os.path.join(delivery, "parcels", "DLTB_*.shp")))
    for layer in LAND_LAYERS:
        yield layer, [os.path.join(delivery, f"land.gpkg:{layer}")]


def import_all(program, delivery, folder, as_of="2024-12-31"):
    """Imports every layer; returns what the record holds of findings, and the reports."""
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    reports = {}
    for layer, files in layers_of(delivery):
        shown = run(program, "import", workspace, layer, *files, "--as-of", as_of, "--json").stdout
        reports[layer] = json.loads(shown)
    record = sqlite3.connect(f"file:{workspace}/caitu.db?mode=ro", uri=True)
    record.row_factory = sqlite3.Row
    found = [dict(row) for row in record.execute(
        "SELECT layer, rule, severity, file, row, key, field, other, other_place, what, geometry IS NOT NULL AS drawn FROM caitu_findings")]
    refused = [dict(row) for row in record.execute("SELECT file, row, reason FROM caitu_rejects")]
    record.close()
    return found, refused, reports


def relative(delivery, file):
    return os.path.relpath(file, delivery)


def main():
    program, delivery = sys.argv[1:3]
    with open(os.path.join(delivery, "faults.csv"), encoding="utf-8") as text:
        faults = list(csv.DictReader(text))
    expect(len(faults) > 60, f"only {len(faults)} faults are planted")
    with temporary_folder() as folder:
        found, refused, reports = import_all(program, delivery, folder)

    at = collections.defaultdict(list)
    for finding in found:
        finding["file"] = relative(delivery, finding["file"])
        at[finding["file"], finding["row"]].append(finding)
    reasons = {(relative(delivery, row["file"]), row["row"]): row["reason"] for row in refused}

    missed, by_kind = [], collections.Counter()
    for fault in faults:
        rules, field = RULES[fault["fault"]]
        place = fault["file"], int(fault["row"])
        told = [f for f in at[place] if f["rule"] in rules and f["key"] == fault["key"] and (field is None or f["field"] == field)]
        if not told:
            missed.append(f"{fault['fault']} at {place[0]} row {place[1]}: found {[(f['rule'], f['key'], f['what']) for f in at[place]]}")
        elif not told[0]["drawn"] and place not in reasons:
            missed.append(f"{fault['fault']} at {place[0]} row {place[1]} has no geometry to draw")
        by_kind[fault["fault"]] += 1
    expect(not missed, f"{len(missed)} of {len(faults)} faults were missed:\n" + "\n".join(missed))
    expect(set(by_kind) == set(RULES), f"kinds without a fault: {set(RULES) - set(by_kind)}")

    planted = {(fault["file"], int(fault["row"])): fault["fault"] for fault in faults}
    places = {f"{file} row {row}" for file, row in planted}
    invented = []
    for finding in found:
        if finding["severity"] == "note" or (finding["file"], finding["row"]) in planted:
            continue
        if finding["other_place"] and relative(delivery, finding["other_place"]) in places:
            continue
        invented.append(f"{finding['rule']} at {finding['file']} row {finding['row']}: {finding['what']}")
    expect(not invented, f"{len(invented)} findings are of no fault:\n" + "\n".join(invented[:40]))
    other = [f for f in found if f["severity"] == "note" and f["rule"] != "hole" and (f["file"], f["row"]) not in planted]
    expect(not other, f"{len(other)} notes are of no fault, the first {other[:3]}")
    for place in reasons:
        expect(place in planted, f"{place} was refused without a fault: {reasons[place]}")

    # A row has one fault: what is told of it beside that follows from it, and nothing else may.
    follows = {"self_intersection": {"tbmj_area"}, "wrong_zone": set(), "zldwdm_length": set()}
    for (file, row), kind in planted.items():
        extra = {f["rule"] for f in at[file, row]} - RULES[kind][0] - follows.get(kind, set())
        expect(not extra, f"{file} row {row} has {kind}, and was told {sorted(extra)} too")

    for layer, report in reports.items():
        quality = report["quality"]
        expect(report["rows_in"] == report["rows_published"] + report["rows_refused"], f"{layer}: rows do not add up")
        counted = sum(rule["count"] for rule in quality["rules"])
        expect(counted == sum(1 for f in found if f["layer"] == layer), f"{layer}: {counted} counted, others are in the record")
    if len(sys.argv) > 3:
        demo = sys.argv[3]
        with temporary_folder() as folder:
            clean = os.path.join(folder, "delivery")
            run(demo, clean, "--parcels", "20000", "--no-faults")
            found, refused, _ = import_all(program, clean, folder)
            wrong = [f"{f['rule']} at {f['file']} row {f['row']}: {f['what']}" for f in found if f["rule"] != "hole"]
            expect(not wrong, f"{len(wrong)} findings of a delivery without faults:\n" + "\n".join(wrong[:40]))
            expect(not refused, f"{len(refused)} rows of a delivery without faults were refused")
    print(f"{len(faults)} faults of {len(by_kind)} kinds found where they are, none invented")


main()
