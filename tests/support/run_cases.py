#!/usr/bin/env python3
"""Runs .case files against a server started for them, over raw sockets. No C++ is needed to write one.

    run_cases.py --program build/release/caitu --workspace WS FILE.case…

A case file is a list of exchanges, parted by lines of `===`; each is a request, a line `---`, and what must come back.

    # Words for a person.
    GET /tiles/plan/6/52/24
    Accept-Encoding: gzip
    ---
    200
    Content-Type: application/vnd.mapbox-vector-tile
    ETag ~ "[0-9a-f]+(-gzip)?"
    capture etag = ETag
    json $.features[0].id = 12
    json $.detail ~ whole number
    body contains text
    body empty
    time < 2

Request: the request line, headers, then an empty line and a body. Host is added unless given, `Connection: close` too.
Instead of a request line: `raw "bytes"` lines with escapes \\r \\n \\xNN, `wait SECONDS`, `repeat "bytes" COUNT`; they are sent as
they stand, and no header is added. `body-repeat "text" COUNT` makes a long body. {name} stands for what was captured before,
{token:ROLE} for the token of an account of that role, {token:ROLE:110115} for one bounded by that district.
Answer: a status, or `closed` (the server hung up without an answer), or `200 or closed`. `Name: value` is exact, `Name ~ regex`
a search, `no Name` its absence. `json PATH = VALUE` compares with JSON, `json PATH ~ regex` searches, `json PATH count = N`.
"""
import argparse
import ast
import gzip
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time

TIMEOUT = 30


class Fault(Exception):
    pass


def literal(text):
    return ast.literal_eval("b" + text)


def start(program, workspace, options):
    log = open(os.path.join(workspace, "server.log"), "wb")
    process = subprocess.Popen([program, "serve", workspace, "--listen", "127.0.0.1:0", *options], stdout=subprocess.PIPE, stderr=log, text=True)
    line = process.stdout.readline()
    found = re.search(r":(\d+)/", line)
    if not found:
        raise SystemExit("the server did not start:\n" + open(log.name, encoding="utf-8").read())
    return process, int(found.group(1))


