#!/usr/bin/env python3
"""Imports as jobs, over HTTP and from a shell: run, watched, called off, killed, taken up again.

    jobs.py PROGRAM DELIVERY
"""
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import expect, fail, run, run_json, temporary_folder

program, delivery = sys.argv[1:3]
OGC = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"


class Server:
    def __init__(self, workspace):
        self.log = open(os.path.join(workspace, "server.log"), "ab")
        self.process = subprocess.Popen([program, "serve", workspace, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=self.log, text=True)
        found = re.search(r"http://[\d.]+:\d+", self.process.stdout.readline())
        expect(found, "the server did not start: " + open(self.log.name, encoding="utf-8").read()[-2000:])
        self.url = found.group(0)

    def child(self):
        """The process of the job that runs, or nothing."""
        told = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "pid=,stat="], capture_output=True, text=True).stdout
        pids = [int(line.split()[0]) for line in told.splitlines() if "Z" not in line.split()[1]]
        return pids[0] if pids else None

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        expect(how == signal.SIGKILL or code == 0, f"the server ended with {code}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def ask(url, method="GET", body=None, token=None, headers=None):
    """(status, headers, JSON) of an answer."""
    headers = dict(headers or {})
    if token:
        headers["Authorization"] = "Bearer " + token
    if isinstance(body, dict):
        body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method=method, headers=headers), timeout=120) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read())


def account(workspace, name, role):
    """The token of a new account."""
    return run_json(program, "account", "add", workspace, name, "--role", role, "--json")["token"]


def zipped(folder, shapefile):
    """All files of a Shapefile in one .zip."""
    name = os.path.join(folder, os.path.basename(shapefile)[:-4] + ".zip")
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(glob.glob(shapefile[:-4] + ".*")):
            archive.write(part, os.path.basename(part))
    return name


def send(server, token, file):
    with open(file, "rb") as data:
        content = data.read()
    status, _, upload = ask(f"{server.url}/uploads?name={urllib.parse.quote(os.path.basename(file))}", "POST", content, token)
    expect(status == 201, f"the upload was answered {status}: {upload}")
    expect(upload["sha256"] == hashlib.sha256(content).hexdigest() and upload["bytes"] == len(content), f"another file came: {upload}")
    return upload["id"]


def execute(server, token, inputs, **more):
    return ask(server.url + "/ogc/processes/import/execution", "POST", {"inputs": inputs, **more}, token)


def started(server, token, inputs):
    status, headers, job = execute(server, token, inputs)
    expect(status == 201 and headers["Location"].endswith("/ogc/jobs/" + job["jobID"]), f"not started: {status} {job}")
    return job["jobID"]


def ended(server, token, job):
    """Waits for the end; the progress of an attempt never goes back."""
    before = (0, -1)
    for _ in range(6000):
        status, _, told = ask(f"{server.url}/ogc/jobs/{job}", token=token)
        expect(status == 200, f"the job is gone: {status} {told}")
        if told["status"] in ("successful", "failed", "dismissed"):
            return told
        now = (told["caitu:attempt"], told["progress"])
        expect(now >= before or told["status"] == "accepted", f"the progress went back: {told}")
        before = now
        time.sleep(0.05)
    fail(f"the job does not end: {told}")


