#!/usr/bin/env python3
"""Every form that surveyors deliver gives the same land: the same six parcels are written in each by GDAL or by hand, imported,
and counted, measured and read again.

    forms.py PROGRAM [PART…]
"""
import csv
import io
import json
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, run_json, temporary_folder
from delivered import GK, LOW, ROWS, Forms, GbkName, NAMES, base_file, convert, corner, parts_of, ring, shapefile, wkt, write, zipped


def databases(forms, folder):
    gdb = convert(forms.base, f"{folder}/land.gdb", "OpenFileGDB", "-nln", "DLTB", "-t_srs", GK, "-nlt", "MULTIPOLYGON")
    forms.same("a file geodatabase", gdb, crs="4527")
    forms.same("a geodatabase in .gdb.zip", zipped(f"{folder}/land.gdb.zip", {"land.gdb": gdb}), crs="4527")
    forms.same("a geodatabase in a .zip", zipped(f"{folder}/sent.zip", {"2024/land.gdb": gdb}), crs="4527")
    forms.refused("a geodatabase's bare files in a .zip", zipped(f"{folder}/bare.zip", {"": gdb}), ["without their folder", "NAME.gdb"])
    gpkg = f"{folder}/plan.gpkg"
    for name, low, high in (("DLTB_A", 1, 3), ("DLTB_B", 4, 6)):
        some = base_file(folder, "some.geojson", ROWS[low - 1:high])
        run("ogr2ogr", "-f", "GPKG", "-update", "-append", "-nln", name, gpkg, some) if os.path.exists(gpkg) else convert(some, gpkg, "GPKG", "-nln", name)
    run("ogr2ogr", "-f", "GPKG", "-update", "-nln", "XZQ", gpkg, base_file(folder, "point.geojson", ROWS[:1], "Point"))
    forms.refused("a GeoPackage of several layers", gpkg, ["several layers", '"DLTB_A", "DLTB_B", "XZQ"', f"{gpkg}:LAYER", f"{gpkg}:*"])
    forms.same("several layers as one edition", f"{gpkg}:DLTB*")
    forms.same("a file named twice", [f"{gpkg}:DLTB_A", f"{gpkg}:DLTB_B"])
    forms.refused("a layer that is not there", f"{gpkg}:DLTC*", ["DLTC*", "DLTB_A"])
    forms.same("a SpatiaLite database", convert(forms.base, f"{folder}/land.sqlite", "SQLite", "-dsco", "SPATIALITE=YES"))
    for ending, driver in ((".fgb", "FlatGeobuf"), (".tab", "MapInfo File"), (".gml", "GML"), (".geojsonl", "GeoJSONSeq")):
        forms.same(driver, convert(forms.base, f"{folder}/one{ending}", driver, *(("-lco", "ENCODING=CP936") if ending == ".tab" else ())))
    forms.same("MapInfo exchange", convert(forms.base, f"{folder}/two.mif", "MapInfo File", "-dsco", "FORMAT=MIF", "-lco", "ENCODING=CP936"))


def archives(forms, folder):
    one = shapefile(forms.base, folder, "DLTB", "-t_srs", GK)
    forms.same("a Shapefile", one, crs="4527", says="GBK")
    forms.same("a Shapefile in a .zip", zipped(f"{folder}/one.zip", parts_of(one, "DLTB")), crs="4527")
    forms.same("in a folder of a .zip", zipped(f"{folder}/deep.zip", parts_of(one, "a/b/DLTB")), crs="4527")
    forms.same("Chinese names in GBK in a .zip", zipped(f"{folder}/gbk.zip", parts_of(one, "大兴区/地类图斑"), GbkName), crs="4527")
    forms.same("Chinese names in UTF-8 in a .zip", zipped(f"{folder}/utf8.zip", parts_of(one, "大兴区/地类图斑")) + ":大兴区/地类图斑")
    halves = [shapefile(base_file(folder, f"half{n}.geojson", rows), f"{folder}/both", f"DLTB_{n}") for n, rows in ((1, ROWS[:3]), (2, ROWS[3:]))]
    forms.same("several Shapefiles", halves)
    forms.refused("a folder of several", f"{folder}/both", ['"DLTB_1", "DLTB_2"', ":*"])
    forms.same("a folder, all of it", f"{folder}/both:*")
    both = zipped(f"{folder}/both.zip", {**parts_of(halves[0], "大兴/DLTB"), **parts_of(halves[1], "通州/DLTB"), "__MACOSX/大兴/._DLTB.shp": b"x"}, GbkName)
    forms.refused("a .zip of several", both, ['"大兴/DLTB", "通州/DLTB"', ":*"])
    forms.same("a .zip of several, all of it", f"{both}:*")
    forms.same("a .zip with a table beside", zipped(f"{folder}/read.zip", {**parts_of(one, "DLTB"), "说明.csv": "名称\n说明\n".encode()}))


