"""What the Python tests share: running the program, a server for a while, asking it."""
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request


# The program is a sanitizer build: it reserves nearly the whole address space for itself and takes some ten times as long.
SANITIZED = "CAITU_SANITIZED" in os.environ
ADDRESS_SPACE = 2 << 30


def run(*command, code=0, **options):
    """Runs a command; fails the test unless it ends with `code` (None: anything). Returns the completed process."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if code is not None and done.returncode != code:
        fail(f"{' '.join(map(str, command))}\n  ended with {done.returncode}, not {code}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


def run_json(*command, **options):
    return json.loads(run(*command, **options).stdout)


def fail(message):
    sys.exit("FAIL: " + message)


def expect(holds, message):
    if not holds:
        fail(message)


def limit_memory():
    """For preexec_fn: the program may use so much and no more."""
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


@contextlib.contextmanager
def temporary_folder():
    folder = tempfile.mkdtemp(prefix="caitu-test-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Address(str):
    """Of a server, with the id of its process."""
    pid = 0


@contextlib.contextmanager
def served(program, workspace, *options, stderr=None):
    """The address of a server that runs for the length of the block and must end well; `stderr` takes its log."""
    listen = [] if "--listen" in options else ["--listen", "127.0.0.1:0"]
    process = subprocess.Popen([str(program), "serve", str(workspace), *listen, *options], stdout=subprocess.PIPE, stderr=stderr,
                               text=True)
    line = process.stdout.readline()
    found = re.search(r"https?://[\d.]+:\d+", line)
    if not found:
        fail(f"the server did not start: {line}")
    address = Address(found.group(0))
    address.pid = process.pid
    try:
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=30) != 0:
            fail(f"the server ended with {process.returncode}")


def get(url, headers=None):
    """(status, headers, body) of a GET; an error status is an answer, not an exception."""
    return ask(url, headers)


def ask(url, headers=None, method="GET", body=None, context=None):
    """The same of any method; `context` says whom to trust over TLS."""
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def get_json(url):
    status, _, body = get(url)
    expect(status == 200, f"{url} answered {status}: {body[:300]}")
    return json.loads(body)
