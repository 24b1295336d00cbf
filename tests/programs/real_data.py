#!/usr/bin/env python3
"""Real files import as expected, and other programs prove what was published: ogrinfo counts the rows of the source and of
the record, SpatiaLite measures the land.

    real_data.py PROGRAM DATA_FOLDER

SpatiaLite's ellipsoidal ST_Area takes edges as geodesics and caitu's edges are straight in degrees, so edges are cut to
0.0009 degrees (100 m on a meridian) before they are measured; the sums agree within 1e-6.
"""
import csv
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, fail, run, run_json, temporary_folder

EDGE_DEG = 0.0009
AREA_TOLERANCE = 1e-6

# Layers of the workspace's own: id, geometry, key, fields as "name:type" or "name:type=source".
LAYERS = [
    ("units", ["polygon", "point"], ["code"], "code:integer name:text adcode:integer"),
    ("counties", ["polygon"], ["CODE"], "CODE:text NAME:text"),
    ("outlines", ["polygon"], ["name"], "name:text"),
    ("subdistricts", ["polygon"], ["number"], "number:integer=id"),
    ("leases", ["point"], ["obs"], "obs:integer lnprice:real lnarea:real year:integer"),
    ("compounds", ["polygon"], ["src_idx"], "src_idx:integer homes:integer=count"),
    ("stations", ["point"], ["osm_id"], "osm_id:text name:text railway:text"),
    ("border", ["polygon", "line", "point"], [], "name:text admin_level:text"),
    ("cadastre", ["polygon"], ["ML"], "ML:text MAP:text LOT:text UYEAR:integer"),
    ("buildings", ["polygon"], ["osm"], "osm:integer=id kind:text height:real"),
    ("streets", ["line"], ["osm_id"], "osm_id:integer name:text fclass:text"),
    ("osm", ["polygon", "line", "point"], [], "osm_id:text name:text"),
]


@dataclass
class Delivery:
    """One import, and what must come of it."""
    layer: str
    file: str  # file[:layer], below the data folder; {temp} is a folder of the test's own
    published: int
    refused: dict = field(default_factory=dict)  # reason: rows
    repaired: int = 0
    shared: int = 0  # rows whose key another row has too
    datum: str = "cgcs2000"
    extent: tuple = ()  # west, south, east, north, where README.md says it in true degrees
    options: tuple = ()
    same_as_source: bool = False  # degrees on the ellipsoid and nothing repaired: the source must measure the same


@dataclass
class Refusal:
    """One import that must end with 3, saying why and what to do."""
    layer: str
    file: str
    words: tuple
    options: tuple = ()


