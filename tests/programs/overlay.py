#!/usr/bin/env python3
"""`caitu overlay`, `merge`, `dissolve` and `tabulate` as an analyst uses them: files and stored editions, parts, a run that is
killed, wrong inputs, a full disk. GDAL's own tools read what they write.

    overlay.py PROGRAM WORKSPACE
"""
import csv
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import ask, expect, fail, run, run_json, served, temporary_folder

program, workspace = sys.argv[1:3]
MU = 2000 / 3


def digest(file):
    with open(file, "rb") as data:
        return hashlib.sha256(data.read()).hexdigest()


def square(x, y, side):
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def write_geojson(file, features):
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry} for geometry, properties in features]}, out)
    return file


def polygon(rings):
    return {"type": "Polygon", "coordinates": rings}


def refused(code, *command, says):
    """It ends with `code`, says why, and leaves nothing under the name of its result."""
    done = run(program, *command, code=code)
    for words in says:
        expect(words in done.stderr, f"{' '.join(map(str, command))}: \"{words}\" is not in\n{done.stderr}")
    return done


def sum_of(file, expression="SUM(area_m2)"):
    """By GDAL."""
    name = os.path.splitext(os.path.basename(file))[0]
    info = run("ogrinfo", "-ro", "-al", "-so", "-json", file, code=None)
    layer = json.loads(info.stdout)["layers"][0]["name"] if info.returncode == 0 and info.stdout.startswith("{") else name
    for candidate in (layer, "overlay", "dissolve", name):
        text = run("ogrinfo", "-ro", "-q", "-dialect", "SQLite", "-sql", f'SELECT {expression} AS x FROM "{candidate}"', file,
                   code=None).stdout
        if " = " in text:
            return float(text.rsplit(" = ", 1)[1])
    fail(f"GDAL cannot sum {file}")


def every_operation_of_stored_layers(folder):
    sides = {}
    for operation in ("intersection", "difference", "union", "identity", "symdifference", "clip"):
        out = os.path.join(folder, operation + ".gpkg")
        account = run_json(program, "overlay", operation, workspace + ":parcels", workspace + ":reserve", out, "--json",
                           "--account", os.path.join(folder, operation + ".html"))
        expect(account["closes"], f"{operation} does not close")
        side = account["a"]["polygon"]
        sides[operation] = side
        expect(abs(side["covered_m2"] + side["rest_m2"] - side["input_m2"]) <= 1e-9 * side["input_m2"],
               f"{operation}: {side['covered_m2']} + {side['rest_m2']} is not {side['input_m2']}")
        written = sum(account["written"][part] for part in ("pieces_m2", "rests_of_a_m2", "rests_of_b_m2"))
        expect(abs(sum_of(out) - written) <= 1e-6 * max(written, 1), f"{operation}: GDAL finds {sum_of(out)} m2, not {written}")
        with open(os.path.join(folder, operation + ".html"), encoding="utf-8") as page:
            expect("账平" in page.read(), f"the page of {operation} does not say that it closes")
    for operation, side in sides.items():
        expect(abs(side["covered_m2"] - sides["identity"]["covered_m2"]) < 1e-3, f"{operation} covers other land than identity")
    expect(sides["clip"]["covered_m2"] > 0, "nothing of the parcels lies in the reserve")
    expect(not [name for name in os.listdir(folder) if "caitu-overlay" in name], "a run left its folder behind")


