#!/usr/bin/env python3
"""kill -9 at ten random moments of an import leaves the old edition current, and the next import clean.

    import_killed.py PROGRAM DELIVERY [SEED]
"""
import glob
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, run_json, temporary_folder

program, delivery = sys.argv[1:3]
seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
print(f"seed {seed}")
chance = random.Random(seed)
parcels = sorted(glob.glob(os.path.join(delivery, "parcels", "DLTB_*.shp")))

with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    began = time.monotonic()
    first = run_json(program, "import", workspace, "parcels", *parcels, "--as-of", "2024-01-01", "--json")
    whole = time.monotonic() - began
    expect(first["edition"] == 1 and first["rows_published"] > 0, "the first import published nothing")
    before = run_json(program, "editions", workspace, "parcels", "--json")

    for number in range(10):
        process = subprocess.Popen([program, "import", workspace, "parcels", *parcels, "--as-of", "2025-01-01", "--map", "KCMJ=TBDLMJ", "--map", "TBDLMJ=KCMJ"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = chance.uniform(0, whole)
        try:
            process.wait(timeout=moment)
            ended = "ended by itself"
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            ended = "killed"
        after = run_json(program, "editions", workspace, "parcels", "--json")
        print(f"  {number}: {ended} after {moment:.2f} s of {whole:.2f} s; {len(after)} editions")
        if ended == "killed":
            current = [edition for edition in after if edition["current"]]
            expect(after == before or len(after) == len(before) + 1, "an edition changed or vanished")
            expect(len(current) == 1, "there is no current edition")
        before = after
        shown = run("ogrinfo", "-so", "-al", os.path.join(workspace, "caitu.db"), "parcels").stdout
        expect(f"Feature Count: {first['rows_published']}" in shown, f"QGIS would see another count:\n{shown[:800]}")

    last = run_json(program, "import", workspace, "parcels", *parcels, "--as-of", "2026-01-01", "--json")
    expect(last["rows_published"] == first["rows_published"], "the import after the kills lost rows")
    expect(abs(last["mu"] - first["mu"]) < 1e-9, "the import after the kills lost land")
    snapshots = sorted(os.listdir(os.path.join(workspace, "snapshots")))
    # Beside the snapshots, the rows that the next import knows.
    left = [name for name in snapshots if not name.endswith(".snapshot") and name != f"parcels-{last['edition']}.rows"]
    expect(not left, f"something was left behind: {left}")
    check = run("sqlite3", os.path.join(workspace, "caitu.db"), "PRAGMA integrity_check").stdout.strip()
    expect(check == "ok", check)
print("ten kills, nothing lost")