ADMIN = "beijing/jjj_admin_gcj02.gpkg"
JIEDAO = "beijing/beijing_jiedao_gk54.gpkg"
RAIL = "beijing/jjj_rail_points_osm.gpkg"
OSM = "stress/liechtenstein_osm.pbf"
DELIVERIES = [
    Delivery("units", f"{ADMIN}:province", 3, datum="gcj02"),
    Delivery("units", f"{ADMIN}:city", 13, datum="gcj02"),
    Delivery("units", f"{ADMIN}:county", 195, datum="gcj02"),
    Delivery("units", f"{ADMIN}:place_point", 7637, datum="gcj02"),
    Delivery("units", "beijing/beijing_adcode_2016.csv", 2603, {"no geometry": 4758}, datum="gcj02"),
    Delivery("counties", "beijing/beijing_county_gcj02_gbk/beijing_county.shp", 16, datum="gcj02"),
    Delivery("counties", "beijing/beijing_county_gcj02_gbk/beijing_county.shp", 16, datum="gcj02", options=("--datum", "gcj02")),
    # One outline crosses itself; the mended one is what is measured.
    Delivery("outlines", "beijing/beijing_districts_wgs84.geojson", 16, repaired=1, extent=(115.417, 39.442, 117.508, 41.059)),
    # Gauss-Krueger on an ellipsoid of no named datum: its degrees are true as they are.
    Delivery("subdistricts", f"{JIEDAO}:jiedao", 111, repaired=6, extent=(116.145, 39.764, 116.625, 40.121)),
    Delivery("leases", f"{JIEDAO}:land_parcel_pt", 1117),
    Delivery("compounds", "beijing/beijing_compounds_bd09.fgb", 8454, repaired=31, datum="bd09"),
    Delivery("stations", f"{RAIL}:station", 2113),
    Delivery("stations", f"{RAIL}:entrance", 1524),
    # Eight relations that the export cut open are closed, cross themselves then, and are mended.
    Delivery("border", "beijing/sanhe_overpass_osm.geojson", 375, repaired=8, shared=5),
    # Lot numbers repeat, or are "---", or are missing: each parcel keeps an id of its own.
    Delivery("cadastre", "stress/cambridge_parcels_fy2013.fgb", 13159, repaired=24, shared=-1, extent=(-71.1601, 42.3530, -71.0654, 42.4038)),
    Delivery("buildings", "{temp}/nyc_buildings_osm.fgb", 122840, shared=-1, extent=(-74.0385, 40.6594, -73.9257, 40.8304), same_as_source=True),
    Delivery("streets", "{temp}/nyc_roads_osm.fgb", 53340, extent=(-74.0586, 40.5471, -73.7439, 40.9013)),
    Delivery("osm", f"{OSM}:multipolygons", 9902, shared=1, same_as_source=True),
    Delivery("osm", f"{OSM}:lines", 5235),
    Delivery("osm", f"{OSM}:points", 4714),
    Delivery("osm", f"{OSM}:multilinestrings", 217, shared=11),
    Delivery("osm", f"{OSM}:other_relations", 20, {"collection of mixed kinds": 9}),
]
REFUSALS = [
    Refusal("compounds", "beijing/beijing_compounds_raw_bd09.json", ("GDAL cannot read it",)),
    Refusal("subdistricts", JIEDAO, ("several layers", "jiedao", "land_parcel_pt", f"{JIEDAO}:LAYER")),
    Refusal("units", ADMIN, ("several layers", "place_point")),
    Refusal("stations", RAIL, ("several layers", "entrance")),
    Refusal("osm", OSM, ("several layers", "multipolygons")),
    Refusal("units", f"{ADMIN}:village", ("village", "place_point")),
    Refusal("units", "{temp}/names_only.csv", ("no layer with geometry", "WKT")),
    Refusal("buildings", "stress/nyc_buildings_osm.fgb.zst", ("compressed", "zstd -d")),
    Refusal("streets", "stress/nyc_roads_osm.fgb.zst", ("compressed", "zstd -d")),
    Refusal("leases", "{temp}/no_crs.csv", ("coordinate system", "--crs")),
]


def declare_layers(workspace):
    for name, kinds, key, fields in LAYERS:
        lines = [f'id = "{name}"', f'title = "{name}"', f"geometry = {kinds}", f"key = {key}", "field = ["]
        for one in fields.split():
            title, kind, source = re.fullmatch(r"(\w+):(\w+)(?:=(\w+))?", one).groups()
            lines.append(f'  {{ name = "{title}", title = "{title}", type = "{kind}", aliases = {[source] if source else []} }},')
        with open(os.path.join(workspace, "layers", name + ".toml"), "w", encoding="utf-8") as out:
            out.write("\n".join(lines + ["]", ""]))


