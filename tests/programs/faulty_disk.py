#!/usr/bin/env python3
"""Imports, edits, roll-backs and backups on a disk that fails, and programs that are killed between two halves of a write:
after each, `caitu doctor` finds nothing, nothing acknowledged is lost, and the same work then succeeds.

    faulty_disk.py PROGRAM FAULTY_DISK DELIVERY [--kills N] [--faults N] [--edits N] [--seed S] [--only OPERATION]

FAULTY_DISK is tests/support/faulty_disk.cpp, built as a library to preload. Kills and faults are of all operations together, edits
of each server; from about 300 on, a server also moves the log of its work database meanwhile.
"""
import argparse
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, run, run_json, served, temporary_folder
from edits import Editor, expected, shown

WAYS = ["eio", "enospc", "short"]
DISK_SIGNS = ["the disk is full", "the disk failed", "No space left on device", "Input/output error"]


class Disk:
    """Runs programs with the failing disk under them."""

    def __init__(self, library, folder):
        self.library, self.count_file = library, os.path.join(folder, "calls")

    def environment(self, under, fault, at):
        return dict(os.environ, LD_PRELOAD=self.library, CAITU_FAULT_UNDER=under, CAITU_FAULT=fault, CAITU_FAULT_AT=str(at),
                    CAITU_FAULT_COUNT=self.count_file)

    def run(self, command, under, fault, at):
        return subprocess.run([str(part) for part in command], env=self.environment(under, fault, at), capture_output=True,
                              text=True, errors="replace", timeout=300)

    def calls(self):
        with open(self.count_file) as file:
            return int(file.read())


class Operation:
    """One kind of work: `work` does it on a failing disk, `again` on a sound one, `expect_whole` says what must hold whatever
    happened to it, where `done` tells whether the program had said that it was done."""

    def __init__(self, program, delivery):
        self.program, self.delivery = program, delivery

    def prepare(self, folder):
        workspace = os.path.join(folder, "ws")
        run(self.program, "init", workspace)
        self.import_bases(workspace, "2024-01-01")
        self.import_bases(workspace, "2025-01-01", ["--map", "operator=所在县", "--map", "county=经营主体"])
        return workspace

    def work(self, disk, folder, fault, at):
        return disk.run(self.command(folder), os.path.join(folder, "ws"), fault, at)

    def again(self, folder):
        again = run(*self.command(folder), code=None)
        expect(again.returncode == 0 or "already" in again.stderr, f"the work does not succeed afterwards:\n{again.stderr[-2000:]}")

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


