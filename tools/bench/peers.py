"""What the benches share: packages, files to measure on, programs run and timed, and how figures are told."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
WORK = TOP / "build" / "bench"
CAITU = TOP / "build" / "release" / "caitu"
DEMO = TOP / "build" / "release" / "caitu-demo"
STRESS = TOP.parent / "shared" / "data" / "stress"


def fail(message):
    sys.exit(f"{Path(sys.argv[0]).name}: {message}")


def prepare(*packages):
    """Installs what is missing by tools/setup.sh, builds the release programs when they are not there, and makes build/bench."""
    subprocess.run(["bash", "-ec", '. "$0"; need_packages "$@"', TOP / "tools" / "setup.sh", *packages], check=True)
    if not CAITU.exists() or not DEMO.exists():
        steps = 'need_packages $build_packages; build_program release caitu caitu-demo'
        subprocess.run(["bash", "-ec", f'. "$0"; {steps}', TOP / "tools" / "setup.sh"], check=True)
    WORK.mkdir(parents=True, exist_ok=True)


# -- Programs run and timed ------------------------------------------------------------------------------------------

@dataclass
class Usage:
    """What one or more programs, run one after the other, took."""
    seconds: float = 0.0
    user: float = 0.0
    system: float = 0.0
    peak_mib: float = 0.0
    anonymous_mib: float = 0.0  # the most that belonged to no file; known when memory was bounded
    stages: dict = field(default_factory=dict)  # seconds by name, when the program says when each begins
    output: str = ""

    def __add__(self, other):
        return Usage(self.seconds + other.seconds, self.user + other.user, self.system + other.system,
                     max(self.peak_mib, other.peak_mib), max(self.anonymous_mib, other.anonymous_mib),
                     {**self.stages, **other.stages}, self.output + other.output)


def anonymous_peak(process, peak, ended):
    """Looks every few milliseconds at the memory that belongs to no file, in MiB, until `ended`."""
    while not ended.wait(0.005):
        try:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                peak[0] = max([peak[0], *(int(line.split()[1]) / 1024 for line in status if line.startswith("RssAnon:"))])
        except (FileNotFoundError, ProcessLookupError):
            return


def timed(*command, stage=None, environment=None, memory_mib=None):
    """Runs a program to its end. `stage` is a pattern whose first group names a stage that begins with that line of stderr.
    `memory_mib`: it gets no more memory of its own (RLIMIT_DATA), and what it had at most is told."""
    bound = ["prlimit", f"--data={memory_mib << 20}"] if memory_mib else []
    began = time.perf_counter()
    process = subprocess.Popen([*bound, *(str(part) for part in command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, env={**os.environ, **(environment or {})})
    said, anonymous, over = [], [0.0], threading.Event()
    if memory_mib:
        threading.Thread(target=anonymous_peak, args=(process, anonymous, over)).start()
    reader = threading.Thread(target=lambda: said.extend((time.perf_counter(), line) for line in process.stderr))
    reader.start()
    output = process.stdout.read()
    reader.join()
    _, status, used = os.wait4(process.pid, 0)
    ended = time.perf_counter()
    over.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        fail(f"{' '.join(str(part) for part in command)}\nended with {process.returncode}:\n{''.join(line for _, line in said)}")
    return Usage(ended - began, used.ru_utime, used.ru_stime, used.ru_maxrss / 1024, anonymous[0],
                 stages(began, ended, said, stage), output)


def stages(began, ended, said, pattern):
    marks = [(at, found.group(1)) for at, line in said if pattern and (found := re.search(pattern, line))]
    if not marks:
        return {}
    marks = [(began, "starting")] + marks + [(ended, None)]
    return {name: following[0] - at for (at, name), following in zip(marks, marks[1:])}


# -- Files to measure on ---------------------------------------------------------------------------------------------

def parcels_file(parcels):
    """One Shapefile of the made delivery: GBK with a .cpg, EPSG:4527, so that every program reads the very same file."""
    folder = WORK / f"delivery-{parcels}"
    merged = folder / "parcels.shp"
    if merged.exists():
        return merged
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    subprocess.run([DEMO, part, "--parcels", str(parcels), "--no-faults"], check=True, stderr=subprocess.DEVNULL)
    for index, delivered in enumerate(sorted((part / "parcels").glob("DLTB_*.shp"))):
        how = ["-append"] if index else ["-f", "ESRI Shapefile", "-lco", "ENCODING=GBK"]
        subprocess.run(["ogr2ogr", *how, part / "parcels.shp", delivered, "-nln", "parcels"], check=True)
    part.rename(folder)
    return merged


def folder_size(path):
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)


# -- Telling figures -------------------------------------------------------------------------------------------------

def spread(values, digits=2):
    """Median and, in brackets, least and most."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def verdict(what, value, wanted, met):
    print(f"{'met    ' if met else 'NOT MET'}  {what}: {value} (wanted {wanted})", flush=True)
    return met


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def describe_machine(extra=()):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"machine: {os.cpu_count()} × {model}, {memory:.0f} GiB, load average {os.getloadavg()[0]:.2f}")
    print(f"programs: {first_line(CAITU, '--version')}; {first_line('ogr2ogr', '--version')}")
    for line in extra:
        print(line)
    if os.getloadavg()[0] > os.cpu_count():
        print("!! other programs keep this machine busy: the figures are not to be trusted")
    print(flush=True)