def encodings(forms, folder):
    for name, encoding, cpg, language, says in (
            ("gbk", "GBK", None, 0, "GBK: no .cpg"), ("said", "GBK", "GBK", 0, "the .cpg says so"), ("byte", "GBK", None, 0x4d, "language byte 77"),
            ("utf", "UTF-8", "UTF-8", 0, "UTF-8: the .cpg says so"), ("bare", "UTF-8", None, 0, "bytes are UTF-8"),
            ("lie", "GBK", "UTF-8", 0, "GBK: the .cpg says UTF-8, but the bytes are not UTF-8"),
            ("latin", "GBK", "ISO-8859-1", 0, "GBK: the .cpg says"), ("west", "GBK", None, 0x03, "GBK: the .dbf's language byte 3 says"),
            ("other", "UTF-8", "GBK", 0, "UTF-8: the .cpg says GBK, but the bytes are UTF-8")):
        forms.same(f"a Shapefile {name}", shapefile(forms.base, folder, name, encoding=encoding, cpg=cpg, language=language), says=says)
    rare = dict(NAMES, **{"1": "水浇地㐀𠀀"})  # four bytes each in GB18030
    base = base_file(folder, "rare.geojson", list(rare.items()))
    forms.same("GB18030 of four bytes", shapefile(base, folder, "rare", encoding="GB18030", cpg=None, language=0), names=rare)
    sql = 'SELECT TBBH AS "图斑号", DLMC AS "地类名称" FROM base'
    forms.same("Chinese names of fields", shapefile(forms.base, folder, "fields", "-sql", sql, cpg=None, language=0), "--map", "TBBH=图斑号")