def the_same_bytes(folder):
    once = os.path.join(folder, "once.gpkg")
    call = ["overlay", "union", workspace + ":parcels", workspace + ":reserve"]
    whole = run_json(program, *call, once, "--json", "--jobs", 1)
    again = os.path.join(folder, "again.gpkg")
    run(program, *call, again, "--jobs", 3, "--memory", "16M")
    expect(digest(once) == digest(again), "threads and memory change the bytes")
    parts = []
    for number in (1, 2, 3):
        parts.append(os.path.join(folder, f"part{number}." + ("fgb" if number == 2 else "gpkg")))
        run(program, *call, parts[-1], "--part", f"{number}/3")
    merged = os.path.join(folder, "merged.gpkg")
    page = os.path.join(folder, "merged.html")
    account = run_json(program, "merge", merged, *reversed(parts), "--json", "--account", page)
    expect(digest(once) == digest(merged), "parts change the bytes")
    with open(page, encoding="utf-8") as text:
        expect("账平" in text.read(), "the page of a merge does not say that it closes")
    expect(account == whole, "the parts' account is not that of the whole")
    lost = os.path.join(folder, "lost.gpkg")
    refused(3, "merge", lost, parts[0], parts[2], says=["these are missing: 2"])
    refused(3, "merge", lost, *parts, parts[1], says=["part 2 is there already"])
    foreign = os.path.join(folder, "foreign.gpkg")
    run(program, "overlay", "identity", *call[2:], foreign, "--part", "2/3")
    refused(3, "merge", lost, parts[0], foreign, parts[2], says=["foreign.gpkg", "another run"])
    refused(3, "merge", lost, once, says=["no part of an overlay"])
    with open(parts[2], "r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    refused(3, "merge", lost, *parts, says=["part3.gpkg", "changed"])
    expect(not os.path.exists(lost), "a refused merge left a file")
    refused(2, *call, os.path.join(folder, "part.shp"), "--part", "1/2", says=["--part", ".gpkg"])
    refused(2, *call, os.path.join(folder, "part.gpkg"), "--part", "3/2", says=["--part", "3/8"])


def degrees_of_a_map_service(folder):
    """GCJ-02 lies some 550 m beside CGCS2000 at Beijing (FACTS 5.1); the account names what it was taken for."""
    land = write_geojson(os.path.join(folder, "land.geojson"), [(polygon(square(116.4, 39.9, 0.001)), {})])
    zone = write_geojson(os.path.join(folder, "zone.geojson"), [(polygon(square(116.3, 39.8, 0.2)), {})])
    corner = {}
    for datum in ("", "gcj02", "bd09"):
        out = os.path.join(folder, f"in_{datum}.fgb")
        account = run_json(program, "overlay", "clip", land, zone, out, "--json", *(["--a-datum", datum] if datum else []))
        expect(not datum or datum in json.dumps(account["inputs"]["a"]["intake"]).lower(), f"the account does not say {datum}")
        corner[datum] = sum_of(out, "MbrMinX(GEOMETRY)"), sum_of(out, "MbrMinY(GEOMETRY)")
    for datum, least, most in (("gcj02", 500, 600), ("bd09", 1200, 1500)):
        east = (corner[""][0] - corner[datum][0]) * 85_400
        north = (corner[""][1] - corner[datum][1]) * 111_000
        expect(least < (east * east + north * north) ** 0.5 < most, f"{datum} moved the land by {east:.0f} and {north:.0f} m")
    refused(2, "overlay", "clip", land, zone, os.path.join(folder, "out.fgb"), "--a-datum", "gcj", says=["--a-datum", "gcj02"])


def explained(folder):
    """Three features that meet a zone's box each: beside its land, inside it, across its border."""
    triangle = [[[116.02, 39], [116.03, 39.01], [116.02, 39.01], [116.02, 39]]]
    land = write_geojson(os.path.join(folder, "land.geojson"), [
        (polygon([[[116.025, 39], [116.03, 39], [116.03, 39.004], [116.025, 39]]]), {}),
        (polygon(square(116.001, 39.001, 0.001)), {}), (polygon(square(116.009, 39.001, 0.002)), {})])
    zone = write_geojson(os.path.join(folder, "zone.geojson"), [(polygon(square(116, 39, 0.01)), {}), (polygon(triangle), {})])
    done = run(program, "overlay", "intersection", land, zone, "--explain")
    counts = {line[:22].strip(): line[22:40].split()[0] for line in done.stderr.splitlines() if line.startswith(("pairs", "  "))}
    wanted = {"pairs whose boxes meet": "3", "no land in common": "1", "one holds the other": "1", "cut by outlines": "1",
              "cut by OverlayNG": "0", "cut on a grid": "0", "taken off": "0"}
    expect(counts == wanted, f"--explain tells {counts}\n{done.stderr}")
    done = run(program, "overlay", "difference", land, zone, "--explain")
    expect("taken off                          3" in done.stderr, f"--explain tells of a difference\n{done.stderr}")


def a_killed_run_goes_on(folder):
    once, killed = os.path.join(folder, "once.gpkg"), os.path.join(folder, "killed.gpkg")
    call = [program, "overlay", "union", workspace + ":parcels", workspace + ":reserve"]
    began = time.monotonic()
    run(*call, once)
    whole = time.monotonic() - began
    dice = random.Random(5)
    for _ in range(6):
        process = subprocess.Popen([*call, killed], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0, whole))
        process.kill()
        process.wait()
        if os.path.exists(killed):  # a kill may come between the last rename and the end
            expect(digest(once) == digest(killed), "a killed run left half a file under the final name")
            os.remove(killed)
    run(*call, killed)
    expect(digest(once) == digest(killed), "a killed run ends in other bytes")
    expect(not os.path.exists(killed + ".caitu-overlay"), "a run left its folder behind")


