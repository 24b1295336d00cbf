#!/usr/bin/env python3
"""What would lead out of a delivered file, fill the machine or hold the program for ever is refused, in bounded time and memory,
with the reason and a way out.

    hostile.py PROGRAM
"""
import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import temporary_folder
from delivered import Forms, convert, shapefile, write, zipped


def bomb(levels):
    names = [chr(ord("a") + n) for n in range(levels)]
    entities = "".join(f'<!ENTITY {name} "{("&" + before + ";") * 10 if before else "x" * 100}">' for before, name in zip([None, *names], names))
    return f'<?xml version="1.0"?><!DOCTYPE kml [{entities}]><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&{names[-1]};</name></Placemark></Document></kml>'


def hostile(forms, folder):
    for given in ("PG:dbname=land", "https://example.org/a.geojson", "/vsicurl/https://example.org/a.shp", "WFS:http://example.org", "/vsizip//etc/a.zip"):
        forms.refused(given, given, "local files only")
    secret = write(folder, "secret.csv", "TBBH,lon,lat\n1,116,40\n")
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    forms.refused("a VRT", write(folder, "a.vrt", vrt), "points to other files")
    forms.refused("a VRT under another name", write(folder, "a.geojson", vrt), "GDAL cannot read")
    virtual = f"{folder}/virtual.sqlite"
    shutil.copy(convert(forms.base, f"{folder}/plain.sqlite", "SQLite", "-dsco", "SPATIALITE=YES"), virtual)
    with sqlite3.connect(virtual) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'v', 'v', 0, ?)",
                         (f"CREATE VIRTUAL TABLE v USING VirtualText('{secret}', UTF8, 1, POINT, DOUBLEQUOTE, ',')",))
    forms.refused("a database whose table is another file", virtual, "lies in another file")
    fifo = os.path.join(folder, "pipe.geojson")
    os.mkfifo(fifo)
    forms.refused("a pipe", fifo, "it is no file")
    forms.refused("an empty file", write(folder, "empty.shp", ""), "empty")
    forms.refused("a name that leads out of a .zip", zipped(f"{folder}/out.zip", {"../../etc/land.geojson": forms.base}), "outside itself")
    zeros = b"\0" * (64 << 20)
    forms.refused("a .zip that unpacks to far too much", zipped(f"{folder}/bomb.zip", {f"land{n}.shp": zeros for n in range(5)}), "unpack to more")
    forms.refused("a .kmz that unpacks to far too much", zipped(f"{folder}/bomb.kmz", {f"doc{n}.kml": zeros for n in range(5)}), "unpack to more")
    forms.refused("a .zip that is none", write(folder, "no.zip", "PK\x03\x04 and no more"), "no .zip that can be read")
    forms.refused("entities that swell", write(folder, "bomb.kml", bomb(12)), "bomb.kml")
    forms.refused("entities that swell in GML", write(folder, "bomb.gml", bomb(12).replace("kml", "gml")), "bomb.gml")
    forms.refused("JSON of a hundred thousand levels", write(folder, "deep.geojson", '{"type":"Point","coordinates":' + "[" * 100000), "deep.geojson")
    forms.refused("a table of one endless line", write(folder, "line.csv", "TBBH,WKT\n1,\"" + "x" * (30 << 20)), "line.csv", "--crs", "EPSG:4490")
    def claiming(name, ending, at, size):
        shp = shapefile(forms.base, folder, name, encoding="UTF-8")
        with open(shp[:-4] + ending, "r+b") as part:
            part.seek(at)
            part.write(size)
        return shp

    forms.same("a table that claims two billion rows, of which six have land", claiming("rows", ".dbf", 4, b"\xff\xff\xff\x7f"))
    forms.refused("an index that claims a billion rows", claiming("index", ".shx", 24, b"\x7f\xff\xff\xff"), "index.shp")
    forms.refused("a row that claims two billion points", claiming("points", ".shp", 100 + 8 + 40, b"\xff\xff\xff\x7f"), "points.shp")
    with open(convert(forms.base, f"{folder}/cut.fgb", "FlatGeobuf"), "r+b") as short:
        short.truncate(os.path.getsize(f"{folder}/cut.fgb") - 100)
    forms.refused("a file cut short", f"{folder}/cut.fgb", "row 6")
    loop = os.path.join(folder, "loop")
    os.makedirs(loop)
    os.symlink(loop, os.path.join(loop, "again"))
    forms.refused("a folder in itself", loop, "no vector data")


def main():
    with temporary_folder() as temp:
        forms = Forms(sys.argv[1], temp)
        hostile(forms, os.path.join(temp, "hostile"))
    print(f"{forms.count} hostile deliveries end as they should")


main()
