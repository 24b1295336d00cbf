"""Six parcels in any form that surveyors deliver, and what must come of their import."""
import json
import os
import zipfile

from caitu import SANITIZED, expect, limit_memory, run, run_json

ROWS = [("1", "水浇地"), ("2", "旱地"), ("3", "果园"), ("4", "设施农用地"), ("5", "农村道路"), ("6", "坑塘水面")]
NAMES = dict(ROWS)
STEP, SIZE = 0.002, 0.001
LEFT, LOW = 116.5, 39.7
GK = "EPSG:4527"
LAYERS = {"form_areas": ["polygon"], "form_points": ["point"], "form_any": ["polygon", "line", "point"]}


def declare_layers(workspace):
    for name, kinds in LAYERS.items():
        with open(os.path.join(workspace, "layers", name + ".toml"), "w", encoding="utf-8") as out:
            out.write(f'id = "{name}"\ntitle = "{name}"\ngeometry = {kinds}\nkey = ["TBBH"]\nfield = [\n'
                      '  { name = "TBBH", title = "图斑编号", type = "text" },\n'
                      '  { name = "DLMC", title = "地类名称", type = "text" },\n]\n')


def corner(number):
    return LEFT + STEP * (number - 1), LOW


def ring(number):
    x, y = corner(number)
    return [[x, y], [x + SIZE, y], [x + SIZE, y + SIZE], [x, y + SIZE], [x, y]]


def wkt(number):
    return "POLYGON ((" + ", ".join(f"{x!r} {y!r}" for x, y in ring(number)) + "))"


def base_file(folder, name="base.geojson", rows=ROWS, kind="Polygon"):
    shape = {"Polygon": lambda number: [ring(number)], "Point": lambda number: list(corner(number))}[kind]
    features = [{"type": "Feature", "properties": {"TBBH": code, "DLMC": title}, "geometry": {"type": kind, "coordinates": shape(int(code))}}
                for code, title in rows]
    return write(folder, name, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))


def write(folder, name, content, encoding="utf-8"):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def convert(base, path, driver, *options):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    run("ogr2ogr", "-f", driver, *options, path, base)
    return path


def shapefile(base, folder, name, *options, encoding="GBK", cpg="keep", language=None):
    """A Shapefile whose .cpg is kept, left out (None) or says something else, and whose language byte may be set."""
    path = convert(base, os.path.join(folder, name + ".shp"), "ESRI Shapefile", "-lco", f"ENCODING={encoding}", *options)
    if cpg != "keep":
        os.remove(path[:-4] + ".cpg")
    if cpg not in ("keep", None):
        write(folder, name + ".cpg", cpg)
    if language is not None:
        with open(path[:-4] + ".dbf", "r+b") as table:
            table.seek(29)
            table.write(bytes([language]))
    return path


class GbkName(zipfile.ZipInfo):
    """An entry whose name is written as Chinese Windows writes it: in GBK, without saying so."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits


def zipped(path, files, kind=zipfile.ZipInfo):
    """`files`: name in the archive → file or folder on disk, or bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in files.items():
            entries = {name: source} if isinstance(source, bytes) or os.path.isfile(source) else {
                os.path.join(name, inner): os.path.join(source, inner) for inner in sorted(os.listdir(source))}
            for entry, content in entries.items():
                if not isinstance(content, bytes):
                    with open(content, "rb") as opened:
                        content = opened.read()
                info = kind(entry)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content)
    return path


def parts_of(shp, stem):
    return {stem + ending: shp[:-4] + ending for ending in (".shp", ".shx", ".dbf", ".prj", ".cpg") if os.path.exists(shp[:-4] + ending)}


class Forms:
    def __init__(self, program, temp):
        self.program, self.temp, self.count = program, temp, 0
        self.workspace = os.path.join(temp, "ws")
        run(program, "init", self.workspace)
        declare_layers(self.workspace)
        self.base = base_file(temp)
        self.area = self.report(self.base)["area_m2"]
        expect(abs(self.area / 6 - 9521.5) < 10, f"the parcels have {self.area / 6} m² each")  # 0.001° × 0.001° at 39.7° N

    def report(self, given, *options, layer="form_areas"):
        files = [given] if isinstance(given, str) else given
        return run_json(self.program, "import", self.workspace, layer, *files, *options, "--json")

    def names(self, layer):
        out = os.path.join(self.temp, "out.geojson")
        run(self.program, "export", self.workspace, layer, out)
        with open(out, encoding="utf-8") as source:
            rows = {row["properties"]["TBBH"]: row["properties"]["DLMC"] for row in json.load(source)["features"]}
        os.remove(out)
        return rows

    def same(self, what, given, *options, layer="form_areas", crs=None, says=None, names=None, area=1e-6):
        """The six parcels come of it: their number, text, area and, where they are said, CRS and a note."""
        report = self.report(given, *options, layer=layer)
        expect((report["rows_in"], report["rows_published"]) == (6, 6), f"{what}: {report['rows_published']} of {report['rows_in']} rows: "
                                                                        f"{report['refused_by_reason']}")
        found = self.names(layer)
        expect(found == (names or NAMES), f"{what}: its text is {found}")
        if layer == "form_areas":
            expect(abs(report["area_m2"] / self.area - 1) < area, f"{what}: {report['area_m2']} m², not {self.area}")
        else:
            expect(report["unchanged"] + report["changed"] + report["added"] == 6, f"{what}: {report}")
        if crs:
            expect(crs in report["sources"][0]["crs"], f"{what}: its CRS was taken to be {report['sources'][0]['crs']}")
        if says:
            expect(says in json.dumps(report, ensure_ascii=False), f"{what}: the report does not say \"{says}\": {json.dumps(report, ensure_ascii=False)}")
        self.count += 1
        return report

    def refused(self, what, given, words, *options, layer="form_areas", code=3):
        files = [given] if isinstance(given, str) else given
        done = run(self.program, "import", self.workspace, layer, *files, *options, code=code, timeout=600 if SANITIZED else 60,
                   preexec_fn=limit_memory)
        for word in [words] if isinstance(words, str) else words:
            expect(word in done.stderr, f"{what}: the refusal does not say \"{word}\": {done.stderr}")
        self.count += 1
