"""A PostgreSQL cluster with PostGIS of the bench's own, and prepared statements by libpq with results in binary."""

import ctypes
import os
import shutil
import subprocess

from peers import WORK, fail

PACKAGES = ["postgresql-15-postgis-3", "libpq5"]
PROGRAMS = "/usr/lib/postgresql/15/bin"
FOLDER = WORK / "postgis"
PORT = 54315

MEMORY_MIB = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
# Generous to PostgreSQL: a load that writes no log and waits for no disk, no compiling of short statements, and no
# vacuum beside the measurement.
SETTINGS = {
    "shared_buffers": f"{MEMORY_MIB // 4}MB",
    "effective_cache_size": f"{MEMORY_MIB * 3 // 4}MB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "jit": "off",
    "max_parallel_workers_per_gather": "2",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "random_page_cost": "1.1",
}


class Cluster:
    """Started on entry, stopped on exit; its data stay in build/bench/postgis, so that a second run finds them."""

    def __init__(self):
        self.as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.data = FOLDER / "data"
        self.conninfo = f"host={FOLDER} port={PORT} user=postgres dbname=bench"

    def __enter__(self):
        if not (self.data / "PG_VERSION").exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            if self.as_owner:
                shutil.chown(FOLDER, "postgres")
            self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = " ".join(f"-c {key}={value}" for key, value in SETTINGS.items())
        self._run("pg_ctl", "-D", self.data, "-w", "-l", FOLDER / "log", "start", "-o",
                  f"-c listen_addresses= -c unix_socket_directories={FOLDER} -c port={PORT} {options}")
        self.pid = int((self.data / "postmaster.pid").read_text().split()[0])
        if self.sql("SELECT count(*) FROM pg_database WHERE datname = 'bench'", "postgres") == "0":
            self.sql("CREATE DATABASE bench", "postgres")
        self.sql("CREATE EXTENSION IF NOT EXISTS postgis")
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def _run(self, program, *arguments):
        done = subprocess.run([*self.as_owner, f"{PROGRAMS}/{program}", *map(str, arguments)], cwd="/",
                              stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode != 0:
            fail(f"{program} failed: {done.stderr.decode()}")

    def psql(self, statement, database="bench"):
        """The command line that runs one statement."""
        return ["psql", "-XqAtv", "ON_ERROR_STOP=1", "-h", FOLDER, "-p", str(PORT), "-U", "postgres", "-d", database, "-c",
                statement]

    def sql(self, statement, database="bench"):
        done = subprocess.run(self.psql(statement, database), capture_output=True, text=True)
        if done.returncode != 0:
            fail(f"{statement}: {done.stderr}")
        return done.stdout.rstrip("\n")

    def cpu_seconds(self):
        """User and system time of all backends that have ended."""
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return tuple(int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in fields[13:15])

    def describe(self):
        settings = ", ".join(f"{key}={value}" for key, value in SETTINGS.items())
        version = self.sql("SELECT split_part(version(), ' (', 1) || ', PostGIS ' || postgis_lib_version()")
        return [f"peer: {version}", f"its settings: {settings}"]


class Prepared:
    """One connection with one prepared statement of whole-number parameters that gives one binary value."""

    def __init__(self, conninfo, statement, parameters):
        self.libpq = libpq()
        self.connection = self.libpq.PQconnectdb(conninfo.encode())
        integers = (ctypes.c_uint * parameters)(*[23] * parameters)
        result = self.libpq.PQprepare(self.connection, b"tile", statement.encode(), parameters, integers)
        if self.libpq.PQresultStatus(result) != 1:
            fail(self.libpq.PQerrorMessage(self.connection).decode())
        self.libpq.PQclear(result)
        self.values = (ctypes.c_char_p * parameters)()

    def __call__(self, *arguments):
        for index, argument in enumerate(arguments):
            self.values[index] = b"%d" % argument
        result = self.libpq.PQexecPrepared(self.connection, b"tile", len(self.values), self.values, None, None, 1)
        if self.libpq.PQresultStatus(result) != 2:
            fail(self.libpq.PQerrorMessage(self.connection).decode())
        value = ctypes.string_at(self.libpq.PQgetvalue(result, 0, 0), self.libpq.PQgetlength(result, 0, 0))
        self.libpq.PQclear(result)
        return value


def libpq():
    library = ctypes.CDLL("libpq.so.5")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in [
        ("PQconnectdb", pointer, [text]),
        ("PQprepare", pointer, [pointer, text, text, number, pointer]),
        ("PQexecPrepared", pointer, [pointer, text, number, pointer, pointer, pointer, number]),
        ("PQresultStatus", number, [pointer]),
        ("PQgetvalue", pointer, [pointer, number, number]),
        ("PQgetlength", number, [pointer, number, number]),
        ("PQerrorMessage", text, [pointer]),
        ("PQclear", None, [pointer]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
