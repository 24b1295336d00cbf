#!/usr/bin/env python3
"""`caitu check` as a planner's analyst uses it, on the made workspace.

    checks.py PROGRAM WORKSPACE
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, run_json, temporary_folder

program, workspace = sys.argv[1:3]
DAY = ["--as-of", "2024-12-31"]  # other tests edit the workspace today
RULES = os.path.join(os.path.dirname(__file__), "..", "..", "geodata", "rules")


def measure(result, name):
    found = [one for one in result["measures"] if one["id"] == name]
    expect(len(found) == 1, f"{len(found)} measures are called {name}")
    return found[0]


def every_check():
    results = run_json(program, "check", workspace, *DAY, "--json")
    expect([one["check"] for one in results] == ["retention", "targets", "belts", "bases", "greenhouse", "quality"],
           f"the checks are {[one['check'] for one in results]}")
    for one in results:
        expect(one["as_of"] == "2024-12-31", f"{one['check']} is as of {one['as_of']}")
        for what in one["not_run"]:
            expect(what["why"], f"{what['what']} is not run, and nobody knows why")


def retention():
    """The made delivery: 420,000 亩 as a union and 5 % more as a sum, over 21.843 million residents of 2022."""
    result = run_json(program, "check", workspace, *DAY, "retention", "--json")
    per_capita = measure(result, "retention.per_capita")
    expect(round(per_capita["value"], 2) == 1.92 and per_capita["verdict"] == "not_met", f"retention is {per_capita}")
    expect(per_capita["detail"]["population_year"] == 2022, "the plan's basis is 2022")
    union, gross = measure(result, "retention.union")["value"], measure(result, "retention.gross")["value"]
    expect(abs(union - 420_000) < 1 and abs(gross - 441_000) < 1, f"union {union} and sum {gross}")
    reserve = measure(result, "retention.reserve_alone")
    expect("0.916" in " ".join(reserve["notes"]) and "不是" in reserve["title"] and not reserve["verdict"], f"the reserve is {reserve}")
    towns = measure(result, "retention.retained")["detail"]
    expect(abs(sum(town["mu"] for town in towns) - union) < 1e-3, "the towns do not sum to the union")
    later = run_json(program, "check", workspace, *DAY, "retention", "--population-year", 2023, "--json")
    expect(measure(later, "retention.per_capita")["detail"]["residents"] == 21_858_000, "2023 has other residents")
    unknown = run_json(program, "check", workspace, *DAY, "retention", "--population-year", 2031, "--json")
    expect(measure(unknown, "retention.per_capita")["verdict"] == "not_run" and "2031" in json.dumps(unknown["not_run"]),
           "a year that is not known is not said")


def quality():
    """What the import has found in the delivery with its planted faults."""
    parcels = measure(run_json(program, "check", workspace, *DAY, "quality", "--json"), "quality.parcels")
    errors = sum(rule["count"] for rule in parcels["detail"] if rule["severity"] == "error")
    expect(errors > 0 and parcels["value"] == errors and parcels["verdict"] == "not_met", f"the parcels' quality is {parcels}")


def the_same_rows(folder):
    """On any number of threads."""
    files = []
    for jobs in (1, 3):
        files.append(os.path.join(folder, f"findings{jobs}.gpkg"))
        run(program, "check", workspace, *DAY, "greenhouse", "--findings", files[-1], "--jobs", jobs)
    with open(files[0], "rb") as first, open(files[1], "rb") as second:
        expect(first.read() == second.read(), "threads change the findings")
    info = run("ogrinfo", "-ro", "-so", files[0], "findings").stdout
    for field in ("fingerprint", "check", "rule", "verdict", "severity", "measured", "limit", "unit", "tolerance", "district", "town",
                  "mu", "state"):
        expect(re.search(rf"^{field}: ", info, re.M), f"the findings have no field {field}:\n{info}")


def rules_of_ones_own(folder):
    text = run(program, "check", "--explain", "G3").stdout
    expect("22.5" in text and "农农发〔2018〕3号" in text, f"G3 is explained as\n{text}")
    done = run(program, "check", "--explain", "G33", code=None)
    expect(done.returncode != 0 and "G3" in done.stderr, f"an unknown rule ends so: {done.stderr}")
    done = run(program, "check", workspace, "greenhous", code=2)
    expect("did you mean \"greenhouse\"?" in done.stderr, done.stderr)
    with open(os.path.join(RULES, "G3.toml"), encoding="utf-8") as rule:
        own = rule.read().replace("version = 1", "version = 2")
    file = os.path.join(folder, "G3.toml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(own.replace('severity = "high"', 'severity = "high"\nseverety = "low"'))
    done = run(program, "check", workspace, *DAY, "greenhouse", "--rules", file, code=2)
    expect("G3.toml" in done.stderr and "severety" in done.stderr and "did you mean \"severity\"?" in done.stderr, done.stderr)

    def held_back_by(text):
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
        findings = os.path.join(folder, "own.geojson")
        run(program, "check", workspace, *DAY, "greenhouse", "--rules", file, "--findings", findings)
        with open(findings, encoding="utf-8") as rows:
            return [one["properties"] for one in json.load(rows)["features"] if one["properties"]["rule"] == "G3"]

    strict = held_back_by(own)
    expect({one["version"] for one in strict} == {2}, "the rule of one's own is not used")
    doubted = held_back_by(re.sub(r'(applies_to = \["北京市"\], basis = "standard", clause = "北方地区", confidence = )"B"', r'\1"C"', own))
    sizes = [one for one in doubted if one["measured"] > one["limit"] + one["tolerance"] + 0.01 and one["district"].endswith("区")]
    expect(sizes, "no guard house is over size")
    expect(all(one["verdict"] == "for_field_check" or "层" in one["what"] or "用于" in one["what"] for one in sizes),
           "a limit that nobody has confirmed makes a violation")


def fail_on():
    run(program, "check", workspace, *DAY, "greenhouse", "--fail-on", "critical", code=1)
    run(program, "check", workspace, *DAY, "belts", "--fail-on", "low", code=0)


every_check()
retention()
quality()
fail_on()
with temporary_folder() as scratch:
    the_same_rows(scratch)
    rules_of_ones_own(scratch)
print("checks: as expected")
