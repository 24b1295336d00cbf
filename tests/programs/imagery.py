#!/usr/bin/env python3
"""Rasters by the command line: an import keeps the file byte for byte and its footprint as a feature; editions, rollback, a
doctor that tells a changed file, backup and restore; wrong files end with a reason and a way out.

    imagery.py PROGRAM DELIVERY SHARED_DATA
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, fail, get_json, limit_memory, run, run_json, served, temporary_folder
from delivered import write

program, delivery, shared = sys.argv[1:4]
WEST, NORTH, PIXEL = 39440600, 4389200, 2  # zone 39, in the south of Beijing


def raster(path, *options, columns=60, rows=40, crs="EPSG:4527", place=True, value=4):
    corners = ["-a_ullr", WEST, NORTH, WEST + PIXEL * columns, NORTH - PIXEL * rows] if place else []
    run("gdal_create", "-q", "-of", "GTiff", "-outsize", columns, rows, "-bands", 1, "-burn", value, "-ot", "Byte",
        *(["-a_srs", crs] if crs else []), *corners, *options, path)
    return path


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def attachments(workspace):
    folder = os.path.join(workspace, "attachments")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def footprints(workspace, *options):
    out = os.path.join(workspace, "footprints.geojson")
    run(program, "export", workspace, "imagery", out, *options)
    with open(out, encoding="utf-8") as file:
        features = json.load(file)["features"]
    os.remove(out)
    return {feature["properties"]["file"]: feature for feature in features}


def refused(workspace, given, *words, options=(), layer="imagery"):
    done = run(program, "import", workspace, layer, given, *options, code=3, preexec_fn=limit_memory, timeout=300)
    for word in words:
        expect(word in done.stderr, f"{given}: the refusal does not say \"{word}\": {done.stderr}")


def damaged(workspace):
    report = json.loads(run(program, "doctor", workspace, "--json", code=None).stdout)
    return [check for check in report["checks"] if check["verdict"] == "damaged"]


def imports_and_editions(workspace, folder):
    cover = os.path.join(delivery, "imagery.tif")
    report = run_json(program, "import", workspace, "imagery", cover, "--as-of", "2024-10-05", "--json")
    expect((report["rows_in"], report["rows_published"]) == (1, 1), report)
    expect(report["sources"][0]["driver"] == "GTiff" and report["sources"][0]["crs"] == "EPSG:4527", report["sources"])
    expect(abs(report["area_m2"] / 1200 ** 2 - 1) < 1e-3, f"600 × 600 pixels of 2 m have {report['area_m2']} m²")
    feature = footprints(workspace)["imagery.tif"]["properties"]
    expect(feature["sha256"] == digest(cover), "the digest of the file")
    # GDAL writes text that is JSON as JSON.
    expect(feature["classes"]["4"].startswith("硬化"), feature["classes"])
    expect((feature["kind"], feature["bands"], feature["taken_on"].replace("/", "-"), feature["nodata"], feature["crs"], feature["datum"]) ==
           ("classes", 1, "2024-10-05", 0, "EPSG:4527", "cgcs2000"), feature)
    expect(abs(feature["pixel_m"] - 2) < 1e-3, feature["pixel_m"])
    expect(attachments(workspace) == [digest(cover)], attachments(workspace))
    kept = os.path.join(workspace, "attachments", digest(cover))
    expect(digest(kept) == digest(cover), "the kept file is another one")

    before = os.stat(kept).st_ino
    second = raster(os.path.join(folder, "second.tif"), "-mo", "CLASS_4=硬化", "-mo", "DATE=2025-04-01")
    report = run_json(program, "import", workspace, "imagery", cover, second, "--as-of", "2025-04-01", "--json")
    expect((report["edition"], report["added"], report["unchanged"]) == (2, 1, 1), report)
    expect(os.stat(kept).st_ino == before, "a raster that is kept already was written again")
    expect(attachments(workspace) == sorted([digest(cover), digest(second)]), attachments(workspace))
    told = run_json(program, "diff", workspace, "imagery", "1", "2", "--json")
    expect((told["added"], told["removed"]) == (1, 0), told)
    run(program, "rollback", workspace, "imagery", "1")
    expect(set(footprints(workspace)) == {"imagery.tif"}, "a rollback shows the first edition")
    run(program, "rollback", workspace, "imagery", "2")
    trail = run(program, "audit", workspace).stdout
    expect("imagery/2" in trail, trail)

    dry = raster(os.path.join(folder, "dry.tif"), "-mo", "CLASS_1=种植", value=1)
    report = run_json(program, "import", workspace, "imagery", dry, "--dry-run", "--json")
    expect(report["rows_published"] == 1 and any("does not say when" in warning for warning in report["warnings"]), report["warnings"])
    expect(digest(dry) not in attachments(workspace), "a dry run keeps nothing")
    grey = raster(os.path.join(folder, "grey.tif"))
    report = run_json(program, "import", workspace, "imagery", grey, "--dry-run", "--json")
    expect(any("CLASS_4" in warning for warning in report["warnings"]), report["warnings"])
    with served(program, workspace) as base:
        items = get_json(base + "/ogc/collections/imagery/items")
        expect(items["numberMatched"] == 2, "footprints over HTTP")


def wrong_files(workspace, folder):
    def at(name):
        return os.path.join(folder, name)

    before = attachments(workspace)
    no_crs = raster(at("no_crs.tif"), "-mo", "CLASS_4=硬化", crs=None)
    refused(workspace, no_crs, "does not guess", "--crs EPSG:4527")
    expect(run_json(program, "import", workspace, "imagery", no_crs, "--crs", "EPSG:4527", "--dry-run", "--json")["rows_published"] == 1, "--crs")
    refused(workspace, no_crs, "zone 38", options=("--crs", "EPSG:4526"))
    refused(workspace, raster(at("nowhere.tif"), crs="EPSG:4527", place=False), "georeference", "gdal_translate")
    refused(workspace, write(folder, "words.tif", "these are words"), "cannot read it as a raster")
    refused(workspace, write(folder, "empty.tif", ""), "empty")
    refused(workspace, at("absent.tif"), "no such file")
    refused(workspace, folder, "folder")
    refused(workspace, write(folder, "land.geojson", '{"type":"FeatureCollection","features":[]}'), "cannot read it as a raster")
    refused(workspace, write(folder, "a.vrt", '<VRTDataset rasterXSize="1" rasterYSize="1"/>'), "points to other files")
    refused(workspace, write(folder, "vrt.tif", '<VRTDataset rasterXSize="1" rasterYSize="1"/>'), "VRT")
    run("gdal_create", "-q", "-outsize", 20, 20, "-bands", 1, "-ot", "CFloat32", "-a_srs", "EPSG:4527", "-a_ullr", WEST, NORTH, WEST + 40,
        NORTH - 40, at("complex.tif"))
    refused(workspace, at("complex.tif"), "CFloat32", "-ot")
    run("gdal_translate", "-q", "-outsize", "500", "500", os.path.join(delivery, "imagery.tif"), at("whole.tif"))
    with open(at("whole.tif"), "rb") as file:
        whole = file.read()
    for share in (0.1, 0.5, 0.9):
        refused(workspace, write(folder, "cut.tif", whole[:int(share * len(whole))]), "cut.tif")
    refused(workspace, os.path.join(delivery, "imagery.tif"), "imagery FILE", layer="parcels")

    elevation = os.path.join(shared, "raster", "srtm3_N50E011.hgt.zip")
    if os.path.exists(elevation):
        refused(workspace, elevation, "unpack it first")
        with zipfile.ZipFile(elevation) as archive:
            archive.extract("N50E011.hgt", folder)
        refused(workspace, at("N50E011.hgt"), "SRTMHGT", "gdal_translate")
        run("gdal_translate", "-q", at("N50E011.hgt"), at("germany.tif"))
        refused(workspace, at("germany.tif"), "outside the layer's region")
        ugly = os.path.join(shared, "ugly")
        for name in ("gpkg_bad", "mapshaper"):
            for file in sorted(os.listdir(os.path.join(ugly, name)))[:10]:
                path = os.path.join(ugly, name, file)
                if os.path.isfile(path):
                    refused(workspace, path, file)
    elif "CI" in os.environ:
        fail("the shared data lacks the raster")
    expect(attachments(workspace) == before, "something of what was refused was kept")


def care(workspace, folder):
    expect(not damaged(workspace), f"a sound workspace is called damaged: {damaged(workspace)}")
    backup, back = os.path.join(folder, "ws.backup"), os.path.join(folder, "back")
    run(program, "backup", workspace, backup)
    run(program, "restore", backup, back)
    expect(attachments(back) == attachments(workspace), "rasters of the backup")
    for name in attachments(back):
        expect(digest(os.path.join(back, "attachments", name)) == name, "a restored raster is another one")

    name = attachments(back)[0]
    kept = os.path.join(back, "attachments", name)
    with open(kept, "r+b") as file:
        file.seek(os.path.getsize(kept) // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x40]))
    found = damaged(back)
    expect(len(found) == 1 and "raster" in found[0]["what"] and name in found[0]["found"], found)
    os.remove(kept)
    found = damaged(back)
    expect(len(found) == 1 and "missing" in found[0]["found"], found)
    run(program, "doctor", back, code=1)
    # The same file imported again mends it.
    sources = {digest(path): path for path in (os.path.join(delivery, "imagery.tif"), os.path.join(folder, "second.tif"))}
    run(program, "import", back, "imagery", *sources.values(), "--as-of", "2025-04-01")
    expect(not damaged(back), damaged(back))

    half = os.path.join(back, "attachments", f"imagery-{name}.part-0123456789ab")
    shutil.copy(kept, half)
    expect("attachments/imagery-" in run(program, "doctor", back).stdout, "a half copy is left over")
    run(program, "doctor", back, "--repair")
    expect(not os.path.exists(half), "a half copy goes by --repair")
    shutil.copy(kept, half)
    run(program, "import", back, "imagery", *sources.values(), "--as-of", "2025-04-02")
    expect(not os.path.exists(half), "a half copy goes by the next import")


with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    imports_and_editions(workspace, folder)
    wrong_files(workspace, folder)
    care(workspace, folder)
print("rasters are kept, counted into editions, checked and restored")