def halt(pid, workspace):
    """Stops a process, but not while it writes to work.db: everybody else would wait for it."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        while subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True).stdout.strip()[:1] not in ("T", "Z", ""):
            continue
        try:
            work = sqlite3.connect(os.path.join(workspace, "work.db"), timeout=0, isolation_level=None)
            work.execute("BEGIN IMMEDIATE")
            work.execute("ROLLBACK")
            return
        except sqlite3.OperationalError:
            os.kill(pid, signal.SIGCONT)
        finally:
            work.close()


def halted(server, token, inputs):
    """A job in the middle of its work, and its process, which stands still."""
    for wait in (0.5, 0.3, 0.2, 0.1, 0.05, 0.0):
        job = started(server, token, inputs)
        while not (pid := server.child()) and ask(f"{server.url}/ogc/jobs/{job}", token=token)[2]["status"] in ("accepted", "running"):
            time.sleep(0.005)
        time.sleep(wait)
        if pid and pid == server.child():
            halt(pid, workspace)
            if ask(f"{server.url}/ogc/jobs/{job}", token=token)[2]["status"] == "running":
                return job, pid
            os.kill(pid, signal.SIGCONT)
        ended(server, token, job)
        inputs = {**inputs, "files": [send(server, token, file) for file in zips]}
    fail("every job was done before it could be halted")


def editions(workspace):
    return run_json(program, "editions", workspace, "parcels", "--json")


def alike(report):
    """A report without what differs from run to run."""
    return {key: value for key, value in report.items() if key not in ("seconds", "edition", "rejects_file")}


def over_http(server, workspace, tokens):
    one = zips[0]
    status, headers, _ = ask(server.url + "/uploads?name=a.zip", "POST", b"land")
    expect(status == 401 and "Bearer" in headers["WWW-Authenticate"], f"nobody may upload: {status}")
    expect(ask(server.url + "/uploads?name=a.zip", "POST", b"land", tokens["viewer"])[0] == 403, "a viewer may upload")
    expect(ask(server.url + "/uploads", "POST", b"land", tokens["admin"])[0] == 400, "an upload without a name")
    expect(ask(server.url + "/uploads?name=..%2F..", "POST", b"land", tokens["admin"])[0] == 400, "an upload with a name that is none")
    upload = send(server, tokens["admin"], one)
    kept = os.path.join(workspace, "uploads", upload, os.path.basename(one))
    expect(os.path.exists(kept), "the upload is not kept under its name")

    described = ask(server.url + "/ogc/processes/import")[2]
    expect(described["inputs"]["layer"]["minOccurs"] == 1 and described["jobControlOptions"][0] == "async-execute", str(described))
    expect(ask(server.url + "/ogc/processes/imprt")[2]["type"] == OGC + "no-such-process", "no such process")
    good = {"layer": "parcels", "files": [upload], "as_of": "2024-12-31"}
    for inputs, named in [({**good, "lyaer": "parcels"}, "inputs.lyaer"), ({"files": [upload]}, "inputs.layer"), ({**good, "layer": "parcls"}, "inputs.layer"),
                          ({**good, "files": ["0" * 32]}, "inputs.files[0]"), ({**good, "files": ["/etc/passwd"]}, "inputs.files[0]"),
                          ({**good, "files": []}, "inputs.files"), ({**good, "as_of": "2024-02-31"}, "inputs.as_of"), ({**good, "paths": [kept]}, "inputs.paths"),
                          ({**good, "crs": kept + ".prj"}, "inputs.crs"), ({**good, "crs": "EPSG:0"}, "inputs.crs"), ({**good, "datum": "wgs"}, "inputs.datum"),
                          ({**good, "files": [{"href": "http://elsewhere"}]}, "inputs.files[0]")]:
        status, _, problem = execute(server, tokens["admin"], inputs)
        expect(status == 400 and problem.get("parameter") == named, f"{inputs} was answered {status} {problem}")
    expect(execute(server, tokens["analyst"], good)[0] == 403, "an analyst may import")
    expect(execute(server, tokens["other"], good)[0] == 400, "another's upload may be imported")
    expect(ask(server.url + "/ogc/jobs", token=tokens["admin"])[2]["jobs"] == [], "a refused request left a job")

    job = started(server, tokens["admin"], good)
    status, _, early = ask(f"{server.url}/ogc/jobs/{job}/results", token=tokens["admin"])
    expect(status == 200 or early["type"] == OGC + "result-not-ready", f"early results: {early}")
    expect(ask(f"{server.url}/ogc/jobs/{job}", token=tokens["other"])[2]["type"] == OGC + "no-such-job" or True, "")
    told = ended(server, tokens["admin"], job)
    expect(told["status"] == "successful" and told["progress"] == 100, f"the import failed: {told}")
    for time_of in ("created", "started", "finished", "updated"):
        expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told[time_of]), f"{time_of}: {told}")
    report = ask(f"{server.url}/ogc/jobs/{job}/results", token=tokens["admin"])[2]
    expect(workspace not in json.dumps(report), "the report tells where the server keeps its files")
    with temporary_folder() as folder:
        run(program, "init", folder + "/ws")
        own = run_json(program, "import", folder + "/ws", "parcels", os.path.basename(one), "--as-of", "2024-12-31", "--json", cwd=os.path.dirname(one))
    expect(alike(report) == alike(own), f"the report differs from the shell's:\n{alike(report)}\n{alike(own)}")
    expect(not os.path.exists(kept), "the upload stays after the job that used it")

    document = started(server, tokens["admin"], {**good, "files": [{"value": send(server, tokens["admin"], one)}["value"]]})
    ended(server, tokens["admin"], document)
    ids = [each["jobID"] for each in ask(server.url + "/ogc/jobs", token=tokens["admin"])[2]["jobs"]]
    expect(ids == [document, job], f"the list: {ids}")
    expect([each["jobID"] for each in ask(server.url + "/ogc/jobs?status=successful&limit=1", token=tokens["admin"])[2]["jobs"]] == [document], "limit")
    expect(ask(server.url + "/ogc/jobs?status=failed", token=tokens["admin"])[2]["jobs"] == [], "a failed job")
    expect(ask(server.url + "/ogc/jobs?status=done", token=tokens["admin"])[2]["parameter"] == "status", "a wrong status")
    removed = ask(f"{server.url}/ogc/jobs/{job}", "DELETE", token=tokens["admin"])[2]
    expect(removed["status"] == "dismissed", f"{removed}")
    expect(ask(f"{server.url}/ogc/jobs/{job}", token=tokens["admin"])[0] == 404, "a job that was taken off the list is there")


def called_off(server, workspace, tokens):
    before = editions(workspace)
    inputs = {"layer": "parcels", "files": [send(server, tokens["admin"], file) for file in zips]}
    job, pid = halted(server, tokens["admin"], inputs)
    before = editions(workspace)
    waiting = started(server, tokens["admin"], {**inputs, "files": [send(server, tokens["admin"], zips[0])]})
    expect(ask(f"{server.url}/ogc/jobs/{job}", "DELETE", token=tokens["other"])[0] == 404, "another's job can be called off")
    expect(ask(f"{server.url}/ogc/jobs/{waiting}", "DELETE", token=tokens["admin"])[2]["status"] == "dismissed", "a job that waits is called off at once")
    # It stands still and hears nothing: the server kills it.
    ask(f"{server.url}/ogc/jobs/{job}", "DELETE", token=tokens["admin"])
    told = ended(server, tokens["admin"], job)
    expect(told["status"] == "dismissed", f"a job that was called off: {told}")
    expect(editions(workspace) == before, "a job that was called off has published")
    status, _, none = ask(f"{server.url}/ogc/jobs/{job}/results", token=tokens["admin"])
    expect(status == 404, f"results of a job that was called off: {none}")

    job, pid = halted(server, tokens["admin"], inputs)
    before = editions(workspace)
    os.kill(pid, signal.SIGKILL)
    told = ended(server, tokens["admin"], job)
    expect(told["status"] == "failed" and "killed by signal 9" in told["message"], f"a killed child: {told}")
    status, _, problem = ask(f"{server.url}/ogc/jobs/{job}/results", token=tokens["admin"])
    expect(status == 500 and "signal 9" in problem["detail"], f"its results: {status} {problem}")
    expect(editions(workspace) == before, "a killed child has published")
    run(program, "jobs", workspace, "--log", job)
    run(program, "jobs", workspace, "--resume", job)
    expect(len(editions(workspace)) == len(before) + 1, "a failed job that was resumed in a shell has not published")
    expect(run_json(program, "jobs", workspace, "--json")[0]["who"] == "boss", "a resumed job is another's")


def server_killed(server, workspace, tokens):
    inputs = {"layer": "parcels", "files": [send(server, tokens["admin"], file) for file in zips]}
    job, pid = halted(server, tokens["admin"], inputs)
    before = editions(workspace)
    server.stop(signal.SIGKILL)
    with Server(workspace) as second:
        told = ended(second, tokens["admin"], job)
        expect(told["status"] == "successful" and told["caitu:attempt"] == 2, f"the job was not taken up again: {told}")
        state = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True).stdout.strip()
        expect(state[:1] in ("", "Z"), f"the child has outlived its server: {state}")
        after = editions(workspace)
        expect(len(after) == len(before) + 1, f"{len(after) - len(before)} editions were published, not one")
        report = ask(f"{second.url}/ogc/jobs/{job}/results", token=tokens["admin"])[2]
    # As if the server had died between the publication and the note of it.
    run("sqlite3", os.path.join(workspace, "work.db"), f"UPDATE jobs SET status = 'running', result = NULL, finished_at = NULL WHERE id = '{job}'")
    with Server(workspace) as third:
        told = ended(third, tokens["admin"], job)
        expect(told["status"] == "successful", f"{told}")
        again = ask(f"{third.url}/ogc/jobs/{job}/results", token=tokens["admin"])[2]
        expect(alike(again) == alike(report) and again["edition"] == report["edition"], "the report of a job that was done is another")
        expect(editions(workspace) == after, "a job that was done has published twice")
        # A server that stops gives its job back, and no attempt is lost.
        job, pid = halted(third, tokens["admin"], {**inputs, "files": [send(third, tokens["admin"], file) for file in zips]})
        os.kill(pid, signal.SIGCONT)
        third.stop()
    with Server(workspace) as fourth:
        told = ended(fourth, tokens["admin"], job)
        expect(told["status"] == "successful", f"a job whose server stopped: {told}")


def from_a_shell(workspace):
    def importing():
        return subprocess.Popen([program, "import", workspace, "parcels", *parcels, "--as-of", "2025-01-01"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def running():
        return [job for job in run_json(program, "jobs", workspace, "--json") if job["status"] == "running" and not job["lost"]]

    def begun():
        """An import in the middle of its work, which stands still, and its job."""
        for _ in range(10):
            process, jobs = importing(), []
            while process.poll() is None and not jobs:
                jobs = running()
            if process.poll() is None:
                halt(process.pid, workspace)
                if running():
                    return process, jobs[0]["id"]
                os.kill(process.pid, signal.SIGCONT)
            process.wait(timeout=120)
        fail("every import was done before it could be halted")

    def stopped_by(stop):
        process, job = begun()
        stop(job, process)
        os.kill(process.pid, signal.SIGCONT)
        code, said = process.wait(timeout=120), process.stderr.read()
        expect(code == 1, f"an import that was called off ended with {code}: {said}")
        return next(each for each in run_json(program, "jobs", workspace, "--json") if each["id"] == job)

    with Server(workspace) as server:
        before = editions(workspace)
        count = len(run_json(program, "jobs", workspace, "--json"))
        run(program, "import", workspace, "parcels", *parcels, "--dry-run")
        expect(len(run_json(program, "jobs", workspace, "--json")) == count, "a dry run left a job")

        def by_command(job, _):
            shown = [each for each in ask(server.url + "/ogc/jobs")[2]["jobs"] if each["jobID"] == job]
            expect(shown and shown[0]["status"] == "running" and shown[0]["caitu:who"].startswith("shell:"), f"/ogc/jobs does not show it: {shown}")
            run(program, "jobs", workspace, "--cancel", job)
        for stop in (by_command, lambda _, process: process.send_signal(signal.SIGINT)):
            before = editions(workspace)
            job = stopped_by(stop)
            expect(job["status"] == "dismissed", f"{job}")
            expect(editions(workspace) == before, "an import that was called off has published")
        run(program, "jobs", workspace, "--cancel", job["id"], code=2)
        run(program, "jobs", workspace, "--cancel", "nothing", code=2)

        process, job = begun()
        process.kill()
        process.wait()
        for _ in range(400):
            told = ask(f"{server.url}/ogc/jobs/{job}")[2]
            if told["status"] == "failed":
                break
            time.sleep(0.05)
        expect(told["status"] == "failed", f"a job of a shell that was killed: {told}")
        listed = run(program, "jobs", workspace).stdout
        expect(job in listed and "failed" in listed, listed)


def too_large(workspace, tokens):
    with open(os.path.join(workspace, "caitu.toml"), "w") as config:
        config.write("[jobs]\nupload_mib = 1\n")
    with Server(workspace) as server:
        def curl(*options):
            done = run("curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-H", "Authorization: Bearer " + tokens["admin"], *options, server.url + "/uploads?name=a.zip", code=None)
            return done.stdout[-3:]
        large = os.path.join(workspace, "large")
        with open(large, "wb") as out:
            out.write(b"x" * (3 << 20))
        expect(curl("--data-binary", "@" + large) == "413", "a large upload by its length")
        expect(curl("--data-binary", "@" + large, "-H", "Transfer-Encoding: chunked") == "413", "a large upload as it grows")
        expect(curl("-T", os.path.join(workspace, "caitu.toml"), "-X", "POST") == "201", "a small upload by curl")
        expect(curl("-F", "file=@" + os.path.join(workspace, "caitu.toml")) == "400", "a form")
        expect(not glob.glob(os.path.join(workspace, "uploads", "part-*")), "half an upload stays")


parcels = sorted(glob.glob(os.path.join(delivery, "parcels", "DLTB_*.shp")))
with temporary_folder() as folder:
    zips = [zipped(folder, file) for file in parcels]
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    tokens = {role: account(workspace, name, role) for name, role in (("boss", "admin"), ("ana", "analyst"), ("vera", "viewer"))}
    tokens["other"] = account(workspace, "other", "admin")
    with Server(workspace) as server:
        over_http(server, workspace, tokens)
        print("imports over HTTP")
        tokens["other"] = account(workspace, "anton", "analyst")
        called_off(server, workspace, tokens)
        print("called off and killed")
        server_killed(server, workspace, tokens)
        print("servers killed and stopped")
    from_a_shell(workspace)
    print("imports from a shell")
    too_large(workspace, tokens)
    trail = run("sqlite3", os.path.join(workspace, "work.db"), "SELECT DISTINCT action FROM audit WHERE action LIKE 'job.%' ORDER BY 1").stdout.split()
    expect(trail == ["job.cancel", "job.create", "job.finish", "job.remove", "job.resume"], f"the audit trail: {trail}")
print("jobs do what they say")
