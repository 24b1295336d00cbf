#!/usr/bin/env python3
"""Accounts as an operator meets them: who is served beyond this machine, what a token opens and for how long, and that the
audit trail shows who tampered with it.

    accounts.py PROGRAM
"""
import json
import os
import re
import signal
import sqlite3
import ssl
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from caitu import ask, expect, run, run_json, served, temporary_folder

program = sys.argv[1]
READ = "/ogc/collections"
UNKNOWN = "caitu_" + "A" * 43


def bearer(token):
    return {"Authorization": "Bearer " + token}


def account(workspace, *arguments, **options):
    return run_json(program, "account", "add", workspace, *arguments, "--json", **options)


def refused(workspace, *options):
    """The words in which serve refuses; it must end by itself, with 2."""
    return run(program, "serve", workspace, *options, code=2, timeout=60).stderr


def make_certificate(folder, name):
    pair = [os.path.join(folder, name + ending) for ending in (".crt", ".key")]
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
        "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", pair[1], "-out", pair[0])
    return pair


def eventually(holds, message):
    deadline = time.monotonic() + 5
    while not holds():
        expect(time.monotonic() < deadline, message)
        time.sleep(0.05)


def check_commands(workspace):
    text = run(program, "account", "add", workspace, "chief", "--role", "admin").stdout
    expect(re.search(r"token: caitu_[\w-]{43}\n", text), "add does not print the token")
    expect("only time" in text, "add does not say that the token is not shown again")
    error = run(program, "account", "add", workspace, "chief", code=2).stderr
    expect("--new-token" in error, "a taken name lacks its way out: " + error)
    expect("--force" in run(program, "account", "revoke", workspace, "chief", code=2).stderr, "the last administrator went")
    run(program, "account", "add", workspace, "shell:root", code=2)
    run(program, "account", "add", workspace, "li", "--role", "owner", code=2)
    run(program, "account", "revoke", workspace, "nobody", code=2)
    run(program, "account", "list", os.path.join(workspace, "nowhere"), code=2)
    made = account(workspace, "张三", "--district", "110115,110112", "--expires", "2099-12-31")
    expect(made["role"] == "viewer" and made["districts"] == ["110115", "110112"], f"not as asked: {made}")
    expect(made["expires_at"] == "2099-12-31T16:00:00Z", "the last day is not one in Beijing")
    with_password = account(workspace, "wang", "--password", input="correct horse battery\n")
    expect(with_password["password"], "the password was not taken")
    run(program, "account", "add", workspace, "zhao", "--password", code=2, input="short\n")
    listed = run_json(program, "account", "list", workspace, "--json")
    expect([row["name"] for row in listed if not row["revoked_at"]] == ["chief", "wang", "张三"], f"list shows {listed}")
    mode = stat.S_IMODE(os.stat(os.path.join(workspace, "work.db")).st_mode)
    expect(mode == 0o600, f"work.db can be read by others: {mode:o}")
    for file in os.listdir(workspace):
        path = os.path.join(workspace, file)
        if os.path.isfile(path):
            content = open(path, "rb").read()
            for secret in (made["token"], with_password["token"], "correct horse battery"):
                expect(secret.encode() not in content, f"{file} holds a secret")
    return made["token"]


def check_refusals(workspace, pair):
    words = refused(workspace, "--listen", "0.0.0.0:0")
    expect("TLS" in words and "--tls-cert" in words and "account add" in words, "what is missing is not named: " + words)
    words = refused(workspace, "--listen", "0.0.0.0:0", "--tls-cert", pair[0], "--tls-key", pair[1])
    expect("account add" in words and "--tls-cert" not in words, "an account is what is missing: " + words)
    expect("account add" in refused(workspace, "--behind-proxy", "--listen", "127.0.0.1:0"), "behind a proxy without an account")
    run(program, "account", "add", workspace, "gone", "--role", "admin")
    run(program, "account", "revoke", workspace, "gone", "--force")
    words = refused(workspace, "--listen", "0.0.0.0:0", "--tls-cert", pair[0], "--tls-key", pair[1])
    expect("account add" in words, "a revoked account is none: " + words)
    run(program, "account", "add", workspace, "here")
    words = refused(workspace, "--listen", "0.0.0.0:0")
    expect("TLS" in words and "account add" not in words, "TLS alone is missing: " + words)
    expect("--tls-key" in refused(workspace, "--listen", "127.0.0.1:0", "--tls-cert", pair[0]), "half a pair was taken")
    expect("missing.crt" in refused(workspace, "--tls-cert", "missing.crt", "--tls-key", pair[1]), "a missing file is not named")
    return account(workspace, "here", "--new-token")["token"]


def check_loopback(workspace, token):
    with served(program, workspace) as base:
        expect(ask(base + READ)[0] == 200, "reads on loopback are open")
        expect(ask(base + READ, bearer(token))[0] == 200, "a token of an account was refused")
        status, headers, body = ask(base + READ, bearer(UNKNOWN))
        expect(status == 401 and headers["WWW-Authenticate"].startswith("Bearer"), "an unknown token passed as nobody")
        expect(headers["Content-Type"] == "application/problem+json" and UNKNOWN not in body.decode(), "the 401 is no problem")
        run(program, "account", "revoke", workspace, "张三")
        eventually(lambda: ask(base + READ, bearer(token))[0] == 401, "a revoked token opens still")
        expect(ask(base + READ)[0] == 200, "reads on loopback are open")
    with open(os.path.join(workspace, "caitu.toml"), "w", encoding="utf-8") as file:
        file.write("[serve]\nopen_reads = false\n")
    with served(program, workspace) as base:
        expect(ask(base + READ)[0] == 401, "reads were closed, and nobody reads")
        expect(ask(base + "/healthz")[0] == 200, "liveness is for anybody")
    os.remove(os.path.join(workspace, "caitu.toml"))


