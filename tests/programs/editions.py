#!/usr/bin/env python3
"""Two editions of a layer by the command line and over HTTP: what changed between them as counts, as a layer in a file and as
GeoJSON, a rollback that a running server takes up, and reads by date and by edition that say what they have read.

    editions.py PROGRAM
"""
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, get, get_json, run, run_json, served, temporary_folder

program = sys.argv[1]


def zone(name, west, east, district="大兴区"):
    ring = [[west, 39.7], [east, 39.7], [east, 39.701], [west, 39.701], [west, 39.7]]
    return {"type": "Feature", "properties": {"zone_id": name, "district": district},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write(folder, name, features):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection", "features": features}, file)
    return path


def wait_for(address, edition):
    deadline = time.monotonic() + 5
    while get_json(address)["edition"] != edition:
        expect(time.monotonic() < deadline, f"edition {edition} did not show within 5 s")
        time.sleep(0.05)


with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    before = write(folder, "a.geojson", [zone("A", 116.0, 116.001), zone("B", 116.001, 116.002), zone("C", 116.01, 116.011)])
    after = write(folder, "b.geojson", [zone("A", 116.0, 116.0015), zone("B", 116.0015, 116.002), zone("D", 116.02, 116.021, "通州区")])
    run(program, "import", workspace, "reserve", before, "--as-of", "2023-01-01")
    run(program, "import", workspace, "reserve", after, "--as-of", "2024-01-01")

    out = os.path.join(folder, "changes.gpkg")
    told = run_json(program, "diff", workspace, "reserve", "1", "2024-06-30", "--json", "--out", out)
    expect((told["added"], told["removed"], told["reshaped"], told["attributes"]) == (1, 1, 2, 0), f"counts: {told}")
    expect(abs(told["mu_gained"] - told["mu_lost"] - (told["to"]["mu"] - told["from"]["mu"])) < 1e-6, "gained less lost")
    expect(told["land"]["mu_gained"] < told["mu_gained"], "the moved border is land gained by a feature only")
    expect({row["unit"] for row in told["by_unit"]} == {"大兴区", "通州区"}, f"places: {told['by_unit']}")
    again = run_json(program, "import", workspace, "spots", out, "--dry-run", "--json", "--map", "JCBH=zone_id", code=None)
    expect(again["rows_in"] == 4, "the layer of changes has one feature for each change")
    text = run(program, "diff", workspace, "reserve", "1", "2").stdout
    expect("each square metre once" in text and "大兴区" in text, text)
    for wrong in (("1", "7"), ("1", "x"), ("0", "2")):
        run(program, "diff", workspace, "reserve", *wrong, code=2)
    run(program, "export", workspace, "reserve@2023-06-01", os.path.join(folder, "old.geojson"))
    with open(os.path.join(folder, "old.geojson"), encoding="utf-8") as file:
        expect({f["properties"]["zone_id"] for f in json.load(file)["features"]} == {"A", "B", "C"}, "export of a date")
    run(program, "export", workspace, "reserve@1", os.path.join(folder, "x.csv"), "--as-of", "2023-06-01", code=2)
    run(program, "export", workspace, "reserve", os.path.join(folder, "x.csv"), "--as-of", "1", code=2)
    expect(run_json(program, "query", workspace, "reserve", "--at", "116.0105,39.7005", "--edition", "1")["layers"], "query of an edition")

    with served(program, workspace) as base:
        layer = base + "/ogc/collections/reserve"
        listed = get_json(layer + "/editions")
        expect([(e["number"], e["current"], e["withdrawn"]) for e in listed["editions"]] == [(1, False, False), (2, True, False)], listed)
        made = get_json(layer + "/difference?from=1")
        expect(made["numberReturned"] == len(made["features"]) == 4, "the difference over HTTP")
        expect(made["summary"]["mu_gained"] == told["mu_gained"], "HTTP and shell tell the same land")
        changed = {f["properties"]["zone_id"]: f["properties"] for f in made["features"]}
        expect(changed["C"]["change"] == "removed" and changed["C"]["mu_after"] == 0, changed["C"])
        expect(changed["A"]["change"] == "reshaped" and changed["A"]["changed"] == [], changed["A"])
        expect(get_json(layer + "/difference?from=2&to=2")["features"] == [], "nothing changed from 2 to 2")
        for query, status, parameter in (("", 400, "from"), ("from=x", 400, "from"), ("from=1&to=2024-02-31", 400, "to"), ("from=9", 404, None)):
            answered, _, body = get(f"{layer}/difference?{query}")
            expect(answered == status and json.loads(body).get("parameter") == parameter, (query, answered, body))

        at = base + "/query/at?lon=116.0105&lat=39.7005"
        expect(not get_json(at)["layers"] and get_json(at + "&as_of=2023-06-01")["editions"]["reserve"]["edition"] == 1, "as of 2023")
        expect(get_json(at + "&layer=reserve&edition=1")["layers"], "pinned to edition 1")
        expect(get(at + "&edition=1")[0] == 400, "an edition of no layer")
        status, headers, _ = get(base + "/tiles/plan/12/3367/1555?as_of=2023-06-01")
        expect(status in (200, 204) and "reserve=1" in headers["Caitu-Editions"], "a tile says what it read")
        described = get_json(base + "/tiles/plan.json?as_of=2023-06-01")
        expect(described["editions"]["reserve"] == 1 and described["tiles"][0].endswith("?as_of=2023-06-01"), "TileJSON of a date")

        done = run_json(program, "rollback", workspace, "reserve", "1", "--json")
        expect(done["before"]["edition"] == 2 and done["now"]["edition"] == 1, done)
        wait_for(layer, 1)
        expect(get_json(layer + "/items?datetime=2024-06-30")["edition"] == 1, "a withdrawn edition is passed by")
        expect(get_json(layer + "/items?edition=2")["edition"] == 2, "a withdrawn edition is still pinned by its number")
        expect([e["withdrawn"] for e in get_json(layer + "/editions")["editions"]] == [False, True], "edition 2 is withdrawn")
        run(program, "rollback", workspace, "reserve", "2")
        wait_for(layer, 2)
        expect("nothing was done" in run(program, "rollback", workspace, "reserve", "2").stdout, "twice")
        run(program, "rollback", workspace, "reserve", "9", code=2)
        run(program, "rollback", workspace, "reserv", "1", code=2)
print("editions are told apart, rolled back, and read by date")
