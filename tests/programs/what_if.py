#!/usr/bin/env python3
"""What if a polygon were drawn, a field deleted, a number another one: the server's answer beside `caitu check` of the edited
delivery, imported like any other.

    what_if.py PROGRAM WORKSPACE
"""
import json
import math
import os
import random
import sys
import time
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import ask, expect, get_json, run, run_json, served, temporary_folder

program, workspace = sys.argv[1:3]
DAY = "2024-12-31"
LEAST_FIELDS, EDITS, ALIKE = 20_000, 4, 1e-9
WHAT_IF = "/checks/retention/what-if"


def write(file, features):
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"type": "FeatureCollection", "features": features}, out)
    return file


def retention(place, *options):
    result = run_json(program, "check", place, "retention", "--as-of", DAY, "--json", *options)
    return next(one for one in result["measures"] if one["id"] == "retention.per_capita")


def asked(address, edit):
    """The answer, and the milliseconds that it took."""
    began = time.perf_counter()
    status, headers, body = ask(address + WHAT_IF, {"Content-Type": "application/json"}, "POST", json.dumps(edit).encode())
    took = (time.perf_counter() - began) * 1000
    return status, json.loads(body), took


def star(dice, at, metres):
    """A polygon that is not convex, with a hole."""
    def ring(least, most, turn):
        corners = [(turn * math.tau * k / 12, dice.uniform(least, most) * metres) for k in range(12)]
        ring = [[at[0] + reach * math.cos(angle) / 85_000, at[1] + reach * math.sin(angle) / 111_000] for angle, reach in corners]
        return ring + ring[:1]
    return {"type": "Polygon", "coordinates": [ring(0.4, 1, 1), ring(0.1, 0.2, -1)]}


def some_edit(dice, fields):
    """Stars over fields that lie near each other, one more exactly over a field, and some of these fields gone."""
    first = dice.randrange(len(fields) - 20)
    near = fields[first:first + 20]
    places = [one["geometry"]["coordinates"][0][0] for one in dice.sample(near, 3)
              if one["geometry"]["type"] == "Polygon"]
    drawn = [star(dice, at, dice.choice([20, 60, 200])) for at in places] + [dice.choice(near)["geometry"]]
    return drawn, dice.sample(near, dice.randrange(1, 5))


def ids_by_plot(address, gone):
    """Ids as the server gives them."""
    for field in gone:
        plot = field["properties"]["plot_id"]
        found = [one for one in get_json(f"{address}/query/find?layer=vegetable_land&text={quote(plot)}")["results"]
                 if one["value"] == plot]
        expect(len(found) == 1, f"{len(found)} fields are {plot}")
        yield found[0]["id"]


def alike(a, b):
    return abs(a - b) <= ALIKE * max(abs(a), abs(b), 1)


def compare(answer, checked, what):
    after = answer["after"]
    for name in ("retained_mu", "needed_mu", "shortfall_mu"):
        expect(alike(after["detail"][name], checked["detail"][name]),
               f"{what}: {name} is {after['detail'][name]!r}, of the check {checked['detail'][name]!r}")
    expect(alike(after["value"], checked["value"]) and after["verdict"] == checked["verdict"], f"{what}: {after} and {checked}")
    expect("不是核算结果" in answer["notes"][0], f"{what} is not said to be a what-if: {answer['notes']}")


