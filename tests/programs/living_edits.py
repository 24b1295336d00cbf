#!/usr/bin/env python3
"""Edits of a living layer while a big import runs: none is refused, none is lost, readers see each of them, and a server that
is killed in the middle has lost nothing that it acknowledged.

    living_edits.py PROGRAM DELIVERY [--parcels N] [--demo CAITU_DEMO] [--timings]

`--parcels N` makes a delivery of N parcels of its own (with --demo, the program that makes them), in place of DELIVERY's.
`--timings` also holds the times: 200 ms for the slowest edit, 1 s until readers see one.
"""
import argparse
import glob
import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, get, run, run_json, temporary_folder
from edits import Editor, expected, shown

RATE, EDITORS, LONGEST_MS, SEEN_S, LEAST_S = 50, 4, 200, 1.0, 8

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("delivery")
parser.add_argument("--parcels", type=int)
parser.add_argument("--demo")
parser.add_argument("--timings", action="store_true")
asked = parser.parse_args()


def start(workspace):
    process = subprocess.Popen([asked.program, "serve", workspace, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    found = re.search(r"127.0.0.1:(\d+)", process.stdout.readline())
    expect(found, "the server did not start")
    return process, int(found.group(1))


def edit_while(editors, stop):
    """Each editor at its share of the rate, until `stop`."""
    def work(editor):
        due, number = time.monotonic(), len(editor.times)
        while not stop.is_set():
            try:
                editor.edit(number)
            except (OSError, http.client.HTTPException):
                return  # the server was killed; what it did not answer counts for nothing
            number += 1
            due += EDITORS / RATE
            time.sleep(max(0.0, due - time.monotonic()))
    threads = [threading.Thread(target=work, args=(editor,)) for editor in editors]
    for thread in threads:
        thread.start()
    return threads


def watch(port, editors, stop, delays):
    """How long after its answer a new point is seen by a reader. Asks for that one: whole pages, read here, would hold up the editors,
    who share this process's one interpreter."""
    while not stop.is_set():
        latest = editors[0].latest
        if latest is None:
            time.sleep(0.01)
            continue
        answered, feature = latest
        address = f"http://127.0.0.1:{port}/ogc/collections/points/items/{feature}"
        while not (seen := get(address)[0] == 200) and feature in editors[0].features and not stop.is_set():
            time.sleep(0.02)
        if seen:
            delays.append(time.monotonic() - answered)
        time.sleep(0.3)


def told(name, values, unit):
    values = sorted(values)
    at = lambda share: values[min(len(values) - 1, int(share * len(values)))]
    print(f"{name}: {len(values)}, p50 {at(0.5):.3g} {unit}, p95 {at(0.95):.3g} {unit}, slowest {values[-1]:.3g} {unit}")
    return values[-1] if values else 0


def join(threads):
    for thread in threads:
        thread.join()


with temporary_folder() as folder:
    workspace, delivery = os.path.join(folder, "ws"), asked.delivery
    if asked.parcels:
        delivery = os.path.join(folder, "delivery")
        run(asked.demo, delivery, "--parcels", asked.parcels)
    parcels = sorted(glob.glob(os.path.join(delivery, "parcels", "DLTB_*.shp")))
    run(asked.program, "init", workspace)
    run(asked.program, "import", workspace, "districts", os.path.join(delivery, "plan.gpkg") + ":districts")
    token = run_json(asked.program, "account", "add", workspace, "li", "--role", "inspector", "--json")["token"]

    server, port = start(workspace)
    editors = [Editor(port, token, f"e{i}") for i in range(EDITORS)]
    stop, delays = threading.Event(), []
    threads = edit_while(editors, stop)
    threads.append(threading.Thread(target=watch, args=(port, editors, stop, delays)))
    threads[-1].start()
    begun, imports = time.monotonic(), 0
    while imports < 2 or time.monotonic() - begun < LEAST_S:
        imports += 1
        as_of = f"20{imports:02}-01-01"
        run(asked.program, "import", workspace, "parcels", *parcels, "--as-of", as_of)
    imported = time.monotonic() - begun
    stop.set()
    join(threads)
    time.sleep(2 * SEEN_S)
    expect(shown(port) == expected(editors), "readers do not see what was edited")

    # Killed while editing: what was answered is there after a restart.
    stop = threading.Event()
    threads = edit_while(editors, stop)
    time.sleep(1.5)
    server.send_signal(signal.SIGKILL)
    server.wait()
    stop.set()
    join(threads)
    server, port = start(workspace)
    after, wanted = shown(port), expected(editors)
    # An edit whose answer the kill cut off may stand or not.
    open_ends = {editor.unanswered[0] for editor in editors if editor.unanswered}
    differing = [key for key in after.keys() | wanted.keys() if after.get(key) != wanted.get(key) and key not in open_ends]
    expect(not differing, f"{len(differing)} features are not as acknowledged after kill -9: {differing[:5]}")
    server.send_signal(signal.SIGTERM)
    server.wait()

    times = [t for editor in editors for t in editor.times]
    refused = [r for editor in editors for r in editor.refused]
    print(f"{imports} imports of the parcels: {imported:.1f} s, {len(times) / max(imported, 0.001):.0f} edits a second")
    slowest, unseen = told("edits", times, "ms"), told("seen after", delays, "s")
    expect(not refused, f"{len(refused)} edits were refused: {refused[:3]}")
    expect(len(delays) > 0, "no edit was watched")
    if asked.timings:
        expect(slowest <= LONGEST_MS, f"an edit took {slowest:.0f} ms")
        expect(unseen <= SEEN_S, f"an edit was not seen for {unseen:.2f} s")
