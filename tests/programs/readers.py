#!/usr/bin/env python3
"""Readers that nobody here wrote see what is served and stored: GDAL's OAPIF, MVT and SQLite drivers.

    readers.py PROGRAM WORKSPACE
"""
import json
import math
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, get, get_json, run, run_json, served, temporary_folder

program, workspace = sys.argv[1:3]
layers = {row["layer"]: row for row in run_json(program, "layers", workspace, "--json")}


def ogr_features(*arguments):
    """What ogr2ogr reads from a source, as GeoJSON features."""
    with temporary_folder() as folder:
        target = os.path.join(folder, "out.geojson")
        run("ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=10", "-preserve_fid", target, *arguments)
        with open(target, encoding="utf-8") as text:
            return json.load(text)["features"]


def check_record():
    """ogrinfo caitu.db: each layer is a spatial view in EPSG:4490 with the right count."""
    database = os.path.join(workspace, "caitu.db")
    for layer, row in layers.items():
        shown = run("ogrinfo", "-so", "-ro", database, layer).stdout
        expect(f"Feature Count: {row['features']}" in shown, f"{layer}: GDAL counts otherwise\n{shown[:600]}")
        expect('ID["EPSG",4490]' in shown, f"{layer}: GDAL sees no EPSG:4490")


def check_features(base):
    """OAPIF pages through a whole layer: same count, ids and mu as the interface says one by one."""
    for layer in ("ring_bases", "reserve", "districts"):
        seen = ogr_features(f"OAPIF:{base}/ogc", layer)
        expect(len(seen) == layers[layer]["features"], f"{layer}: OAPIF read {len(seen)} of {layers[layer]['features']}")
        total = sum(feature["properties"]["mu"] for feature in seen)
        expect(math.isclose(total, layers[layer]["mu"], rel_tol=1e-12), f"{layer}: OAPIF sums {total}, the record says {layers[layer]['mu']}")
        ids = {feature["id"] for feature in seen}
        expect(len(ids) == len(seen), f"{layer}: ids repeat")


def check_tiles(base):
    """GDAL's MVT driver reads a tile: the ids and mu in it are those of the features."""
    place = get_json(base + "/ogc/collections/reserve")["extent"]["spatial"]["bbox"][0][:2]
    z = 9
    place = [place[0] + 0.05, place[1] + 0.05]
    x = int((place[0] + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(place[1]))) / math.pi) / 2 * 2**z)
    with temporary_folder() as folder:
        file = os.path.join(folder, "tile.mvt")
        status, _, body = get(f"{base}/tiles/plan/{z}/{x}/{y}")
        expect(status == 200, f"tile {z}/{x}/{y} answered {status}")
        with open(file, "wb") as out:
            out.write(body)
        shown = run("ogrinfo", "-al", "-geom=NO", f"MVT:{file}", "reserve").stdout
    found = re.findall(r"mvt_id \(Integer64\) = (\d+).*?mu \(Real\) = ([\d.e+-]+)", shown, re.S)
    expect(found, f"GDAL finds no reserve in the tile:\n{shown[:600]}")
    for identifier, mu in found[:20]:
        feature = get_json(f"{base}/ogc/collections/reserve/items/{identifier}")
        expect(math.isclose(float(mu), feature["properties"]["mu"], rel_tol=1e-9), f"reserve {identifier}: {mu} in the tile, {feature['properties']['mu']} served")
    print(f"  {len(found)} features of reserve in tile {z}/{x}/{y}")


check_record()
with served(program, workspace) as base:
    check_features(base)
    check_tiles(base)
print("GDAL reads what caitu serves and keeps")
