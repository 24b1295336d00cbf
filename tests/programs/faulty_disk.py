#!/usr/bin/env python3
"""Imports, edits, roll-backs and backups on a disk that fails, and programs that are killed between two halves of a write:
after each, `caitu doctor` finds nothing, nothing acknowledged is lost, and the same work then succeeds.

    faulty_disk.py PROGRAM FAULTY_DISK DELIVERY [--kills N] [--faults N] [--seed S] [--only OPERATION]

FAULTY_DISK is tests/support/faulty_disk.cpp, built as a library to preload. N is for all operations together.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, run_json, temporary_folder

WAYS = ["eio", "enospc", "short"]
DISK_SIGNS = ["the disk is full", "the disk failed", "No space left on device", "Input/output error"]


class Disk:
    """Runs programs with the failing disk under them."""

    def __init__(self, library, folder):
        self.library, self.count_file = library, os.path.join(folder, "calls")

    def environment(self, under, fault, at):
        return dict(os.environ, LD_PRELOAD=self.library, CAITU_FAULT_UNDER=under, CAITU_FAULT=fault, CAITU_FAULT_AT=str(at),
                    CAITU_FAULT_COUNT=self.count_file)

    def run(self, command, under, fault, at=0):
        return subprocess.run([str(part) for part in command], env=self.environment(under, fault, at), capture_output=True,
                              text=True, errors="replace", timeout=300)

    def calls(self):
        with open(self.count_file) as file:
            return int(file.read())


class Operation:
    """One kind of work: `command` does it, `expect_whole` says what must hold whatever happened to it, where `done` tells
    whether the program had said that it was done."""

    def __init__(self, program, delivery):
        self.program, self.delivery = program, delivery

    def prepare(self, folder):
        workspace = os.path.join(folder, "ws")
        run(self.program, "init", workspace)
        self.import_bases(workspace, "2024-01-01")
        self.import_bases(workspace, "2025-01-01", ["--map", "operator=所在县", "--map", "county=经营主体"])
        return workspace

    def bases(self):
        return os.path.join(self.delivery, "ring_bases", "ring_bases_zone39.shp")

    def import_command(self, workspace, as_of, more=()):
        return [self.program, "import", workspace, "ring_bases", self.bases(), "--as-of", as_of, *more]

    def import_bases(self, workspace, as_of, more=()):
        run(*self.import_command(workspace, as_of, more))

    def editions(self, workspace, layer="ring_bases"):
        return run_json(self.program, "editions", workspace, layer, "--json")


class Import(Operation):
    """The first edition of a layer."""
    name = "import"

    def command(self, folder):
        return [self.program, "import", os.path.join(folder, "ws"), "districts", os.path.join(self.delivery, "plan.gpkg:districts"),
                "--as-of", "2024-01-01"]

    def expect_whole(self, folder, done):
        layers = run_json(self.program, "layers", os.path.join(folder, "ws"), "--json")
        imported = any(layer["layer"] == "districts" for layer in layers)
        expect(imported or not done, "an import that said it was done is not there")
        expect(len(self.editions(os.path.join(folder, "ws"))) == 2, "an edition of another layer is lost")


class Publish(Operation):
    """A further edition, with everything changed."""
    name = "publish"

    def command(self, folder):
        return self.import_command(os.path.join(folder, "ws"), "2026-01-01")

    def expect_whole(self, folder, done):
        editions = self.editions(os.path.join(folder, "ws"))
        expect(len(editions) in ([3] if done else [2, 3]), f"there are {len(editions)} editions")
        expect(editions[-1]["current"], "the newest edition is not current")


class Rollback(Operation):
    """An older edition is made current."""
    name = "rollback"

    def command(self, folder):
        return [self.program, "rollback", os.path.join(folder, "ws"), "ring_bases", "1"]

    def expect_whole(self, folder, done):
        current = [edition["edition"] for edition in self.editions(os.path.join(folder, "ws")) if edition["current"]]
        expect(current in ([[1]] if done else [[1], [2]]), f"current are {current}")


class Backup(Operation):
    """A backup, which is whole under its name or not there."""
    name = "backup"

    def command(self, folder):
        return [self.program, "backup", os.path.join(folder, "ws"), os.path.join(folder, "ws", "backup.caitu")]

    def expect_whole(self, folder, done):
        backup, restored = os.path.join(folder, "ws", "backup.caitu"), os.path.join(folder, "restored")
        expect(os.path.exists(backup) or not done, "a backup that was acknowledged is not there")
        if os.path.exists(backup):
            run(self.program, "restore", backup, restored)
            expect(self.editions(restored) == self.editions(os.path.join(folder, "ws")), "the backup holds other editions")
            shutil.rmtree(restored)
            os.remove(backup)


class Account(Operation):
    """An account is made, with its audit row."""
    name = "account"

    def command(self, folder):
        return [self.program, "account", "add", os.path.join(folder, "ws"), "zhang", "--role", "inspector"]

    def expect_whole(self, folder, done):
        names = [account["name"] for account in run_json(self.program, "account", "list", os.path.join(folder, "ws"), "--json")]
        expect(names == ["zhang"] or not done and names == [], f"accounts are {names}")
        if names:
            run(self.program, "account", "revoke", os.path.join(folder, "ws"), "zhang", code=None)


OPERATIONS = [Import, Publish, Rollback, Backup, Account]


def attempt(operation, disk, ready, folder, fault, at):
    """One failure; the text says how the program ended."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ready, folder)
    workspace = os.path.join(folder, "ws")
    done = disk.run(operation.command(folder), workspace, fault, at)
    killed = fault == "kill" and done.returncode == -signal.SIGKILL
    expect(killed or done.returncode in (0, 1, 3), f"the program ended with {done.returncode}:\n{done.stderr[-2000:]}")
    if not killed and done.returncode != 0:
        expect(any(sign in done.stderr for sign in DISK_SIGNS), f"the message does not say that it is the disk:\n{done.stderr[-1000:]}")
    run(operation.program, "doctor", workspace)
    operation.expect_whole(folder, done.returncode == 0)
    again = run(*operation.command(folder), code=None)
    expect(again.returncode == 0 or "already" in again.stderr, f"the work does not succeed afterwards:\n{again.stderr[-2000:]}")
    run(operation.program, "doctor", workspace)
    return "killed" if killed else f"ended with {done.returncode}"