def make_files(data, temp):
    """What the data folder holds only in another form."""
    for name in ("nyc_buildings_osm", "nyc_roads_osm"):
        run("zstd", "-q", "-d", os.path.join(data, "stress", name + ".fgb.zst"), "-o", os.path.join(temp, name + ".fgb"))
    with open(os.path.join(data, "beijing", "beijing_adcode_2016.csv"), encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    for name, columns in (("names_only.csv", {"code": "code", "name": "name"}),
                          ("no_crs.csv", {"code": "obs", "lon_gcj02": "x", "lat_gcj02": "y"})):
        with open(os.path.join(temp, name), "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(columns.values())
            writer.writerows([row[column] for column in columns] for row in rows)


def ask(database, sql):
    """The one row that SpatiaLite answers, as a list of text."""
    done = run("spatialite", "-silent", "-bail", "-list", "-separator", "\t", database, sql)
    return done.stdout.strip().split("\t")


def source_count(path, layer):
    shown = run("ogrinfo", "-ro", "-so", path, layer).stdout
    count = int(re.search(r"Feature Count: (-?\d+)", shown).group(1))
    if count >= 0:
        return count
    # A stream like OSM's PBF is counted by reading it.
    shown = run("ogrinfo", "-ro", "-q", "-dialect", "SQLite", "-sql", f'SELECT COUNT(*) AS n FROM "{layer}"', path).stdout
    return int(re.search(r"n \(Integer\w*\) = (\d+)", shown).group(1))


def only_layer(path):
    return re.search(r"^1: ([^\n(]+?)(?: \(|$)", run("ogrinfo", "-ro", "-q", path).stdout, re.M).group(1)


def measure(database, table, column="geometry"):
    """Σ of SpatiaLite's ellipsoidal area of the polygons on cut edges, in m²."""
    return float(ask(database, f'SELECT TOTAL(ST_Area(ST_Segmentize("{column}", {EDGE_DEG}), 1)) FROM "{table}" '
                               f'WHERE ST_Dimension("{column}") = 2')[0])


def measure_source(path, layer, temp):
    copied = os.path.join(temp, "source.sqlite")
    run("ogr2ogr", "-f", "SQLite", "-dsco", "SPATIALITE=YES", "-lco", "SPATIAL_INDEX=NO", "-nln", "source", "-nlt", "PROMOTE_TO_MULTI",
        "-select", "", "-a_srs", "EPSG:4490", copied, path, layer)
    area = measure(copied, "source")
    os.remove(copied)
    return area


def near(one, other):
    return abs(one - other) <= AREA_TOLERANCE * max(abs(one), abs(other))


def split(file):
    path, _, layer = file.rpartition(":")
    return (path, layer) if path else (file, "")


def check_delivery(program, workspace, data, temp, delivery):
    began = time.monotonic()
    path, layer = split(os.path.join(data, delivery.file.format(temp=temp)))
    given = f"{path}:{layer}" if layer else path
    report = run_json(program, "import", workspace, delivery.layer, given, *delivery.options, "--json")
    refused = sum(delivery.refused.values())
    source = report["sources"][0]
    for name, wanted in (("rows_in", delivery.published + refused), ("rows_published", delivery.published), ("rows_refused", refused),
                         ("refused_by_reason", delivery.refused), ("rows_repaired", delivery.repaired)):
        expect(report[name] == wanted, f"{delivery.file}: {name} is {report[name]}, not {wanted}")
    expect(source["datum"] == delivery.datum, f"{delivery.file}: its datum was taken to be {source['datum']}")
    shares = [warning for warning in report["warnings"] if "share their key" in warning]
    count = int(shares[0].split()[0]) if shares else 0
    expect(count > 0 if delivery.shared < 0 else count == delivery.shared, f"{delivery.file}: {count} rows share their key")

    rows = source_count(path, layer or only_layer(path))
    expect(rows == report["rows_in"], f"{delivery.file}: ogrinfo counts {rows} rows in the source, caitu {report['rows_in']}")
    database = os.path.join(workspace, "caitu.db")
    rows = source_count(database, delivery.layer)
    expect(rows == delivery.published, f"{delivery.file}: ogrinfo counts {rows} rows in the record, not {delivery.published}")
    ids, rejects = ask(database, f'SELECT COUNT(DISTINCT id), (SELECT COUNT(*) FROM caitu_rejects WHERE layer = "{delivery.layer}" '
                                 f'AND edition = {report["edition"]}) FROM "{delivery.layer}"')
    expect(int(ids) == delivery.published, f"{delivery.file}: {ids} ids for {delivery.published} features")
    expect(int(rejects) == refused, f"{delivery.file}: {rejects} refused rows in the record, not {refused}")

    mu, area = report["mu"], measure(database, delivery.layer)
    expect(near(mu * 2000 / 3, area), f"{delivery.file}: caitu has {mu * 2000 / 3:.3f} m², SpatiaLite {area:.3f}")
    shown = float(ask(database, f'SELECT TOTAL(mu) FROM "{delivery.layer}"')[0])
    expect(abs(shown - mu) <= 1e-9 * max(mu, 1), f"{delivery.file}: the view holds {shown} 亩, the report {mu}")
    if delivery.same_as_source:
        area = measure_source(path, layer or only_layer(path), temp)
        expect(near(mu * 2000 / 3, area), f"{delivery.file}: its source has {area:.3f} m² in SpatiaLite, caitu {mu * 2000 / 3:.3f}")
    if delivery.extent:
        found = [float(edge) for edge in ask(database, f'SELECT MIN(MbrMinX(geometry)), MIN(MbrMinY(geometry)), MAX(MbrMaxX(geometry)), '
                                                       f'MAX(MbrMaxY(geometry)) FROM "{delivery.layer}"')]
        expect(all(abs(a - b) < 1e-3 for a, b in zip(found, delivery.extent)), f"{delivery.file}: it lies in {found}")
    print(f"  {delivery.file}: {delivery.published} published, {refused} refused, {mu:.3f} 亩, {time.monotonic() - began:.1f} s")


def check_refusal(program, workspace, data, temp, refusal):
    given = os.path.join(data, refusal.file.format(temp=temp))
    done = run(program, "import", workspace, refusal.layer, given, *refusal.options, code=3)
    for word in refusal.words:
        expect(word in done.stderr, f"{refusal.file}: the refusal does not say \"{word}\":\n{done.stderr}")
    print(f"  {refusal.file}: refused")


def check_ellipsoid(database):
    """SRID 4490 is on CGCS2000's ellipsoid there, and DOMAIN 1's test value comes out."""
    text, area = ask(database, "SELECT proj4text, ST_Area(ST_Segmentize(BuildMbr(116.50, 39.70, 116.51, 39.71, 4490), 0.0009), 1) "
                               "FROM spatial_ref_sys WHERE srid = 4490")
    expect("+ellps=GRS80" in text, f"SpatiaLite has another ellipsoid: {text}")  # a = 6378137, 1/f = 298.257222101
    expect(abs(float(area) - 952186.56298) < 1e-5, f"SpatiaLite's box has {area} m²")


def check_datum(database):
    """The districts from GCJ-02 lie on those from WGS 84: without the shift 4 to 35 % of the land differs."""
    names, worst = ask(database, "SELECT COUNT(*), MAX(ST_Area(ST_SymDifference(a.geometry, b.geometry), 1) / b.area_m2) "
                                 "FROM counties a JOIN outlines b ON b.name = a.NAME")
    expect(int(names) == 16, f"{names} districts have the same name in both files")
    expect(float(worst) < 0.03, f"districts differ by up to {float(worst):.1%}")


def main():
    program, data = sys.argv[1:3]
    if not os.path.isdir(data):
        print(f"skipped: there is no {data}")
        sys.exit(1 if os.environ.get("CI") else 77)
    with temporary_folder() as temp:
        workspace = os.path.join(temp, "ws")
        run(program, "init", workspace)
        declare_layers(workspace)
        make_files(data, temp)
        check_ellipsoid(os.path.join(workspace, "caitu.db"))
        for refusal in REFUSALS:
            check_refusal(program, workspace, data, temp, refusal)
        for delivery in DELIVERIES:
            check_delivery(program, workspace, data, temp, delivery)
        check_datum(os.path.join(workspace, "caitu.db"))
    print(f"{len(DELIVERIES)} deliveries and {len(REFUSALS)} refusals are as expected")


main()
