#!/usr/bin/env python3
"""The audit of the made parcels finds what faults.csv says: every overlap, gap and sliver once, and no others.

    coverage_planted.py PROGRAM TEST_ANALYSIS WORKSPACE

The comparison is the hidden test [planted] of test_analysis, over the snapshot that the import left.
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import run


def main():
    test_analysis, workspace = sys.argv[2:4]
    snapshot, = glob.glob(os.path.join(workspace, "snapshots", "parcels-*.snapshot"))
    faults = os.path.join(workspace, "delivery", "faults.csv")
    run(test_analysis, "[planted]", env={**os.environ, "CAITU_SNAPSHOT": snapshot, "CAITU_FAULTS": faults})


main()
