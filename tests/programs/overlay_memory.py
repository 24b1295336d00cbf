#!/usr/bin/env python3
"""A million parcels, from a file and by 64 MB of memory: what is not mapped stays small, and the bytes are those of any run.

    overlay_memory.py PROGRAM MAKE_WORKSPACE WORKSPACE PARCELS
"""
import hashlib
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import large_workspace
from caitu import expect, run, temporary_folder

program, make_workspace, workspace, parcels = sys.argv[1:5]
MOST_MIB = 128


def digest(file):
    with open(file, "rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def peak_of(*command):
    """The most memory that belonged to no file, in MiB, looked at every few milliseconds."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                peak = max([peak, *(int(line.split()[1]) >> 10 for line in status if line.startswith("RssAnon:"))])
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.01)
    expect(process.returncode == 0, f"{command} ended with {process.returncode}: {process.stderr.read()}")
    return peak


large_workspace.make(program, make_workspace, workspace, int(parcels))
with temporary_folder() as folder:
    file, small, large = (os.path.join(folder, name) for name in ("parcels.fgb", "small.gpkg", "large.gpkg"))

    def intersection(given, *options):
        return [program, "overlay", "intersection", given, workspace + ":towns", *options, "--fields", "DLBM"]

    run(program, "export", workspace, "parcels", file)
    for given in (workspace + ":parcels", file):
        peak = peak_of(*intersection(given, small, "--memory", "64M"))
        print(f"  {os.path.basename(given)}: {peak} MiB")
        expect(os.environ.get("CAITU_SANITIZED") or peak < MOST_MIB, f"--memory 64M took {peak} MiB")
    run(*intersection(file, large))
    expect(digest(small) == digest(large), "memory changes the bytes")