def tables(forms, folder):
    def table(name, heads, row, encoding="utf-8"):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerows(row(int(code), code, title) for code, title in ROWS)
        return write(folder, name, text.getvalue(), encoding)

    def angle(value):
        degrees, rest = divmod(value * 3600, 3600)
        return int(degrees), int(rest // 60), round(rest % 60, 4)

    plane = convert(base_file(folder, "p.geojson", kind="Point"), f"{folder}/plane.csv", "CSV", "-t_srs", GK, "-lco", "GEOMETRY=AS_XY")
    with open(plane, encoding="utf-8", newline="") as source:
        projected = {int(row["TBBH"]): [float(row["X"]), float(row["Y"])] for row in csv.DictReader(source)}
    points, cgcs = "form_points", ("--crs", "EPSG:4490")
    outlines = table("wkt.csv", ["TBBH", "DLMC", "WKT"], lambda n, code, title: [code, title, wkt(n)], "utf-8-sig")
    forms.refused("a table without CRS", outlines, "--crs")
    forms.same("WKT in a table with a mark", outlines, *cgcs)
    forms.same("WKT in a table in GBK", table("gbk.csv", ["TBBH", "DLMC", "几何"], lambda n, code, title: [code, title, wkt(n)], "gbk"), *cgcs)
    reference = forms.report(base_file(folder, "p.geojson", kind="Point"), layer=points)
    expect(reference["rows_published"] == 6, "points are imported")

    def placed(what, given, *options, tolerance_m=0.01, **expected):
        forms.same(what, given, *options, layer=points, **expected)
        out = os.path.join(folder, "placed.geojson")
        run(forms.program, "export", forms.workspace, points, out)
        with open(out, encoding="utf-8") as source:
            for row in json.load(source)["features"]:
                place, (x, y) = row["geometry"]["coordinates"], corner(int(row["properties"]["TBBH"]))
                while isinstance(place[0], list):
                    place = place[0]
                off = math.hypot(place[0] - x, place[1] - y) * 111000
                expect(off < tolerance_m, f"{what}: {row['properties']['TBBH']} is {off} m off")
        os.remove(out)

    for name, heads in (("lonlat", ["lon", "lat"]), ("zh", ["经度", "纬度"]), ("long", ["Longitude", "Latitude"])):
        given = table(name + ".csv", ["TBBH", "DLMC", *heads], lambda n, code, title: [code, title, *corner(n)], "gbk" if name == "zh" else "utf-8")
        placed(f"columns {heads}", given, *cgcs)
    for name, form in (("dms", "{}°{}′{}″"), ("zh", "{}度{}分{}秒"), ("dash", "{}-{}-{}"), ("colon", "{}:{}:{}"), ("east", "东经{}°{}'{}\"")):
        given = table(f"dms_{name}.csv", ["TBBH", "DLMC", "经度", "纬度"],
                      lambda n, code, title: [code, title, *(form.format(*angle(v)).replace("东经", "东经" if v > 90 else "北纬") for v in corner(n))])
        placed(f"degrees and minutes as {form}", given, *cgcs, says="degrees, minutes and seconds")
    planar = {name: table(name + ".csv", ["TBBH", "DLMC", *heads], lambda n, code, title: [code, title, *(projected[n] if order == 1 else projected[n][::-1])])
              for name, heads, order in (("xy", ["X", "Y"], 1), ("survey", ["X", "Y"], -1), ("zh_xy", ["横坐标", "纵坐标"], 1))}
    placed("columns X and Y", planar["xy"], "--crs", GK)
    placed("the survey's X and Y, northing first", planar["survey"], "--crs", GK, says="northings")
    placed("横坐标 and 纵坐标", planar["zh_xy"], "--crs", GK)
    bad = write(folder, "bad.csv", "TBBH,DLMC,lon,lat\n1,a,116.5,39.7\n2,b,somewhere,39.7\n3,c,,\n4,d,116°75′,39.7\n")
    report = forms.report(bad, *cgcs, layer=points)
    expect((report["rows_published"], report["rows_refused"]) == (1, 3) and any("somewhere" in row["reason"] for row in report["refused"]), f"{report}")
    lonlat = table("sheet.csv", ["TBBH", "DLMC", "lon", "lat"], lambda n, code, title: [code, title, *corner(n)])
    for ending, driver in ((".xlsx", "XLSX"), (".ods", "ODS")):
        placed(driver, convert(lonlat, f"{folder}/sheet{ending}", driver), *cgcs)
    forms.refused("XLSX in a .zip", zipped(f"{folder}/sheet.zip", {"sheet.xlsx": f"{folder}/sheet.xlsx"}), ["no vector data", "spreadsheets"], *cgcs)


def drawings_and_maps(forms, folder):
    def pairs(*items):
        return "".join(f"{code}\n{value}\n" for code, value in items)

    def outline(number, bulge=0.0):
        x, y = 500 * number + 39448000, 4396000
        corners = [(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)]
        return pairs((0, "LWPOLYLINE"), (8, f"图层{number}"), (90, 4), (70, 1), *(pair for n, (a, b) in enumerate(corners) for pair in
                     ((10, a), (20, b), *(((42, bulge),) if bulge and n == 0 else ()))))

    entities = outline(1) + outline(2) + outline(3, -1.0) + pairs((0, "LWPOLYLINE"), (8, "open"), (90, 2), (70, 0), (10, 39449000), (20, 4396000),
               (10, 39449100), (20, 4396000)) + pairs((0, "TEXT"), (8, "字"), (10, 39448000), (20, 4396000), (40, 2), (1, "菜地"))
    drawing = write(folder, "land.dxf", pairs((0, "SECTION"), (2, "HEADER"), (9, "$DWGCODEPAGE"), (3, "ANSI_936"), (9, "$ACADVER"), (1, "AC1018"), (0, "ENDSEC"),
                    (0, "SECTION"), (2, "ENTITIES")) + entities + pairs((0, "ENDSEC"), (0, "EOF")), "gbk")
    forms.refused("a drawing without CRS", drawing, "--crs")
    report = forms.report(drawing, "--crs", GK)
    expect((report["rows_published"], report["rows_refused"]) == (3, 2), f"a drawing: {report}")
    expect(report["notes"].get("closed outlines of a drawing taken as polygons") == 3, f"a drawing: {report['notes']}")
    # The third has a half disc of 50 m radius cut out of it, in chords of one degree.
    wanted = 3 * 10000 - math.pi * 2500 / 2
    expect(abs(report["area_m2"] / wanted - 1) < 5e-4, f"a drawing: {report['area_m2']} m², not {wanted}")
    report = forms.report(drawing, "--crs", GK, "--map", "DLMC=Text", layer="form_any")
    out = os.path.join(folder, "drawn.geojson")
    run(forms.program, "export", forms.workspace, "form_any", out)
    with open(out, encoding="utf-8") as source:
        text = source.read()
    expect(report["rows_published"] == 5 and all(word in text for word in ("菜地", "图层1")), f"a drawing's layers and text: {text[:600]}")

    forms.same("KML", convert(forms.base, f"{folder}/land.kml", "LIBKML"))
    forms.same("KMZ", convert(forms.base, f"{folder}/land.kmz", "LIBKML"))
    marks = "".join(f'<Placemark><ExtendedData><Data name="TBBH"><value>{code}</value></Data><Data name="DLMC"><value>{title}</value></Data></ExtendedData>'
                    "<Polygon><outerBoundaryIs><LinearRing><coordinates>" + " ".join(f"{x!r},{y!r},0" for x, y in ring(int(code))) +
                    "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>" for code, title in ROWS)
    forms.same("KML with ExtendedData", write(folder, "data.kml", '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
                                              f"<Document><Folder><name>地</name>{marks}</Folder></Document></kml>"))
    arcs = [[[round(v * 1e6) for v in point] for point in ring(int(code))] for code, _ in ROWS]
    topology = {"type": "Topology", "arcs": [[[v / 1e6 for v in point] for point in arc] for arc in arcs], "objects": {"land": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "arcs": [[n]], "properties": {"TBBH": code, "DLMC": title}} for n, (code, title) in enumerate(ROWS)]}}}
    forms.same("TopoJSON", write(folder, "land.topojson", json.dumps(topology)), "--crs", "EPSG:4490")
    with open(forms.base, encoding="utf-8") as source:
        lines = "".join("\x1e" + json.dumps(feature) + "\n" for feature in json.load(source)["features"])
    forms.same("GeoJSON text sequences", write(folder, "land.geojsons", lines))