class Tokens:
    """Tokens of accounts that are made in the workspace when a case first asks for them, and revoked at the end. Names are new
    with every run: a workspace is kept from run to run."""

    def __init__(self, program, workspace):
        self.program, self.workspace = program, workspace
        self.names, self.tokens = [], {}

    def __call__(self, kind):
        if kind not in self.tokens:
            role, _, district = kind.partition(":")
            name = f"case-{role}-{secrets.token_hex(4)}"
            bounds = ["--district", district] if district else []
            made = self.account("add", name, "--role", role, *bounds, "--json")
            self.names.append(name)
            self.tokens[kind] = json.loads(made)["token"]
            time.sleep(1.1)  # a running server knows within a second
        return self.tokens[kind]

    def account(self, verb, name, *options):
        done = subprocess.run([self.program, "account", verb, self.workspace, name, *options], capture_output=True, text=True)
        if done.returncode != 0:
            raise Fault(f"caitu account {verb} {name} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def revoke(self):
        for name in self.names:
            self.account("revoke", name, "--force")


def build_request(lines, port, known, tokens):
    """The bytes to send, as a list of pieces; a number is a pause in seconds."""
    lines = [re.sub(r"\{token:([\w:]+)\}", lambda m: tokens(m.group(1)), line) for line in lines]
    lines = [re.sub(r"\{(\w+)\}", lambda m: known.get(m.group(1), m.group(0)), line) for line in lines]
    if lines[0].split(" ")[0] in ("raw", "wait", "repeat"):
        pieces = []
        for line in lines:
            verb, rest = line.split(" ", 1)
            if verb == "raw":
                pieces.append(literal(rest))
            elif verb == "wait":
                pieces.append(float(rest))
            elif verb == "repeat":
                text, count = rest.rsplit(" ", 1)
                pieces.append(literal(text) * int(count))
            else:
                raise Fault(f"a raw request has no line {line!r}")
        return pieces
    head, body = [lines[0] + " HTTP/1.1"], b""
    rest = lines[1:]
    while rest and rest[0].strip():
        head.append(rest.pop(0))
    for line in rest[1:]:
        if line.startswith("body-repeat "):
            text, count = line.split(" ", 1)[1].rsplit(" ", 1)
            body += literal(text) * int(count)
        else:
            body += line.encode()
    names = {line.split(":")[0].lower() for line in head[1:]}
    if "host" not in names:
        head.append(f"Host: 127.0.0.1:{port}")
    if "connection" not in names:
        head.append("Connection: close")
    if body and "content-length" not in names and "transfer-encoding" not in names:
        head.append(f"Content-Length: {len(body)}")
    return [("\r\n".join(head) + "\r\n\r\n").encode() + body]


def exchange(port, pieces):
    """Sends and reads until the server closes. Returns the bytes that came."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        received = b""
        try:
            for piece in pieces:
                if isinstance(piece, float):
                    time.sleep(piece)
                else:
                    connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            while chunk := connection.recv(1 << 16):
                received += chunk
                if not pieces_close(pieces) and complete(received):
                    break
        except ConnectionResetError:
            pass
        return received


def pieces_close(pieces):
    return any(isinstance(piece, bytes) and b"connection: close" in piece.lower() for piece in pieces)


def complete(received):
    head, found, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(found) and length is not None and len(body) >= int(length.group(1))


def parse_answer(received):
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    if headers.get("transfer-encoding") == "chunked":
        whole = b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            count = int(size, 16)
            if count == 0:
                break
            whole += rest[:count]
            body = rest[count + 2:]
        body = whole
    if headers.get("content-encoding") == "gzip" and body:
        body = gzip.decompress(body)
    return status, headers, body


def at_path(document, path):
    for name, index in re.findall(r"\.([\w:$-]+)|\[(\d+)\]", path):
        document = document[int(index)] if index else document[name]
    return document


def check_json(document, rest):
    found = re.match(r"(\$\S*) (count =|=|~|>|<) (.*)$", rest)
    if not found:
        raise Fault(f"no such check: json {rest}")
    path, verb, wanted = found.groups()
    try:
        value = at_path(document, path)
    except (KeyError, IndexError, TypeError):
        raise Fault(f"{path} is not in the answer: {json.dumps(document, ensure_ascii=False)[:300]}") from None
    shown = json.dumps(value, ensure_ascii=False)[:300]
    if verb == "count =" and len(value) != int(wanted):
        raise Fault(f"{path} has {len(value)} members, not {wanted}")
    if verb == "=" and value != json.loads(wanted):
        raise Fault(f"{path} is {shown}, not {wanted}")
    if verb == "~" and not re.search(wanted, value if isinstance(value, str) else shown):
        raise Fault(f"{path} is {shown}, without {wanted}")
    if verb == ">" and not value > float(wanted):
        raise Fault(f"{path} is {shown}, not above {wanted}")
    if verb == "<" and not value < float(wanted):
        raise Fault(f"{path} is {shown}, not below {wanted}")


def check(lines, received, seconds, known):
    wanted = lines[0].split(" or ")
    if not received:
        if "closed" in wanted:
            return
        raise Fault("the server closed the connection without an answer")
    status, headers, body = parse_answer(received)
    if str(status) not in wanted:
        raise Fault(f"status {status}, not {lines[0]}: {body[:300].decode('utf-8', 'replace')}")
    for line in lines[1:]:
        line = re.sub(r"\{(\w+)\}", lambda m: known.get(m.group(1), m.group(0)), line)
        if line.startswith("json "):
            check_json(json.loads(body), line[5:])
        elif line.startswith("body contains "):
            if line[14:].encode() not in body:
                raise Fault(f"the body lacks {line[14:]!r}: {body[:300]!r}")
        elif line == "body empty":
            if body:
                raise Fault(f"the body holds {len(body)} bytes")
        elif line.startswith("time < "):
            if seconds >= float(line[7:]):
                raise Fault(f"it took {seconds:.1f} s")
        elif line.startswith("capture "):
            name, _, source = line[8:].partition(" = ")
            known[name] = str(at_path(json.loads(body), source)) if source.startswith("$") else headers[source.lower()]
        elif line.startswith("no "):
            if line[3:].lower() in headers:
                raise Fault(f"there is a header {line[3:]}")
        elif " ~ " in line:
            name, _, pattern = line.partition(" ~ ")
            if not re.search(pattern, headers.get(name.lower(), "")):
                raise Fault(f"{name} is {headers.get(name.lower())!r}, without {pattern}")
        elif ": " in line:
            name, _, value = line.partition(": ")
            if headers.get(name.lower()) != value:
                raise Fault(f"{name} is {headers.get(name.lower())!r}, not {value!r}")
        else:
            raise Fault(f"no such check: {line}")


def run_file(path, port, tokens):
    known = {"host": f"127.0.0.1:{port}"}
    with open(path, encoding="utf-8") as text:
        blocks = re.split(r"^===.*\n", text.read(), flags=re.M)
    for number, block in enumerate(blocks, 1):
        request, parted, answer = block.partition("\n---\n")
        if not parted:
            raise Fault(f"exchange {number} has no line ---")
        request_lines = request.split("\n")
        while request_lines and (request_lines[0].startswith("#") or not request_lines[0].strip()):
            request_lines.pop(0)
        answer_lines = [line.strip() for line in answer.split("\n") if line.strip() and not line.startswith("#")]
        try:
            pieces = build_request(request_lines, port, known, tokens)
            began = time.monotonic()
            received = exchange(port, pieces)
            check(answer_lines, received, time.monotonic() - began, known)
        except Fault as fault:
            raise Fault(f"exchange {number} ({request_lines[0][:100]}): {fault}") from None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--workspace", required=True)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    process, port = start(arguments.program, arguments.workspace, [])
    failed, tokens = 0, Tokens(arguments.program, arguments.workspace)
    try:
        for path in arguments.files:
            try:
                run_file(path, port, tokens)
                print(f"ok    {os.path.basename(path)}")
            except (Fault, OSError, ValueError, KeyError) as fault:
                failed += 1
                print(f"FAIL  {os.path.basename(path)}: {fault}")
            if process.poll() is not None:
                sys.exit("the server died")
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
        tokens.revoke()
    print(f"{len(arguments.files) - failed} of {len(arguments.files)} cases hold")
    if failed or code != 0:
        sys.exit(f"{failed} failed; the server ended with {code}")


main()
