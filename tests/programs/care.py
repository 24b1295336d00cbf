#!/usr/bin/env python3
"""Care of a workspace: a snapshot that is cut while it is served, backups beside a server and imports, a doctor that tells.

    care.py PROGRAM DELIVERY
"""
import json
import os
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, get, get_json, run, run_json, served, temporary_folder

program, delivery = sys.argv[1:3]
plan = os.path.join(delivery, "plan.gpkg")


def damaged(workspace):
    report = json.loads(run(program, "doctor", workspace, "--json", code=None).stdout)
    return [check for check in report["checks"] if check["verdict"] == "damaged"]


def cut_while_served(workspace):
    """No crash and no wrong answer while a snapshot is cut under the server, and right answers again within seconds."""
    with served(program, workspace) as base:
        addresses = [base + path for path in ("/ogc/collections/reserve/items?limit=1000", "/ogc/collections/reserve/items?limit=5000",
                                              "/tiles/plan/9/421/193", "/query/totals?by=towns&layer=reserve")]
        right = {address: get(address)[2] for address in addresses}
        failures, errors, stop = [], [0], threading.Event()

        def ask(offset):
            at = offset
            while not stop.is_set():
                address = addresses[at % len(addresses)]
                at += 1
                try:
                    status, _, body = get(address, {"Cache-Control": "no-cache"})
                except Exception:  # a stream that was cut: half an answer never looks whole
                    errors[0] += 1
                    continue
                if status >= 500:
                    errors[0] += 1
                elif status != 200 or body != right[address]:
                    failures.append((address, status, len(body)))

        threads = [threading.Thread(target=ask, args=(offset,), daemon=True) for offset in range(4)]
        for thread in threads:
            thread.start()
        file = os.path.join(workspace, "snapshots", "reserve-1.snapshot")
        whole = os.path.getsize(file)
        for length in (0, 1000, 4096, whole // 4, whole // 2):
            time.sleep(0.3)
            os.truncate(file, length)
            deadline = time.monotonic() + 30
            while os.path.getsize(file) != whole:
                expect(time.monotonic() < deadline, f"the snapshot cut to {length} bytes was not built again")
                time.sleep(0.05)
        time.sleep(0.3)
        stop.set()
        for thread in threads:
            thread.join()
        expect(not failures, f"wrong answers: {failures[:3]}")
        for address in addresses:
            expect(get(address)[2] == right[address], f"{address} is not right again")
        print(f"  five cuts, {errors[0]} errors told, no wrong answer")


def backups_while_serving(workspace, folder):
    with served(program, workspace) as base:
        stop = threading.Event()

        def deliver():
            while not stop.is_set():
                run(program, "import", workspace, "protected", plan + ":protected", "--as-of", "2025-01-01")

        importer = threading.Thread(target=deliver, daemon=True)
        importer.start()
        for number in range(3):
            backup, back = os.path.join(folder, f"{number}.backup"), os.path.join(folder, f"back{number}")
            run(program, "backup", workspace, backup)
            run(program, "restore", backup, back)
            expect(not damaged(back), f"the restored workspace is damaged: {damaged(back)}")
            for layer in ("reserve", "protected"):
                editions = run_json(program, "editions", back, layer, "--json")
                beside = {e["edition"]: e for e in run_json(program, "editions", workspace, layer, "--json")}
                for edition in editions:
                    expect(beside[edition["edition"]]["digest"] == edition["digest"], "an edition of the backup is another one")
        stop.set()
        importer.join()
        expect(get_json(base + "/ogc/collections/protected/items?limit=1")["numberMatched"] > 0, "the server stopped serving")
    run(program, "backup", workspace, os.path.join(folder, "0.backup"), code=2)
    run(program, "restore", os.path.join(folder, "0.backup"), os.path.join(folder, "back0"), code=2)


def damage_is_told(workspace, folder):
    expect(not damaged(workspace), f"a sound workspace is called damaged: {damaged(workspace)}")
    broken = os.path.join(folder, "broken")
    shutil.copytree(workspace, broken)
    run("sqlite3", os.path.join(broken, "caitu.db"), "UPDATE reserve_rows SET area_m2 = area_m2 + 1 WHERE row_id = 3")
    run(program, "doctor", broken, code=1)
    run(program, "doctor", broken, "--repair", code=1)
    shutil.rmtree(broken)
    shutil.copytree(workspace, broken)
    os.truncate(os.path.join(broken, "snapshots", "reserve-1.snapshot"), 5000)
    os.remove(os.path.join(broken, "snapshots", "protected-1.snapshot"))
    run(program, "doctor", broken, code=1)
    told = run(program, "doctor", broken, "--repair").stdout
    expect("nothing is damaged" in told, told)
    run(program, "doctor", broken)
    run(program, "doctor", os.path.join(folder, "nowhere"), code=2)


with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    for layer in ("towns", "districts", "reserve", "protected"):
        run(program, "import", workspace, layer, plan + ":" + layer, "--as-of", "2024-01-01")
    run(program, "migrate", workspace)
    damage_is_told(workspace, folder)
    cut_while_served(workspace)
    backups_while_serving(workspace, folder)
print("cut, copied, damaged: all told")
