#!/usr/bin/env python3
"""Layers that are no coverage in fact: what the audit finds in real files is what GEOS finds pair by pair.

    coverage_real.py PROGRAM TEST_ANALYSIS DATA_FOLDER

The comparison is the hidden test [real] of test_analysis, over the snapshot that an import leaves.
"""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, temporary_folder

# Layer, its key, and how many pairs must share more than 0.01 m². README.md of the data counts 55 pairs of parcels as they are
# delivered; the repair of invalid ones makes one overlap more or less of them. Of the buildings, 7,485 repeat another one exactly.
LAYERS = [("cadastre", "ML", "cambridge_parcels_fy2013.fgb", range(50, 61)), ("buildings", "osm", "nyc_buildings_osm.fgb", range(7485, 100000))]


def main():
    program, test_analysis, data = sys.argv[1:4]
    if not os.path.isdir(data):
        print(f"skipped: there is no {data}")
        sys.exit(1 if os.environ.get("CI") else 77)
    with temporary_folder() as temp:
        workspace = os.path.join(temp, "ws")
        run(program, "init", workspace)
        run("zstd", "-q", "-d", os.path.join(data, "nyc_buildings_osm.fgb.zst"), "-o", os.path.join(temp, "nyc_buildings_osm.fgb"))
        for layer, key, file, wanted in LAYERS:
            with open(os.path.join(workspace, "layers", layer + ".toml"), "w", encoding="utf-8") as out:
                out.write(f'id = "{layer}"\ntitle = "{layer}"\ngeometry = ["polygon"]\nkey = ["{key}"]\n'
                          f'field = [{{ name = "{key}", title = "{key}", type = "text", aliases = ["id"] }}]\n')
            folder = temp if os.path.exists(os.path.join(temp, file)) else data
            run(program, "import", workspace, layer, os.path.join(folder, file))
            snapshot, = glob.glob(os.path.join(workspace, "snapshots", layer + "-*.snapshot"))
            shown = run(test_analysis, "[real]", env={**os.environ, "CAITU_SNAPSHOT": snapshot}).stdout
            pairs = int(re.search(r"(\d+) pairs share", shown).group(1))
            print(f"  {file}: {shown.splitlines()[1]}; {pairs} pairs share more than 0.01 m²")
            expect(pairs in wanted, f"{file}: {pairs} pairs share more than 0.01 m², not {wanted.start} to {wanted.stop - 1}")


main()
