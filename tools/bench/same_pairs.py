"""The same pairs, pair by pair: what PostGIS and GeoPandas cut of two files beside what caitu cuts of them.

The land of every piece, theirs too, is measured by caitu, so that the pieces are compared and not two formulas.
"""

import collections
import csv
import subprocess
import sys

import peers
from peers import CAITU, WORK, table, timed, verdict

# Coordinates near 116° are 1.4e-14° apart, which is 1.6 nm; what GEOS makes of a crossing is off by a few of them.
GRID_M = 1e-8
METRES_A_DEGREE = 111_700  # at most
HAIR_M = 1_000  # a border that two lands have in common, along which one program sees a hair of land and another none
CUT_BY_POSTGIS = """SELECT a.row AS a_row, b.row AS b_row, ST_Perimeter(g) AS around, g AS geom
  FROM pairs_a a JOIN pairs_b b ON ST_Intersects(a.geom, b.geom)
  CROSS JOIN LATERAL ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3) AS g
  WHERE ST_IsValid(a.geom) AND ST_IsValid(b.geom) AND NOT ST_IsEmpty(g)"""
CUT_BY_GEOPANDAS = """
import geopandas, sys
a, b = geopandas.read_file(sys.argv[1]), geopandas.read_file(sys.argv[2])
a, b = (layer[["geometry"]].assign(**{name: range(1, len(layer) + 1)}) for layer, name in ((a, "a_row"), (b, "b_row")))
pieces = geopandas.overlay(a, b, how="intersection", keep_geom_type=True)
pieces["around"] = pieces.geometry.length
pieces.to_file(sys.argv[3], driver="FlatGeobuf")
print(geopandas.__version__)
"""
EVERYWHERE = ('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", '
              '"coordinates": [[[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]]}}]}')


def rows_of(file, *fields):
    """Of a file that caitu wrote."""
    listed = file.with_suffix(".csv")
    listed.unlink(missing_ok=True)
    subprocess.run(["ogr2ogr", "-f", "CSV", "-select", ",".join(fields), listed, file], check=True)
    with open(listed, encoding="utf-8", newline="") as text:
        rows = [[float(row[field]) for field in fields] for row in csv.DictReader(text)]
    listed.unlink()
    return rows


def cut_by_caitu(a, b):
    """Land by pair of rows, counted from 1."""
    out = WORK / "pairs-caitu.fgb"
    timed(CAITU, "overlay", "intersection", a, b, out)
    return {(int(left), int(right)): m2 for left, right, m2 in rows_of(out, "a_fid", "b_fid", "area_m2")}


def measured_by_caitu(pieces):
    """A peer's pieces by pair of rows: land in m², and what its grid may have moved of it."""
    everywhere = WORK / "everywhere.geojson"
    everywhere.write_text(EVERYWHERE)
    out = WORK / "pairs-measured.fgb"
    timed(CAITU, "overlay", "clip", pieces, everywhere, out, "--fields", "a_row,b_row,around")
    return {(int(left), int(right)): (m2, 1e-6 + GRID_M * METRES_A_DEGREE * around)
            for left, right, around, m2 in rows_of(out, "a_row", "b_row", "around", "area_m2")}


def compare(peer, ours, theirs):
    both = ours.keys() & theirs.keys()
    off = {pair: abs(ours[pair] - theirs[pair][0]) for pair in both}
    beyond = sum(off[pair] > theirs[pair][1] for pair in both)
    alone = max((m2 for pair, m2 in ours.items() if pair not in both), default=0)
    missed = max((m2 for pair, (m2, _) in theirs.items() if pair not in both), default=0)
    row = [peer, len(both), f"{max(off.values()):.1e}", beyond, f"{len(ours) - len(both)} ({alone:.1e})",
           f"{len(theirs) - len(both)} ({missed:.1e})"]
    return row, beyond == 0 and max(alone, missed) <= 1e-6 + GRID_M * HAIR_M


def loaded(name, layer, cluster):
    """As PostGIS takes it; the rows, counted from 1, that are invalid, which each program would mend in its own way."""
    timed("ogr2ogr", "-overwrite", "-f", "PostgreSQL", "-nlt", "PROMOTE_TO_MULTI", "-nln", name, "-lco", "GEOMETRY_NAME=geom",
          "-lco", "FID=row", "-unsetFid", "--config", "PG_USE_COPY", "YES", f"PG:{cluster.conninfo}", layer.file)
    cluster.sql(f"ANALYZE {name}")
    return {int(row) for row in cluster.sql(f"SELECT row FROM {name} WHERE NOT ST_IsValid(geom)").split()}


def measure(what, a, b, cluster, geopandas):
    invalid = loaded("pairs_a", a, cluster), loaded("pairs_b", b, cluster)
    print(f"### the same pairs, {what}: {a.file.name} × {b.file.name}\n\n{CUT_BY_POSTGIS}\n")

    def sound(found):
        return {pair: land for pair, land in found.items() if pair[0] not in invalid[0] and pair[1] not in invalid[1]}

    ours = sound(cut_by_caitu(a.file, b.file))
    out = WORK / "pairs-peer.fgb"
    out.unlink(missing_ok=True)
    timed("ogr2ogr", "-f", "FlatGeobuf", out, f"PG:{cluster.conninfo}", "-sql", CUT_BY_POSTGIS)
    results = [compare("PostGIS", ours, sound(measured_by_caitu(out)))]
    if geopandas:
        version = timed(sys.executable, "-c", CUT_BY_GEOPANDAS, a.file, b.file, out).output.split()[-1]
        results.append(compare(f"GeoPandas {version}", ours, sound(measured_by_caitu(out))))
    of_a = collections.Counter(a_row for a_row, _ in ours)
    cut = sum(of_a[a_row] > 1 for a_row, _ in ours)
    print(f"{len(ours)} pairs, {cut} of them of a row of a that lies in several rows of b; left out as invalid: {len(invalid[0])} "
          f"rows of a, {len(invalid[1])} of b\n")
    table(["peer", "pairs in both", "farthest apart, m²", "of them beyond what is allowed", "caitu's alone (largest, m²)",
           "the peer's alone (largest, m²)"], [row for row, _ in results])
    return verdict(f"the same pairs, {what}", "the same" if all(met for _, met in results) else "not the same",
                   "each within 1e-6 m² + grid × perimeter", all(met for _, met in results))