def wrong_inputs(folder):
    def at(name):
        return os.path.join(folder, name)

    land = write_geojson(at("land.geojson"), [(polygon(square(116, 39, 0.01)), {"name": "a"}), (None, {"name": "none"})])
    zone = write_geojson(at("zone.geojson"), [(polygon(square(116.005, 39, 0.01)), {"name": "b"})])
    mixed = write_geojson(at("mixed.geojson"), [(polygon(square(116, 39, 0.01)), {}),
                                                ({"type": "Point", "coordinates": [116, 39]}, {})])
    empty = write_geojson(at("empty.geojson"), [])
    out = at("out.gpkg")

    run("ogr2ogr", "-f", "ESRI Shapefile", at("plain.shp"), zone)
    os.remove(at("plain.prj"))
    refused(3, "overlay", "intersection", land, at("plain.shp"), out, says=["plain.shp", "--b-crs EPSG:4527"])
    account = run_json(program, "overlay", "intersection", land, at("plain.shp"), out, "--b-crs", "EPSG:4490", "--json")
    expect(account["inputs"]["b"]["intake"]["crs"].endswith("(--b-crs)"), "the account does not say who said the CRS")
    expect(account["inputs"]["a"]["intake"]["without_geometry"] == 1, "a row without a geometry was not counted")
    os.remove(out)

    run("ogr2ogr", "-f", "GPKG", "-t_srs", "EPSG:4527", at("projected.gpkg"), zone)
    account = run_json(program, "overlay", "intersection", land, at("projected.gpkg"), out, "--json")
    expect("CGCS2000" in account["inputs"]["b"]["intake"]["crs"], "the account does not say what was transformed")
    expect(abs(account["written"]["pieces_m2"] - 480_000) < 5_000, f"the pieces have {account['written']['pieces_m2']} m2")
    os.remove(out)

    run(program, "overlay", "intersection", mixed, zone, out)  # any kind may be cut
    os.remove(out)
    refused(3, "overlay", "intersection", land, mixed, out, says=["mixed.geojson", "is a point", "first layer"])
    refused(3, "overlay", "intersection", land, empty, out, says=["empty.geojson"])
    with open(zone, "rb") as whole, open(at("cut.geojson"), "wb") as cut:
        cut.write(whole.read()[:-40])
    refused(3, "overlay", "intersection", land, at("cut.geojson"), out, says=["cut.geojson"])
    refused(3, "overlay", "intersection", land, at("nothing.gpkg"), out, says=["nothing.gpkg"])
    refused(2, "overlay", "intersektion", land, zone, out, says=["intersektion", "symdifference"])
    refused(2, "overlay", "union", land, zone, at("out.xyz"), says=[".xyz"])
    refused(2, "overlay", "union", land, zone, out, "--fields", "a_nane", says=["a_nane", "did you mean \"a_name\"?"])
    refused(2, "overlay", "union", land, zone, out, "--memory", "1X", says=["--memory", "64M"])
    refused(2, "overlay", "union", land, workspace + ":parcells", out, says=["parcells"])
    for name in os.listdir(folder):
        expect(not name.startswith("out."), f"a refused run left {name}")


