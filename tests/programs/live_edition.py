#!/usr/bin/env python3
"""An edition imported by the command line shows up in a running server: no restart, not one failed request, and a page that
was begun before goes on in the edition that it began with.

    live_edition.py PROGRAM DELIVERY
"""
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, get, get_json, run, run_json, served, temporary_folder

program, delivery = sys.argv[1:3]
plan = os.path.join(delivery, "plan.gpkg")

with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    first = run_json(program, "import", workspace, "reserve", plan + ":reserve", "--as-of", "2024-01-01", "--json")
    with served(program, workspace) as base:
        failures, asked, stop = [], [0], threading.Event()

        def ask():
            while not stop.is_set():
                for address in ("/tiles/plan/9/421/193", "/ogc/collections/reserve/items?limit=50", "/query/at?lon=116.6&lat=39.7"):
                    status, _, body = get(base + address)
                    asked[0] += 1
                    if status not in (200, 204):
                        failures.append((address, status, body[:200]))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        page = get_json(base + "/ogc/collections/reserve/items?limit=20")
        tile_before = get(base + "/tiles/plan/9/421/193")[1]["ETag"]

        second = run_json(program, "import", workspace, "reserve", plan + ":protected", "--as-of", "2025-01-01", "--json")
        deadline = time.monotonic() + 5
        while get_json(base + "/ogc/collections/reserve")["edition"] != 2:
            expect(time.monotonic() < deadline, "the new edition did not show within 5 s")
            time.sleep(0.05)
        taken = time.monotonic()

        following = next(link["href"] for link in page["links"] if link["rel"] == "next")
        rest = get_json(following)
        expect(rest["edition"] == 1, "a page begun in edition 1 went on in another")
        expect(rest["numberMatched"] == first["rows_published"], "the pinned edition changed its count")
        now = get_json(base + "/ogc/collections/reserve/items?limit=1")
        expect(now["numberMatched"] == second["rows_published"] and now["edition"] == 2, "the new edition is not what was imported")
        expect(get(base + "/tiles/plan/9/421/193")[1]["ETag"] != tile_before, "the tile is still that of the old edition")
        past = get_json(base + "/ogc/collections/reserve/items?limit=1&datetime=2024-06-30")
        expect(past["edition"] == 1, "as of 2024 the land is that of edition 1")
        stop.set()
        for thread in threads:
            thread.join()
        expect(not failures, f"{len(failures)} of {asked[0]} requests failed: {json.dumps(failures[:3], default=str)}")
print(f"{asked[0]} requests, none failed")