def edits(address, folder, fields):
    dice, times = random.Random(6), []
    for number in range(EDITS):
        drawn, gone = some_edit(dice, fields)
        status, answer, took = asked(address, {"add": drawn, "remove": list(ids_by_plot(address, gone))})
        expect(status == 200, f"edit {number} is answered with {status}: {answer}")
        times.append(took)
        edited = os.path.join(folder, f"edited{number}")
        run(program, "init", edited)
        left = [one for one in fields if one not in gone]
        left += [{"type": "Feature", "properties": {"plot_id": f"drawn{i}"}, "geometry": land} for i, land in enumerate(drawn)]
        run(program, "import", edited, "vegetable_land", write(edited + ".geojson", left), "--as-of", DAY)
        run(program, "import", edited, "flags", os.path.join(folder, "flags.geojson"), "--as-of", DAY)
        compare(answer, retention(edited), f"edit {number}")
        net = answer["now"]["detail"]["retained_mu"] + answer["gained_mu"] - answer["lost_mu"]
        expect(alike(net, answer["after"]["detail"]["retained_mu"]), f"edit {number}: now + gained - lost is {net}")
    print(f"  {EDITS} edits of {len(fields)} fields: {', '.join(f'{took:.0f}' for took in times)} ms")


def numbers(address, place):
    status, later, _ = asked(address, {"population_year": 2023})
    expect(status == 200, f"another year is answered with {status}")
    compare(later, retention(place, "--population-year", 2023), "2023")
    enough = math.floor(later["now"]["detail"]["residents_at_threshold"])
    for residents, verdict in ((enough - 1, "met"), (enough + 1, "not_met")):
        _, answer, _ = asked(address, {"residents": residents})
        expect(answer["after"]["verdict"] == verdict, f"{residents} residents: {answer['after']}")
    _, answer, _ = asked(address, {"threshold_li": 0.001})
    expect(answer["after"]["verdict"] == "met" and answer["after"]["target"] == 0.001, f"a low threshold: {answer['after']}")


def refusals(address):
    bow = {"type": "Polygon", "coordinates": [[[116.5, 39.7], [116.6, 39.8], [116.6, 39.7], [116.5, 39.8], [116.5, 39.7]]]}
    abroad = {"type": "Polygon", "coordinates": [[[100, 39.7], [100.1, 39.7], [100.1, 39.8], [100, 39.7]]]}
    for edit, word in (({"add": [bow]}, "invalid"), ({"add": [abroad]}, "region"), ({"remove": [1]}, "feature 1"),
                       ({"residents": 0}, "residents"), ({"threshold_li": -1}, "threshold"), ({"population_year": 1901}, "1901"),
                       ({"drawn": []}, "drawn")):
        status, problem, _ = asked(address, edit)
        expect(400 <= status < 500 and word in json.dumps(problem, ensure_ascii=False), f"{edit} is answered with {status}: {problem}")


with temporary_folder() as folder:
    exported = os.path.join(folder, "exported.geojson")
    run(program, "export", workspace, "vegetable_land", exported)
    with open(exported, encoding="utf-8") as text:
        fields = json.load(text)["features"]
    expect(len(fields) > LEAST_FIELDS, f"only {len(fields)} fields")
    keep = ("plot_id", "growing", "crop", "since", "until")
    for one in fields:
        one["properties"] = {name: one["properties"][name] for name in keep}
    # A hundred fields of which a part is confirmed to be used otherwise.
    places = [one["geometry"]["coordinates"][0][0] for one in fields[::len(fields) // 100] if one["geometry"]["type"] == "Polygon"]
    flags = [{"type": "Feature", "geometry": star(random.Random(i), at, 30),
              "properties": {"fingerprint": f"f{i}", "rule": "G1", "status": "confirmed"}} for i, at in enumerate(places)]
    place = os.path.join(folder, "workspace")
    run(program, "init", place)
    run(program, "import", place, "vegetable_land", write(os.path.join(folder, "fields.geojson"), fields), "--as-of", DAY)
    run(program, "import", place, "flags", write(os.path.join(folder, "flags.geojson"), flags), "--as-of", DAY)
    with served(program, place) as address:
        checked = retention(place)
        status, same, _ = asked(address, {})
        expect(status == 200, f"{WHAT_IF} is answered with {status}: {same}")
        compare(same, checked, "no edit")
        edits(address, folder, fields)
        numbers(address, place)
        refusals(address)