def small_files_only():
    """For preexec_fn, where no tmpfs can be mounted: a write past so much fails, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600 << 10, 600 << 10))


def a_full_disk(folder):
    small = os.path.join(folder, "small")
    os.mkdir(small)
    mounted = run("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", small, code=None).returncode == 0
    try:
        out = os.path.join(small, "out.gpkg")
        done = run(program, "overlay", "union", workspace + ":parcels", workspace + ":reserve", out, code=1,
                   preexec_fn=None if mounted else small_files_only)
        expect("small" in done.stderr and ("No space left" in done.stderr or not mounted), f"a full disk is not named: {done.stderr}")
        expect(not os.path.exists(out), "a full disk left half a file under the final name")
    finally:
        if mounted:
            run("umount", small)


def dissolve_and_tabulate(folder):
    towns = os.path.join(folder, "by_class.gpkg")
    account = run_json(program, "dissolve", workspace + ":parcels", towns, "--by", "DLBM", "--json")
    expect(account["closes"] and account["groups"] > 5, f"the parcels dissolve into {account}")
    expect(abs(sum_of(towns) - account["written_m2"]) < 1, "GDAL finds other land in what was dissolved")
    table = os.path.join(folder, "table.csv")
    found = run_json(program, "tabulate", workspace + ":parcels", workspace + ":towns", table, "--rows", "b_name", "--cols", "DLBM",
                     "--json")
    pieces = os.path.join(folder, "pieces.fgb")
    overlay = run_json(program, "overlay", "intersection", workspace + ":parcels", workspace + ":towns", pieces, "--json")
    expect(abs(found["common_mu"] * MU - overlay["a"]["polygon"]["common_m2"]) < 1e-3, "the table holds other land than the overlay")
    with open(table, encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    total = rows[-1]
    expect(total["合计"] and abs(float(total["合计"]) - found["common_mu"]) < 1e-3, f"the table's total is {total['合计']}")
    expect(abs(sum(float(row["合计"]) for row in rows[:-1]) - found["common_mu"]) < 1e-3, "the rows do not sum to the total")
    run(program, "tabulate", workspace + ":parcels", workspace + ":towns", os.path.join(folder, "table.xlsx"), "--rows", "b_name",
        "--cols", "DLBM")
    refused(2, "tabulate", workspace + ":parcels", workspace + ":towns", table, "--rows", "b_nane", "--cols", "DLBM",
            says=["b_nane", "did you mean \"b_name\"?"])


def jobs_of_a_server(folder):
    """An overlay, a union and a table as jobs: of stored layers and of an upload, their files fetched; what is no layer refused."""
    ws = os.path.join(folder, "ws")
    run(program, "init", ws)
    plan = os.path.join(workspace, "delivery", "plan.gpkg")
    for layer in ("reserve", "towns"):
        run(program, "import", ws, layer, f"{plan}:{layer}", "--as-of", "2024-01-01")
    token = run_json(program, "account", "add", ws, "wang", "--role", "analyst", "--json")["token"]
    with served(program, ws) as base:
        def call(address, method="GET", body=None, kind="application/json", expected=200):
            status, headers, answer = ask(base + address, {"Authorization": "Bearer " + token, "Content-Type": kind}, method, body)
            expect(status == expected, f"{method} {address} answered {status}, not {expected}: {answer[:500]}")
            return headers, answer

        def execute(process, inputs, expected=201):
            body = json.dumps({"inputs": inputs}).encode()
            headers, answer = call(f"/ogc/processes/{process}/execution", "POST", body, expected=expected)
            return headers["Location"][len(base):] if expected == 201 else json.loads(answer)

        def result_of(job):
            for _ in range(600):
                state = json.loads(call(job)[1])
                if state["status"] not in ("accepted", "running"):
                    break
                time.sleep(0.1)
            expect(state["status"] == "successful", f"{job} ended as {state}")
            result = json.loads(call(job + "/results")[1])
            headers, file = call(result["file"]["href"][len(base):])
            expect(len(file) == result["file"]["bytes"], f"{len(file)} bytes came of {result['file']}")
            name = os.path.join(folder, result["file"]["name"])
            with open(name, "wb") as out:
                out.write(file)
            return result, name

        job = execute("overlay", {"operation": "intersection", "a": "reserve", "b": "towns@1", "format": "gpkg"})
        account, file = result_of(job)
        shell = os.path.join(folder, "shell.gpkg")
        run(program, "overlay", "intersection", ws + ":reserve", ws + ":towns", shell)
        expect(account["closes"] and account["inputs"]["a"]["name"] == "reserve@1", f"the job's account is {account}")
        expect(digest(file) == digest(shell), "a job makes another file than the shell")
        call(job + "/results/other.gpkg", expected=404)
        call(job, "DELETE")
        call(job + "/results/" + os.path.basename(file), expected=404)

        zone = write_geojson(os.path.join(folder, "zone.geojson"), [(polygon(square(116.3, 39.5, 0.5)), {"name": "z"})])
        with open(zone, "rb") as data:
            upload = json.loads(call("/uploads?name=zone.geojson", "POST", data.read(), "application/octet-stream", 201)[1])["id"]
        account, file = result_of(execute("overlay", {"operation": "clip", "a": "reserve", "b": upload}))
        expect(account["inputs"]["b"]["name"] == "zone.geojson", f"the upload is called {account['inputs']['b']['name']}")
        expect(abs(sum_of(file) - account["written"]["pieces_m2"]) < 1e-3, "GDAL finds other land in the job's file")
        account, _ = result_of(execute("dissolve", {"in": "reserve", "by": ["district"]}))
        expect(account["closes"], "the union does not close")
        table, _ = result_of(execute("tabulate", {"a": "reserve", "b": "towns", "rows": "b_name", "cols": "a_district", "format": "csv"}))
        expect(table["table"], "the table is empty")

        problem = execute("overlay", {"operation": "clip", "a": "reserv", "b": "towns"}, 400)
        expect("reserv" in json.dumps(problem), f"the problem does not name the layer: {problem}")
        for path in ("/etc/passwd", "../work.db", ws + ":towns"):
            execute("overlay", {"operation": "clip", "a": path, "b": "towns"}, 400)
        for process, where in (("overlay", "b_crs"), ("tabulate", "a_crs"), ("dissolve", "crs")):
            inputs = {"overlay": {"operation": "clip", "a": "reserve", "b": "towns"}, "dissolve": {"in": "reserve"},
                      "tabulate": {"a": "reserve", "b": "towns", "rows": "b_name", "cols": "a_district"}}[process]
            problem = execute(process, {**inputs, where: "/etc/passwd.prj"}, 400)
            expect("inputs." + where in json.dumps(problem), f"the problem does not name {where}: {problem}")
        execute("overlay", {"operation": "clipp", "a": "reserve", "b": "towns"}, 400)

        kept = execute("overlay", {"operation": "clip", "a": "reserve", "b": "towns"})
        _, name = result_of(kept)
        made = os.path.join(ws, "results", kept.rsplit("/", 1)[1])
        week = time.time() - 7 * 24 * 3600
        os.utime(made, (week - 60, week - 60))
    with served(program, ws) as base:  # which looks for what is too old when it starts
        for _ in range(100):
            if not os.path.exists(made):
                break
            time.sleep(0.1)
        expect(json.loads(call(kept)[1])["status"] == "successful", "a job is forgotten with its file")
        _, answer = call(kept + "/results/" + os.path.basename(name), expected=404)
        expect("result_keep_hours" in answer.decode(), f"who asks for an expired file is told {answer.decode()}")


for step in (every_operation_of_stored_layers, the_same_bytes, degrees_of_a_map_service, explained, a_killed_run_goes_on, wrong_inputs, a_full_disk,
             dissolve_and_tabulate, jobs_of_a_server):
    with temporary_folder() as scratch:
        began = time.monotonic()
        step(scratch)
        print(f"{step.__name__.replace('_', ' ')}: {time.monotonic() - began:.1f} s")