def geometries(forms, folder):
    rows = [("curve", "CURVEPOLYGON (COMPOUNDCURVE (CIRCULARSTRING (116.5 39.7,116.501 39.701,116.502 39.7),(116.502 39.7,116.5 39.7)))", "curves stroked"),
            ("high", "POLYGON Z ((116.6 39.7 30,116.601 39.7 31,116.601 39.701 30,116.6 39.7 30))", "heights dropped"),
            ("measured", "LINESTRING M (116.5 39.8 1,116.6 39.8 2)", "measures dropped"),
            ("parts", "MULTIPOLYGON (((116.7 39.7,116.701 39.7,116.701 39.701,116.7 39.7)),((116.8 39.7,116.801 39.7,116.801 39.701,116.8 39.7)))", ""),
            ("collection", "GEOMETRYCOLLECTION (POLYGON ((116.9 39.7,116.901 39.7,116.901 39.701,116.9 39.7)))", "collection of polygons joined"),
            ("open", "POLYGON ((117 39.7,117.001 39.7,117.001 39.701))", "open rings closed"),
            ("mixed", "GEOMETRYCOLLECTION (POINT (116 40),LINESTRING (116 40,116.1 40))", None), ("none", "", None), ("empty", "POLYGON EMPTY", None),
            ("nonsense", "POLYGON ((116 40", None)]
    given = write(folder, "kinds.csv", "TBBH,WKT\n" + "".join(f'{name},"{text}"\n' for name, text, _ in rows))
    report = forms.report(given, "--crs", "EPSG:4490", layer="form_any")
    expect((report["rows_published"], report["rows_refused"]) == (6, 4), f"kinds of geometry: {report['refused_by_reason']}")
    for name, _, note in rows:
        expect(not note or any(note in said for said in report["notes"]), f"kinds of geometry: {name} is not noted: {report['notes']}")
    kept = convert(given, f"{folder}/kinds.gpkg", "GPKG", "-a_srs", "EPSG:4490", "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-where", "TBBH <> 'nonsense'", "-nlt", "GEOMETRY")
    report = forms.report(kept, layer="form_any")
    expect((report["rows_published"], report["rows_refused"]) == (6, 3), f"kinds in a GeoPackage: {report}")
    many = 1_100_000
    circle = ",".join(f"{116.5 + 0.1 * math.cos(2 * math.pi * n / many):.12f} {39.7 + 0.1 * math.sin(2 * math.pi * n / many):.12f}" for n in [*range(many), 0])
    huge = convert(write(folder, "huge.csv", f'TBBH,WKT\n1,"POLYGON (({circle}))"\n'), f"{folder}/huge.fgb", "FlatGeobuf", "-a_srs", "EPSG:4490", "-nlt", "POLYGON",
                   "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-oo", "MAX_LINE_SIZE=-1")
    report = forms.report(huge)
    expect(report["rows_published"] == 1 and abs(report["area_m2"] / (math.pi * 0.01 * 9521.5e6) - 1) < 1e-3, f"a polygon of a million vertices: {report}")