def torture(operation, disk, folder, chance, kills, faults):
    ready, tried = os.path.join(folder, "ready"), os.path.join(folder, "tried")
    os.makedirs(ready)
    operation.prepare(ready)
    shutil.copytree(ready, tried)
    whole = disk.run(operation.command(tried), os.path.join(tried, "ws"), "count")
    expect(whole.returncode == 0, f"{operation.name} fails on a sound disk:\n{whole.stderr}")
    calls = disk.calls()
    expect(calls > 0, f"{operation.name} wrote nothing")
    plan = [("kill", chance.randint(1, calls)) for _ in range(kills)] + \
           [(WAYS[i % len(WAYS)], chance.randint(1, calls)) for i in range(faults)]
    ends = {}
    for fault, at in plan:
        try:
            end = attempt(operation, disk, ready, tried, fault, at)
        except SystemExit as failure:
            sys.exit(f"{operation.name}, {fault} at call {at} of {calls}: {failure}")
        ends[f"{fault}: {end}"] = ends.get(f"{fault}: {end}", 0) + 1
    print(f"  {operation.name}: {calls} calls; " + ", ".join(f"{end} × {n}" for end, n in sorted(ends.items())), flush=True)
    shutil.rmtree(ready)
    shutil.rmtree(tried)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("disk")
    parser.add_argument("delivery")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    chosen = [kind for kind in OPERATIONS if asked.only in (None, kind.name)]
    with temporary_folder() as folder:
        for i, kind in enumerate(chosen):
            share = lambda whole: whole // len(chosen) + (i < whole % len(chosen))
            torture(kind(os.path.abspath(asked.program), os.path.abspath(asked.delivery)), Disk(os.path.abspath(asked.disk), folder),
                    os.path.join(folder, kind.name), random.Random(f"{asked.seed} {kind.name}"), share(asked.kills), share(asked.faults))
    print(f"{asked.kills} kills and {asked.faults} faults: nothing lost, the doctor content")


if __name__ == "__main__":
    main()