class Edit(Operation):
    """Edits over HTTP, of a server whose work database lies on the failing disk."""
    name, files = "edit", "work.db*"
    edits = 0

    def prepare(self, folder):
        workspace = os.path.join(folder, "ws")
        run(self.program, "init", workspace)
        self.token = run_json(self.program, "account", "add", workspace, "li", "--role", "inspector", "--json")["token"]
        with self.editing(folder, "e") as before:
            for number in range(10):
                before.edit(number)
        self.features = before.features

    @contextlib.contextmanager
    def editing(self, folder, name):
        """An editor of a server on a sound disk, none of whose edits is refused."""
        with served(self.program, os.path.join(folder, "ws"), stderr=subprocess.DEVNULL) as address:
            editor = Editor(int(address.rsplit(":", 1)[1]), self.token, name)
            yield editor
            expect(not editor.refused, f"an edit was refused on a sound disk: {editor.refused[:1]}")

    def work(self, disk, folder, fault, at):
        """A server that can edit no more, or cannot begin, says so and goes on, or ends as a program does."""
        workspace, log = os.path.join(folder, "ws"), os.path.join(folder, "log")
        command = [self.program, "serve", workspace, "--listen", "127.0.0.1:0"]
        with open(log, "w") as log_file:
            server = subprocess.Popen(command, env=disk.environment(os.path.join(workspace, self.files), fault, at),
                                      stdout=subprocess.PIPE, stderr=log_file, text=True)
        found = re.search(r"127.0.0.1:(\d+)", server.stdout.readline())
        self.editor = Editor(int(found.group(1)) if found else 0, self.token, "f")
        self.editor.features = dict(self.features)
        cut_off = found and not self.edit()
        if found and not cut_off:
            self.expect_honest(fault)
        server.send_signal(signal.SIGKILL if at % 3 == 1 and not cut_off else signal.SIGTERM)
        code = server.wait(timeout=60)
        expect(not cut_off or fault == "kill", f"the server ended with {code} while editing")
        with open(log) as log_file:
            stderr = log_file.read()
        return subprocess.CompletedProcess(command, code if cut_off or code > 0 else 0, "", stderr)

    def edit(self):
        """False when the server was killed in the midst of it."""
        try:
            for number in range(10, 10 + self.edits):
                self.editor.edit(number)
        except (OSError, http.client.HTTPException):
            return False
        return True

    def expect_honest(self, fault):
        refused = self.editor.refused
        for method, path, status, text, _ in refused:
            expect(status == 500 and any(sign in text.decode() for sign in DISK_SIGNS),
                   f"{method} {path} was answered with {status}: {text[:300]}")
        expect(len(refused) <= {"short": 0, "count": 0, "eio": 1}.get(fault, self.edits), f"{len(refused)} edits were refused")

    def expect_whole(self, folder, done):
        record = sqlite3.connect(f"file:{os.path.join(folder, 'ws', 'work.db')}?mode=ro", uri=True)
        count = lambda rows: record.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
        changes, audited = count("living_changes"), count("audit WHERE action LIKE 'feature.%'")
        record.close()
        expect(changes == audited, f"{changes} edits are there, and {audited} are audited")
        # What was refused or not answered may stand or not, as a whole.
        open_ends = {}
        for key, name in [refused[4] for refused in self.editor.refused] + [self.editor.unanswered or (None, None)]:
            open_ends.setdefault(key, set()).add(name)
        with self.editing(folder, "g") as reader:
            seen, wanted = shown(reader.connection.port), expected([self.editor])
        for key in seen.keys() | wanted.keys():
            expect(seen.get(key) == wanted.get(key) or seen.get(key) in open_ends.get(key, ()),
                   f"point {key} is {seen.get(key)}, acknowledged is {wanted.get(key)}")

    def again(self, folder):
        with self.editing(folder, "h") as editor:
            for number in range(3):
                editor.edit(number)


class Show(Edit):
    """Edits over HTTP, where what readers are shown of them lies on the failing disk: no edit is refused for it."""
    name, files = "show", "snapshots/*"

    def edit(self):
        editing = super().edit()
        time.sleep(0.6)  # readers are shown the edits within this time
        return editing

    def expect_honest(self, fault):
        expect(not self.editor.refused, f"an edit was refused: {self.editor.refused[:1]}")


OPERATIONS = [Import, Publish, Rollback, Backup, Account, Edit, Show]


def attempt(operation, disk, ready, folder, fault, at):
    """One failure; the text says how the program ended."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ready, folder)
    workspace = os.path.join(folder, "ws")
    done = operation.work(disk, folder, fault, at)
    killed = fault == "kill" and done.returncode == -signal.SIGKILL
    expect(killed or done.returncode in (0, 1, 3), f"the program ended with {done.returncode}:\n{done.stderr[-2000:]}")
    if not killed and done.returncode != 0:
        expect(any(sign in done.stderr for sign in DISK_SIGNS), f"the message does not say that it is the disk:\n{done.stderr[-1000:]}")
    run(operation.program, "doctor", workspace)
    operation.expect_whole(folder, done.returncode == 0)
    operation.again(folder)
    run(operation.program, "doctor", workspace)
    return "killed" if killed else f"ended with {done.returncode}"


def torture(operation, disk, folder, chance, kills, faults):
    ready, tried = os.path.join(folder, "ready"), os.path.join(folder, "tried")
    os.makedirs(ready)
    operation.prepare(ready)
    shutil.copytree(ready, tried)
    whole = operation.work(disk, tried, "count", 0)
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
    parser.add_argument("--kills", type=int, default=42)
    parser.add_argument("--faults", type=int, default=42)
    parser.add_argument("--edits", type=int, default=15)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only")
    asked = parser.parse_args()
    Edit.edits = asked.edits
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
