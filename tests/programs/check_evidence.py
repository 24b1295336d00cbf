#!/usr/bin/env python3
"""A run of the checks as evidence: a folder whose bytes no number of threads changes, and a manifest that is run again, and says
equal, after newer editions, edits, flags and rules exist; and that says no, by name, when something in it was changed.

    check_evidence.py PROGRAM WORKSPACE
"""
import hashlib
import json
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import ask, expect, run, run_json, served, temporary_folder

program, made = sys.argv[1:3]
DAY = ["--as-of", "2024-12-31"]
RULES = os.path.join(os.path.dirname(__file__), "..", "..", "geodata", "rules")
COLUMNS = ["fingerprint", "check", "rule", "verdict", "severity", "measured", "limit", "unit", "tolerance", "district", "town", "mu", "state"]


def content(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def rows_of(file, layer):
    """All of them, their geometry as it stands in the file."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as base:
        return base.execute(f'SELECT * FROM "{layer}" ORDER BY 1').fetchall()


def manifest_of(report):
    with open(os.path.join(report, "manifest.json"), encoding="utf-8") as file:
        return json.load(file)


def replay(workspace, manifest, *options, code=0):
    return run(program, "check", workspace, "--replay", manifest, *options, code=code)


def expect_equal(workspace, report, after):
    said = replay(workspace, os.path.join(report, "manifest.json"), code=None)
    expect(said.returncode == 0 and re.search(r"^equal: ", said.stdout, re.M), f"after {after} a replay says {said.stdout}{said.stderr}")
    expect("another program" not in said.stdout, "the same program is called another")


def the_folder(workspace, folder):
    reports = [os.path.join(folder, f"report{jobs}") for jobs in (1, 4)]
    for jobs, report in zip((1, 4), reports):
        run(program, "check", workspace, *DAY, "--report", report, "--jobs", jobs)
    one, four = reports
    expect(set(os.listdir(one)) == {"report.html", "findings.gpkg", "findings.xlsx", "manifest.json", "double_counted.gpkg", "belts.gpkg"},
           f"a report is of {sorted(os.listdir(one))}")
    for name in ("report.html", "manifest.json", "findings.xlsx"):
        expect(content(one, name) == content(four, name), f"threads change {name}")
    for name in ("findings", "double_counted", "belts"):
        rows = [rows_of(os.path.join(report, name + ".gpkg"), name) for report in reports]
        expect(rows[0] == rows[1] and rows[0], f"threads change {name}.gpkg, or it is empty")
    info = run("ogrinfo", "-ro", "-so", os.path.join(one, "findings.gpkg"), "findings").stdout
    for column in COLUMNS:
        expect(re.search(rf"^{column}: ", info, re.M), f"the findings have no column {column}:\n{info}")
    expect(not [name for name in os.listdir(folder) if name.startswith(".")], "something half made is left")
    return one


def the_manifest(report):
    manifest = manifest_of(report)
    expect(manifest["as_of"] == "2024-12-31" and len(manifest["checks"]) == 6, f"the run was {manifest['as_of']} {manifest['checks']}")
    expect(manifest["program_sha256"] == hashlib.sha256(content(program)).hexdigest(), "the program's digest")
    expect(manifest["counts"]["findings"] == len(rows_of(os.path.join(report, "findings.gpkg"), "findings")), "findings are counted")
    layers = {one["layer"]: one for one in manifest["layers"]}
    expect(layers["parcels"]["edition"] >= 1 and layers["parcels"]["rows"] > 0 and layers["parcels"]["digest"], "parcels are read")
    expect(not set(layers) & set(manifest["missing"]), "a layer is there or missing")
    names = {text["name"]: text for text in manifest["texts"]}
    for name in ("rules/G3.toml", "plan/population.csv", "land_classes.csv"):
        installed = content(RULES, "..", name)
        expect(names[name]["text"].encode() == installed and names[name]["sha256"] == hashlib.sha256(installed).hexdigest(), f"the text of {name}")
    text = content(report, "manifest.json").decode()
    for path in (made, os.path.dirname(os.path.abspath(program)), report, os.path.abspath(RULES)):
        expect(path not in text, f"the manifest names {path}")


def nothing_is_lost(workspace, folder):
    photos = os.path.join(folder, "photos")
    os.mkdir(photos)
    with open(os.path.join(photos, "1.jpg"), "w", encoding="utf-8") as file:
        file.write("a photo")
    done = run(program, "check", workspace, *DAY, "quality", "--report", photos, code=3)
    expect("no report" in done.stderr and os.listdir(photos) == ["1.jpg"], done.stderr)
    again = os.path.join(folder, "again")
    for check in ("quality", "belts"):
        run(program, "check", workspace, *DAY, check, "--report", again)
    expect(manifest_of(again)["checks"] == ["belts"], "a former report is replaced")


def hut(east):
    """A guard house of 64 m²."""
    west, south, width, height = 116.6 + east, 39.65, 8 / 85830, 8 / 111027
    ring = [[west, south], [west + width, south], [west + width, south + height], [west, south + height], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def edits(workspace, token, ids, remove=None):
    """Guard houses by the hand of an inspector; `remove` takes one out. Returns their addresses."""
    with served(program, workspace) as base:
        headers = {"Authorization": "Bearer " + token, "Content-Type": "application/geo+json"}
        for number, name in enumerate(ids):
            body = {"type": "Feature", "geometry": hut(0.001 * number), "properties": {"structure_id": name, "kind": "guard_house", "error_m2": 0.5}}
            status, answer, text = ask(base + "/ogc/collections/structures/items", headers, "POST", json.dumps(body).encode())
            expect(status == 201, f"an edit was answered {status}: {text[:300]}")
            last = answer["Location"]
        if remove:
            status, _, text = ask(base + remove, {**headers, "If-Match": "*"}, "DELETE")
            expect(status == 204, f"an edit was answered {status}: {text[:300]}")
            last = None
    return last and re.sub(r"^https?://[^/]+", "", last)


def newer(workspace, folder, layer, where):
    """A newer edition with a part of what there is."""
    whole, part = (os.path.join(folder, f"{layer}-{name}.gpkg") for name in ("whole", "part"))
    run(program, "export", workspace, layer, whole)
    run("ogr2ogr", "-where", where, part, whole)
    run(program, "import", workspace, layer, part, "--as-of", "2030-01-01")


def replays(workspace, folder, dated):
    token = run_json(program, "account", "add", workspace, "li", "--role", "inspector", "--json")["token"]
    address = edits(workspace, token, ["TEST-1"])
    edited = os.path.join(folder, "edited")
    run(program, "check", workspace, "greenhouse", "retention", "--report", edited)
    manifest = manifest_of(edited)
    expect([one["changes"] for one in manifest["layers"] if one["layer"] == "structures"][0] > 0, "the edit is read")
    found = rows_of(os.path.join(edited, "findings.gpkg"), "findings")
    expect(any("TEST-1" in str(row) for row in found), "the edit is a finding")
    for report in (dated, edited):
        expect_equal(workspace, report, "nothing")

    edits(workspace, token, ["TEST-2"], remove=address)
    expect_equal(workspace, edited, "later edits")
    newer(workspace, folder, "structures", "kind <> 'guard_house'")
    newer(workspace, folder, "vegetable_land", "fid % 2 = 0")
    for report in (dated, edited):
        expect_equal(workspace, report, "newer editions")
    now = run_json(program, "check", workspace, "greenhouse", "retention", "--json")
    expect(now[1]["findings"] != manifest["counts"]["findings"], "newer land has other findings")

    # On the day of the first report all is as it was, so that its findings are those that are published.
    said = run(program, "check", workspace, *DAY, "greenhouse", "--publish").stdout
    expect(re.search(r"^published flags: [1-9][\d,]* new, 0 persisting, 0 reopened, 0 cleared$", said, re.M), said[-500:])
    expect("newer land" in said, "that flags are of a day in the past is not said")
    for report in (dated, edited):
        expect_equal(workspace, report, "publishing")
    told = json.loads(replay(workspace, os.path.join(dated, "manifest.json"), "--json").stdout)
    expect(told["equal"] and told["differences"] == [] and told["program"]["same"] and told["measures"] > 0, f"JSON: {told}")

    again = os.path.join(folder, "replayed")
    replay(workspace, os.path.join(edited, "manifest.json"), "--report", again, "--jobs", 2)
    for name in ("report.html", "manifest.json", "findings.xlsx"):
        expect(content(again, name) == content(edited, name), f"the report of a replay has another {name}")


def rules_of_ones_own(workspace, folder):
    own = os.path.join(folder, "G3.toml")
    text = content(RULES, "G3.toml").decode()
    with open(own, "w", encoding="utf-8") as file:
        file.write(re.sub(r"^version = (\d+)", r"version = 1\1", text, count=1, flags=re.M).replace('severity = "high"', 'severity = "low"'))
    report = os.path.join(folder, "own")
    run(program, "check", workspace, *DAY, "greenhouse", "--rules", own, "--report", report)
    os.remove(own)
    expect([one["id"] for one in manifest_of(report)["rules"] if one["own"]] == ["G3"], "the rule of one's own is not told")
    expect_equal(workspace, report, "the rule of one's own is gone")


def changed_manifests(workspace, folder, report):
    def changed(change):
        manifest = manifest_of(report)
        change(manifest)
        path = os.path.join(folder, "changed.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(manifest, file, ensure_ascii=False)
        return path

    def refused(change, *words):
        done = replay(workspace, changed(change), code=3)
        for word in words:
            expect(word in done.stderr, f"the refusal does not say \"{word}\": {done.stderr}")

    def text_of(manifest, name):
        return next(text for text in manifest["texts"] if text["name"] == name)

    def layer(manifest, name):
        return next(one for one in manifest["layers"] if one["layer"] == name)

    refused(lambda m: text_of(m, "rules/G3.toml").update(text="id = \"G3\"\n"), "texts[", "rules/G3.toml", "changed", "--report")
    refused(lambda m: text_of(m, "plan/population.csv").update(sha256="0" * 64), "plan/population.csv")
    refused(lambda m: layer(m, "parcels").update(digest="0" * 64), "parcels", "edition 1")
    refused(lambda m: layer(m, "parcels").update(edition=99), "parcels", "edition 99")
    refused(lambda m: m.update(form=99), "form", "99")
    refused(lambda m: m.pop("layers"), "layers is missing")

    cut = os.path.join(folder, "cut.json")
    with open(cut, "wb") as file:
        file.write(content(report, "manifest.json")[:-1000])
    expect("cut off" in replay(workspace, cut, code=3).stderr, "a manifest that was cut off")
    another = os.path.join(folder, "another")
    run(program, "init", another)
    expect("is this the workspace of that run?" in replay(another, os.path.join(report, "manifest.json"), code=3).stderr, "another workspace")
    replay(workspace, os.path.join(folder, "absent.json"), code=2)

    def expect_other(manifest):
        result = next(one for one in manifest["results"] if one["check"] == "retention")
        next(one for one in result["measures"] if one["id"] == "retention.union")["value"] += 1

    def lose_finding(manifest):
        result = next(one for one in manifest["results"] if one["check"] == "greenhouse")
        lost.append(result["findings"].pop(0)["fingerprint"])
        result["findings"][0]["digest"] = "0"
        lost.append(result["findings"][0]["fingerprint"])

    lost = []
    said = replay(workspace, changed(expect_other), code=1).stdout
    expect("differs in 1" in said and "retention.union" in said, said)
    told = json.loads(replay(workspace, changed(lose_finding), "--json", code=1).stdout)
    expect(not told["equal"] and [(one["id"], one["how"]) for one in told["differences"]] == [(lost[1], "differs"), (lost[0], "only_now")],
           told["differences"])
    other = replay(workspace, changed(lambda m: m.update(program_sha256="0" * 64)))
    expect("another program" in other.stdout and "equal" in other.stdout, other.stdout)


def why(workspace, report):
    flag = rows_of(os.path.join(report, "findings.gpkg"), "findings")[0]
    fingerprint = next(value for value in flag if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}", value))
    expect(run(program, "check", workspace, *DAY, "--why", fingerprint).stdout.strip(), "why says nothing")
    expect(run_json(program, "check", workspace, *DAY, "--why", fingerprint, "--json"), "why says nothing as JSON")
    last = "0" if fingerprint[-1] != "0" else "1"
    done = run(program, "check", workspace, *DAY, "--why", fingerprint[:-1] + last, code=2)
    expect("did you mean" in done.stderr, done.stderr)


def what_excludes(workspace, report):
    manifest = os.path.join(report, "manifest.json")
    for options in (["--as-of", "2024-12-31"], ["--publish"], ["--why", "x"], ["--fail-on", "low"], ["--population-year", 2022]):
        done = run(program, "check", workspace, "--replay", manifest, *options, code=2)
        expect("excludes" in done.stderr + done.stdout, f"{options}: {done.stderr}")
    run(program, "check", workspace, "--why", "x", "--publish", code=2)


with temporary_folder() as folder:
    # Other tests edit the made workspace meanwhile.
    backup, workspace = os.path.join(folder, "made.backup"), os.path.join(folder, "ws")
    run(program, "backup", made, backup)
    run(program, "restore", backup, workspace)
    os.remove(backup)
    report = the_folder(workspace, folder)
    the_manifest(report)
    nothing_is_lost(workspace, folder)
    why(workspace, report)
    what_excludes(workspace, report)
    rules_of_ones_own(workspace, folder)
    changed_manifests(workspace, folder, report)
    replays(workspace, folder, report)
print("a run is evidence: the same bytes, run again the same, and changed by nobody unseen")
