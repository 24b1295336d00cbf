#!/usr/bin/env python3
"""Every tile of zooms 8 to 16 over a made delivery of a million parcels: answered, plain and gzipped alike, and none above 1 MB.

    tile_sweep.py PROGRAM MAKE_WORKSPACE WORKSPACE PARCELS

A tile is over the data when its parent holds something, or when it meets the extent of a layer that first
appears at a deeper zoom than the parent's. Prints the largest tile of each zoom.
"""
import collections
import math
import multiprocessing
import os
import socket
import sys
import time
import urllib.parse
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import large_workspace
from caitu import expect, fail, get_json, served

FIRST_ZOOM, LAST_ZOOM = 8, 16
EMPTY_ZOOM = 12  # a tileset without data is asked over the parcels, down to here
MOST_BYTES = 1_000_000
PROCESSES, CONNECTIONS = 2, 4  # connections of each process
IN_FLIGHT = 16  # requests sent ahead on one connection
CHUNK = CONNECTIONS * IN_FLIGHT * 8


class Connection:
    """Keeps a connection open and sends requests ahead of their answers."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()

    def send(self, paths, headers):
        self.socket.sendall(b"".join(b"GET " + path + b" HTTP/1.1\r\n" + headers for path in paths))

    def more(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server hung up")
        self.buffer += data

    def answer(self):
        """(status, gzipped, body) of the next answer."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self.more()
        head = bytes(self.buffer[:end]).lower()
        del self.buffer[:end + 4]
        status = int(head[9:12])
        length = 0
        if (at := head.find(b"\r\ncontent-length:")) >= 0:
            length = int(head[at + 17:].split(b"\r\n", 1)[0])
        while len(self.buffer) < length:
            self.more()
        body = bytes(self.buffer[:length])
        del self.buffer[:length]
        return status, b"\r\ncontent-encoding: gzip" in head, body


def ask(connections, host, paths, gzip):
    """Answers in the order of the paths."""
    headers = f"Host: {host}\r\n".encode() + (b"Accept-Encoding: gzip\r\n\r\n" if gzip else b"\r\n")
    answers = []
    step = CONNECTIONS * IN_FLIGHT
    for first in range(0, len(paths), step):
        batches = [paths[at:at + IN_FLIGHT] for at in range(first, min(first + step, len(paths)), IN_FLIGHT)]
        for connection, batch in zip(connections, batches):
            connection.send(batch, headers)
        for connection, batch in zip(connections, batches):
            answers += [connection.answer() for _ in batch]
    return answers


opened = None


def sweep(work):
    """For each tile: its size in bytes, 0 when empty; or a text saying what is wrong."""
    global opened
    host, port, tileset, tiles = work
    if opened is None:
        opened = [Connection(host, port) for _ in range(CONNECTIONS)]
    paths = [f"/tiles/{tileset}/{z}/{x}/{y}".encode() for z, x, y in tiles]
    results = []
    for path, (status, packed, body), (zstatus, zpacked, zbody) in zip(
            paths, ask(opened, host, paths, False), ask(opened, host, paths, True)):
        name = path.decode()
        if status not in (200, 204) or zstatus != status:
            results.append(f"{name} answered {status} plain and {zstatus} for gzip: {body[:200]}")
        elif packed:
            results.append(f"{name} came compressed to one who did not ask")
        elif (zlib.decompress(zbody, 31) if zpacked else zbody) != body:
            results.append(f"{name} differs, plain and gzipped")
        elif (status == 204) != (not body):
            results.append(f"{name} answered {status} with {len(body)} bytes")
        elif len(body) > MOST_BYTES:
            results.append(f"{name} has {len(body)} bytes")
        else:
            results.append(len(body))
    return results


def tiles_of(box, z):
    """The tiles of a zoom that meet a box of degrees."""
    west, south, east, north = box
    side = 2**z
    column = lambda lon: min(side - 1, int((lon + 180) / 360 * side))
    row = lambda lat: min(side - 1, int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side))
    return [(z, x, y) for x in range(column(west), column(east) + 1) for y in range(row(north), row(south) + 1)]


def children(tile):
    z, x, y = tile
    return [(z + 1, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]


def sweep_tileset(pool, address, base, tileset, extents):
    """Goes down zoom by zoom. Returns [(zoom, tiles, filled, largest, its tile)]."""
    description = get_json(f"{base}/tiles/{tileset}.json")
    begins = {layer["id"]: layer["minzoom"] for layer in description["vector_layers"] if layer["id"] in extents}
    filled, rows = [], []
    for z in range(max(FIRST_ZOOM, description["minzoom"]), min(LAST_ZOOM, description["maxzoom"]) + 1):
        wanted = {child for tile in filled for child in children(tile)}
        for layer, begin in begins.items():
            if begin == z or (begin < z and not rows):
                wanted.update(tiles_of(extents[layer], z))
        if not begins and z <= EMPTY_ZOOM:
            wanted.update(tiles_of(extents["parcels"], z))
        tiles = sorted(wanted)
        chunks = [tiles[at:at + CHUNK] for at in range(0, len(tiles), CHUNK)]
        sizes = [size for part in pool.imap(sweep, [(*address, tileset, chunk) for chunk in chunks]) for size in part]
        wrong = [size for size in sizes if isinstance(size, str)]
        if wrong:
            fail(f"{len(wrong)} of {len(tiles)} tiles of {tileset} z{z}:\n  " + "\n  ".join(wrong[:10]))
        filled = [tile for tile, size in zip(tiles, sizes) if size]
        largest = max(zip(sizes, tiles), default=(0, None))
        rows.append((z, len(tiles), len(filled), *largest))
    return rows


def main():
    program, make_workspace, workspace, parcels = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    large_workspace.make(program, make_workspace, workspace, parcels)
    asked, began = 0, time.monotonic()
    largest = collections.Counter()
    with served(program, workspace) as base:
        where = urllib.parse.urlsplit(base)
        listed = get_json(base + "/ogc/collections")["collections"]
        extents = {one["id"]: one["extent"]["spatial"]["bbox"][0] for one in listed if "spatial" in one["extent"]}
        expect(next(one["itemCount"] for one in listed if one["id"] == "parcels") > 0.99 * parcels, "parcels are missing")
        tilesets = [one["id"] for one in get_json(base + "/tiles")["tilesets"]]
        expect(sorted(tilesets) == ["flags", "land", "plan"], f"the tilesets are {tilesets}")
        with multiprocessing.Pool(PROCESSES) as pool:
            for tileset in tilesets:
                for z, tiles, filled, size, tile in sweep_tileset(pool, (where.hostname, where.port), base, tileset, extents):
                    asked += tiles
                    largest[z] = max(largest[z], size)
                    print(f"  {tileset:5} z{z:<2} {tiles:>7} tiles, {filled:>7} filled; the largest, {tile}, has {size:>7} bytes")
    seconds = time.monotonic() - began
    expect(asked > 10_000, f"only {asked} tiles were over the data")
    print(f"{asked} tiles, each plain and gzipped, in {seconds:.0f} s: all answered, none above {MOST_BYTES} bytes")
    print("largest by zoom: " + ", ".join(f"z{z} {size}" for z, size in sorted(largest.items())))


if __name__ == "__main__":
    main()
