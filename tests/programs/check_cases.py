#!/usr/bin/env python3
"""Each case of tests/data/cases, imported like anybody's data, gets the verdicts that were drawn up for it, and no others.

    check_cases.py PROGRAM [NAME…]

tests/data/cases/README.md says what stands in a case.
"""
import concurrent.futures
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import fail, run, run_json, temporary_folder
from planar import covers

CASES = os.path.join(os.path.dirname(__file__), "..", "data", "cases")
LEVELS = ["low", "medium", "high", "critical"]
program = sys.argv[1]
names = sys.argv[2:] or sorted(name[:-8] for name in os.listdir(CASES) if name.endswith(".geojson"))


def findings_of(case, folder):
    """As the check says: a list of properties with their geometry, and the rules that were not run."""
    ws = os.path.join(folder, "ws")
    run(program, "init", ws)
    layers = {}
    for feature in case["features"]:
        properties = dict(feature["properties"])
        layers.setdefault(properties.pop("layer"), []).append({**feature, "properties": properties})
    for layer, features in layers.items():
        file = os.path.join(folder, layer + ".geojson")
        with open(file, "w", encoding="utf-8") as out:
            json.dump({"type": "FeatureCollection", "features": features}, out, ensure_ascii=False)
        run(program, "import", ws, layer, file, "--as-of", "2024-01-01")
    file = os.path.join(folder, "findings.geojson")
    result = run_json(program, "check", ws, "greenhouse", "--as-of", case["as_of"], "--findings", file, "--json")
    with open(file, encoding="utf-8") as text:
        return json.load(text)["features"], sorted(one["what"] for one in result["not_run"])


def problems_of(case):
    with temporary_folder() as folder:
        found, not_run = findings_of(case, folder)
    problems = []
    if not_run != sorted(case["not_run"]):
        problems.append(f"not run: {not_run}, not {sorted(case['not_run'])}")
    expected = set()
    counts = {}
    for entry in case["expected"]:
        here = [one for one in found if one["properties"]["rule"] == entry["rule"] and covers(one["geometry"], entry["at"])]
        where = f"{entry['rule']} at {entry['at']}"
        if "count" in entry:
            counts[entry["rule"]] = entry["count"]
        if entry["verdict"] == "clear":
            if here:
                problems.append(f"{where} is {here[0]['properties']['verdict']}, not clear: {here[0]['properties']['what_en']}")
            continue
        if len(here) != 1:
            problems.append(f"{where} has {len(here)} findings, not one")
            continue
        says = here[0]["properties"]
        expected.add(says["fingerprint"])
        if says["verdict"] != entry["verdict"]:
            problems.append(f"{where} is {says['verdict']}, not {entry['verdict']}: {says['what_en']}")
        if "category" in entry and says["category"] != entry["category"]:
            problems.append(f"{where} is of category {says['category']}, not {entry['category']}")
        if "severity" in entry:
            raised = LEVELS.index(says["severity"]) > LEVELS.index("high")
            if raised != (entry["severity"] == "raised"):
                problems.append(f"{where} is {says['severity']}, not {entry['severity']}")
        if says["verdict"] == "for_field_check" and not says["held_back_by"]:
            problems.append(f"{where} does not say what holds it back")
        if not says["turns"] or not says["basis"]:
            problems.append(f"{where} does not say what it rests on, or what would turn it")
    for rule, count in counts.items():
        there = sum(one["properties"]["rule"] == rule for one in found)
        if there != count:
            problems.append(f"{there} findings of {rule}, not {count}")
    for one in found:
        if one["properties"]["fingerprint"] not in expected:
            problems.append(f"{one['properties']['rule']} found what is not there: {one['properties']['what_en']}")
    return problems


def judged(name):
    with open(os.path.join(CASES, name + ".geojson"), encoding="utf-8") as text:
        case = json.load(text)
    return [f"{name}: {problem}\n    {case['case']}" for problem in problems_of(case)]


with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
    problems = [problem for of_case in pool.map(judged, names) for problem in of_case]
print("\n".join(problems))
print(f"{len(names)} cases")
if problems:
    fail(f"{len(problems)} verdicts are wrong")