def check_proxy(workspace, token):
    with served(program, workspace, "--behind-proxy") as base:
        expect(ask(base + READ)[0] == 401, "behind a proxy, reads need an account")
        told = {**bearer(token), "X-Forwarded-Proto": "https", "Host": "land.example.org"}
        _, _, body = ask(base + "/ogc", told)
        links = [link["href"] for link in json.loads(body)["links"]]
        expect(all(link.startswith("https://land.example.org/") for link in links), f"links are not the client's: {links}")


def check_tls(workspace, folder, pair, token):
    with served(program, workspace, "--listen", "0.0.0.0:0", "--tls-cert", pair[0], "--tls-key", pair[1]) as server:
        port = int(server.rsplit(":", 1)[1])
        base = f"https://127.0.0.1:{port}"
        trusted = ssl.create_default_context(cafile=pair[0])
        expect(ask(base + READ, context=trusted)[0] == 401, "beyond this machine, reads need an account")
        status, _, body = ask(base + READ, bearer(token), context=trusted)
        expect(status == 200, "a token was refused")
        expect(all(link["href"].startswith(base) for link in json.loads(body)["links"]), "links leave https")
        expect(ask(base + "/healthz", context=trusted)[0] == 200, "liveness is for anybody")
        expect(ask(f"http://127.0.0.1:{port}/healthz")[0] == 400, "plain HTTP on the port of TLS does not hear 400")
        curl = run("curl", "--silent", "--fail", "--cacert", pair[0], base + "/healthz")
        expect(curl.stdout == "ok\n", "curl does not get through")
        expect(run("curl", "--silent", "--cacert", pair[0], "--tls-max", "1.1", "--ciphers", "ALL:@SECLEVEL=0", base + "/healthz",
                   code=None).returncode == 35, "TLS 1.1 is spoken")
        check_reload(folder, server.pid, port, pair)


def check_reload(folder, server, port, pair):
    def now():
        return ssl.get_server_certificate(("127.0.0.1", port))
    first, second = now(), make_certificate(folder, "second")
    with open(pair[0], "w", encoding="utf-8") as file:
        file.write("no certificate")
    os.kill(server, signal.SIGHUP)
    time.sleep(0.3)
    expect(now() == first, "a certificate that cannot be used was taken")
    for made, used in zip(second, pair):
        os.replace(made, used)
    os.kill(server, signal.SIGHUP)
    eventually(lambda: now() != first, "the new certificate is not served")


def check_trail(workspace):
    rows = run_json(program, "audit", workspace, "--json")["rows"]
    expect([row["number"] for row in rows] == list(range(1, len(rows) + 1)), "the trail has holes")
    expect({row["action"] for row in rows} == {"account.add", "account.token", "account.revoke"}, "actions are missing")
    expect(all(row["who"].startswith("shell:") for row in rows), "a command is not its user's")
    text = json.dumps(rows)
    expect("caitu_" not in text and "argon2" not in text, "the trail holds a secret")
    expect(run_json(program, "audit", workspace, "--who", "nobody", "--json")["rows"] == [], "--who lets others through")
    expect(run_json(program, "audit", workspace, "--since", "2099-01-01", "--json")["rows"] == [], "--since lets the past through")
    expect(len(run_json(program, "audit", workspace, "--since", "2020-01-01", "--json")["rows"]) == len(rows), "--since drops rows")
    run(program, "audit", workspace, "--since", "yesterday", code=2)
    for change in ("UPDATE audit SET who = 'shell:somebody' WHERE number = 2", "UPDATE audit SET after = '{' WHERE number = 2",
                   "DELETE FROM audit WHERE number = 2"):
        database = sqlite3.connect(os.path.join(workspace, "work.db"))
        before = database.execute("SELECT * FROM audit WHERE number = 2").fetchone()
        database.execute(change)
        database.commit()
        told = run(program, "audit", workspace, code=1)
        expect("row 2" in told.stderr, f"after {change} the trail says: {told.stderr}")
        expect(json.loads(run(program, "audit", workspace, "--json", code=1).stdout)["broken"] == 2, "the JSON hides the break")
        database.execute("INSERT OR REPLACE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", before)
        database.commit()
        database.close()
    run(program, "audit", workspace)


with temporary_folder() as folder:
    workspace = os.path.join(folder, "ws")
    run(program, "init", workspace)
    pair = make_certificate(folder, "first")
    first = check_refusals(workspace, pair)
    run(program, "account", "revoke", workspace, "here")
    token = check_commands(workspace)
    check_loopback(workspace, token)
    token = account(workspace, "wang", "--new-token")["token"]
    check_proxy(workspace, token)
    check_tls(workspace, folder, pair, token)
    check_trail(workspace)
    expect(first != token, "two tokens are alike")
print("accounts, tokens, TLS and the trail hold")
