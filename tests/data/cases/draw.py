#!/usr/bin/env python3
"""Draws the acceptance cases of the greenhouse check into this folder. Drawn from DOMAIN and FACTS alone, all made up.

    draw.py           writes every case
    draw.py --check   writes nothing; fails where a case on disk is not what would be drawn
"""
import pathlib
import sys

sys.dont_write_bytecode = True
from drawing import auxiliary, filing, greenhouses, huts, nonfarm, tillage

HERE = pathlib.Path(__file__).parent


def drawn():
    files = {}
    for module in (nonfarm, greenhouses, huts, auxiliary, tillage, filing):
        for case in module.cases():
            if case.name in files:
                sys.exit(f"two cases are called {case.name}")
            files[case.name] = case.written()
    return files


def main():
    files = drawn()
    on_disk = {path.stem: path for path in HERE.glob("*.geojson")}
    if "--check" in sys.argv[1:]:
        wrong = [name for name in sorted(files.keys() | on_disk.keys())
                 if name not in files or name not in on_disk or on_disk[name].read_text("utf-8") != files[name]]
        sys.exit("not as drawn: " + ", ".join(wrong) if wrong else 0)
    for name in on_disk.keys() - files.keys():
        print(f"{name}.geojson is no case of this script", file=sys.stderr)
    for name, text in files.items():
        (HERE / f"{name}.geojson").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
