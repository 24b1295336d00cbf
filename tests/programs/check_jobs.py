#!/usr/bin/env python3
"""Checks over HTTP: as jobs, with their evidence; what is published, and the life of a flag; what-ifs.

    check_jobs.py PROGRAM WORKSPACE
"""
import datetime
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import ask, expect, fail, run, run_json, served, temporary_folder

program, made = sys.argv[1:3]
DAY = "2024-12-31"  # other tests edit the made workspace today
TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked(url, token=None, method="GET", body=None, **headers):
    """(status, headers, JSON or nothing) of an answer; a header's name is written with underscores."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        sent["Authorization"] = "Bearer " + token
    if body is not None:
        body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    status, got, text = ask(url, sent, method, body)
    return status, got, json.loads(text) if text else None


def account(name, role, *options):
    return run_json(program, "account", "add", workspace, name, "--role", role, *options, "--json")["token"]


def ended(url, token):
    """The run of that address when it has ended well; its progress never goes back."""
    before = -1
    for _ in range(6000):
        status, _, told = asked(url, token)
        expect(status == 200, f"{url} is answered {status}: {told}")
        if told["status"] in ("successful", "failed", "dismissed"):
            expect(told["status"] == "successful" and told["progress"] == 100, f"the run has ended so: {told}")
            return told
        expect(told["progress"] >= before, f"the progress goes back: {told}")
        before = told["progress"]
        time.sleep(0.1)
    fail(f"the run does not end: {told}")


def checked(server, token, check, **body):
    """A run from its start to its end."""
    status, headers, told = asked(f"{server}/checks/{check}/runs", token, "POST", body or None)
    expect(status == 201 and headers["Location"] == f"{server}/checks/runs/{told['id']}", f"a run was not started: {status} {told}")
    expect(told["check"] == check and told["as_of"], f"the run that was started: {told}")
    return ended(headers["Location"], token)


def evidence(server, told, token, folder):
    """Its files over HTTP are those of a run in a shell."""
    report = os.path.join(folder, "report")
    run(program, "check", workspace, "--as-of", DAY, "--report", report, "--jobs", 1)
    place = f"{server}/checks/runs/{told['id']}"
    links = {link["title"]: link for link in told["links"] if link["rel"] == "evidence"}
    for address, name, kind in (("report.html", "report.html", "text/html; charset=utf-8"), ("report.xlsx", "findings.xlsx", XLSX),
                                ("report.gpkg", "findings.gpkg", "application/geopackage+sqlite3"), ("manifest.json", "manifest.json", "application/json")):
        expect(links[address]["href"] == f"{place}/{address}", f"the run's links: {links}")
        bearer = {"Authorization": "Bearer " + token}
        status, headers, body = ask(f"{place}/{address}", bearer)
        expect(status == 200 and headers["Content-Type"] == kind and address in headers["Content-Disposition"], f"{address}: {status} {headers}")
        with open(os.path.join(report, name), "rb") as file:
            expect(name == "findings.gpkg" or file.read() == body, f"{address} is not what the shell writes")
        expect(address != "report.gpkg" or body.startswith(b"SQLite format 3"), "the GeoPackage is none")
        again = ask(f"{place}/{address}", {**bearer, "If-None-Match": headers["ETag"]})
        expect(again[0] == 304, f"{address} with its ETag is answered {again[0]}")
    expect(asked(f"{place}/findings.shp", token)[0] == 404, "a file that nobody has made")
    expect(asked(f"{place}/report.html", tokens["other"])[0] == 404, "another's evidence is shown")


def every_check(server, folder):
    told = checked(server, tokens["analyst"], "all", as_of=DAY)
    own = run_json(program, "check", workspace, "--as-of", DAY, "--json")
    expect(told["checks"] == own, "a job comes to something else than the shell")
    counts = {}
    for row in told["findings"]:
        expect(row["count"] == row["new"] + row["persisting"] + row["reopened"] > 0, f"a count does not add up: {row}")
        counts[row["check"]] = counts.get(row["check"], 0) + row["count"]
    expect(counts == {one["check"]: one["findings"] for one in own if one["findings"]}, f"the counts are {counts}")
    expect("published" not in told, "a run that was not to publish has")
    listed = asked(server + "/checks/runs", tokens["analyst"])[2]["runs"]
    expect([one["id"] for one in listed] == [told["id"]] and "checks" not in listed[0], f"the list: {listed}")
    expect(asked(server + "/checks/runs", tokens["other"])[2]["runs"] == [], "another's run is listed")
    evidence(server, told, tokens["analyst"], folder)


def as_a_process(server):
    known = [process["id"] for process in asked(server + "/ogc/processes")[2]["processes"]]
    expect({"retention", "targets", "belts", "bases", "greenhouse", "quality", "checks"} <= set(known), f"the processes: {known}")
    inputs = {"inputs": {"as_of": DAY}}
    status, headers, job = asked(server + "/ogc/processes/bases/execution", tokens["analyst"], "POST", inputs)
    expect(status == 201, f"the process was not started: {status} {job}")
    ended(headers["Location"], tokens["analyst"])
    results = asked(headers["Location"] + "/results", tokens["analyst"])[2]
    expect([one["check"] for one in results["checks"]] == ["bases"], f"the results: {results}")
    expect(results["checks"][0] == run_json(program, "check", workspace, "bases", "--as-of", DAY, "--json"), "the process comes to something else")
    for file in results["files"]:
        status, _, body = ask(file["href"], {"Authorization": "Bearer " + tokens["analyst"]})
        expect(status == 200 and len(body) == file["bytes"], f"{file} is answered {status} with {len(body)} bytes")


def seen(url, holds):
    """An answer within the time in which edits are shown."""
    for _ in range(50):
        status, headers, told = asked(url)
        if status == 200 and holds(told):
            return headers, told
        time.sleep(0.1)
    fail(f"{url} is still {status}: {json.dumps(told)[:500]}")


def published(server):
    """The flags of a run; a second one finds the same and adds nothing."""
    first = checked(server, tokens["admin"], "greenhouse", as_of=TODAY, publish=True)
    count = sum(row["count"] for row in first["findings"])
    flags = first["published"]["flags"]
    expect(count > 20 and flags == {"added": count, "persisting": 0, "reopened": 0, "cleared": 0}, f"{count} findings were published so: {flags}")
    _, items = seen(server + "/ogc/collections/flags/items?limit=10000", lambda told: told["numberMatched"] == count)
    second = checked(server, tokens["admin"], "greenhouse", as_of=TODAY, publish=True)
    expect(second["published"]["flags"] == {"added": 0, "persisting": count, "reopened": 0, "cleared": 0},
           f"the same run once more publishes {second['published']}")
    expect(all(row["persisting"] == row["count"] for row in second["findings"]), f"known cases are new: {second['findings']}")
    return items["features"]


def life_of(server, flag):
    place = f"{server}/flags/{flag['id']}"
    headers, shown = seen(place, lambda told: told["properties"]["state"] == "persisting")
    expect(shown["properties"]["status"] == "suspected" and [step["status"] for step in shown["next"]] == ["assigned", "dismissed"], f"{shown}")
    first, step = headers["ETag"], {"status": "assigned", "assignee": "li"}
    expect(asked(place, tokens["analyst"], "PATCH", step, If_Match=first)[0] == 403, "an analyst may assign")
    expect(asked(place, tokens["elsewhere"], "PATCH", step, If_Match=first)[0] == 403, "an inspector of another district may assign")
    expect(asked(place, tokens["inspector"], "PATCH", step)[0] == 428, "a step without If-Match")
    tag = first
    for step in ({"status": "assigned", "assignee": "li"}, {"status": "confirmed"}, {"status": "rectified", "reason": "拆除"}, {"status": "closed"}):
        status, headers, problem = asked(place, tokens["inspector"], "PATCH", {"status": "suspected"}, If_Match=tag)
        expect(status in (400, 409), f"a step back without a reason was answered {status} {problem}")
        if step["status"] != "closed":
            status, _, problem = asked(place, tokens["inspector"], "PATCH", {"status": "closed"}, If_Match=tag)
            expect(status == 409 and step["status"] in problem["hint"], f"an illegal step was answered {status} {problem}")
        status, headers, problem = asked(place, tokens["inspector"], "PATCH", step, If_Match=tag)
        expect(status == 204, f"{step} was answered {status} {problem}")
        expect(asked(place, tokens["inspector"], "PATCH", step, If_Match=tag)[0] == 412, "a step that another has taken meanwhile")
        tag = headers["ETag"]
    headers, shown = seen(place, lambda told: told["properties"]["status"] == "closed")
    expect(headers["ETag"] == tag and shown["next"] == [], f"a closed flag: {shown['next']}")
    rows = [(row["status"], row["who"]) for row in shown["history"]]
    history = [row for at, row in enumerate(rows) if at == 0 or rows[at - 1] != row]  # a second run has seen it, too
    expect(history == [("suspected", "admin")] + [(status, "inspector") for status in ("assigned", "confirmed", "rectified", "closed")],
           f"its history: {history}")
    expect(shown["history"][-2]["reason"] == "拆除", "the reason is not kept")

    status, _, why = asked(place + "/why")
    expect(status == 200 and why["rule"] == flag["properties"]["rule"] and why["facts"], f"why: {status} {why}")
    print_of = flag["properties"]["fingerprint"]
    expect(asked(f"{server}/flags/{print_of}/why")[2] == why, "the fingerprint is another flag")
    expect(asked(f"{server}/flags/{print_of}")[2]["id"] == flag["id"], "the fingerprint is another flag")
    again = checked(server, tokens["admin"], "greenhouse", as_of=TODAY, publish=True)
    expect(again["published"]["flags"]["reopened"] == 1, f"a closed case that is found again: {again['published']}")
    seen(place, lambda told: told["properties"]["status"] == "suspected")


def what_if(server):
    """It begins where the check ends; what it says of edits is what_if.py's."""
    told = asked(server + "/checks/retention/what-if")[2]
    own = run_json(program, "check", workspace, "retention", "--json")
    expect(told["as_of"] == own["as_of"] and told["now"] == own["measures"][0], f"the what-if is at {told}, and the check at {own['measures'][0]}")


with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    backup = os.path.join(folder, "made.backup")  # others may be at work on it
    run(program, "backup", made, backup)
    run(program, "restore", backup, workspace)
    tokens = {name: account(name, role, *options) for name, role, *options in (
        ("analyst", "analyst"), ("other", "analyst"), ("inspector", "inspector"), ("admin", "admin"), ("elsewhere", "inspector", "--district", "110109"))}
    with served(program, workspace) as server:
        every_check(server, folder)
        print("all checks as a job")
        as_a_process(server)
        what_if(server)
        flags = published(server)
        print("published once and once more")
        outside = [flag for flag in flags if flag["properties"]["district"] not in (None, "门头沟区") and flag["properties"]["verdict"] == "violation"]
        life_of(server, outside[0])
    run(program, "doctor", workspace)
print("checks over HTTP do what they say")