def surveys(forms, folder):
    """Codes of the second survey and of the planning classification are told from the third's, and never over what is said."""
    def codes(name, extra, rows, **options):
        features = [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring(n + 1)]},
                     "properties": {"TBBH": str(n), "ZLDWDM": "1101151000010000000", "DLBM": code, "DLMC": title, **extra}} for n, (code, title) in enumerate(rows)]
        given = write(folder, name, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
        report = forms.report(given, *options.get("options", ()), layer="parcels")
        out = os.path.join(folder, "codes.geojson")
        run(forms.program, "export", forms.workspace, "parcels", out)
        with open(out, encoding="utf-8") as source:
            found = {row["properties"]["DLBM"]: row["properties"].get("code_system") for row in json.load(source)["features"]}
        os.remove(out)
        return found, report["notes"]

    found, notes = codes("second.geojson", {"TKXS": 0.1, "TKMJ": 2.0, "GDPDJ": "1"}, [("012", "水浇地"), ("122", "设施农用地"), ("0102", "水浇地")])
    expect(found == {"012": "survey2", "122": "survey2", "0102": None}, f"codes of the second survey: {found}")
    expect(any("three digits" in note and "TKXS, TKMJ, GDPDJ" in note for note in notes), f"the evidence is not noted: {notes}")
    found, _ = codes("third.geojson", {}, [("0102", "水浇地"), ("0602", "采矿用地"), ("1202", "设施农用地"), ("0702", "农村宅基地")])
    expect(set(found.values()) == {None}, f"codes of the third survey: {found}")
    found, _ = codes("plan.geojson", {}, [("0602", "设施农用地"), ("0703", "农村宅基地"), ("0101", "水田")])
    expect(found == {"0602": "planning", "0703": "planning", "0101": None}, f"codes of a plan: {found}")
    found, _ = codes("said.geojson", {"code_system": "survey"}, [("012", "水浇地")])
    expect(found == {"012": "survey"}, f"what a delivery says stands: {found}")


def listing(forms, folder):
    done = run(forms.program, "import", "--list", forms.base, f"{folder}/plan.gpkg")
    expect(all(word in done.stdout for word in ("DLTB_A", "DLTB_B", "XZQ", "TBBH text", "rows      6", "OGC:CRS84")), f"--list shows {done.stdout}")
    shown = run_json(forms.program, "import", "--list", f"{folder}/both.zip", "--json")
    expect([layer["layer"] for layer in shown] == ["大兴/DLTB", "通州/DLTB"] and shown[0]["encoding"].startswith("GBK"), f"--list shows {shown}")
    run(forms.program, "import", "--list", os.path.join(folder, "absent.shp"), code=3)
    run(forms.program, "import", forms.workspace, "form_areas", code=2)


def main():
    with temporary_folder() as temp:
        forms = Forms(sys.argv[1], temp)
        for part in (databases, archives, encodings, tables, drawings_and_maps, geometries, surveys, listing):
            if len(sys.argv) > 2 and part.__name__ not in sys.argv[2:]:
                continue
            folder = os.path.join(temp, "common" if part in (databases, archives, listing) else part.__name__)
            os.makedirs(folder, exist_ok=True)
            part(forms, folder)
            print(f"  {part.__name__.replace('_', ' ')}: as expected")
    print(f"{forms.count} forms give the same land or are refused as they should be")


if __name__ == "__main__":
    main()
