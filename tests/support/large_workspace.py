"""A workspace of a million made parcels, made when it is not there, or was made by another caitu-demo, other declarations or
another script, and kept for the next run. One test at a time may use it (RESOURCE_LOCK)."""
import hashlib
import os
import shutil
import time

from caitu import run


def stamp_of(program, make_workspace, parcels):
    """What the workspace depends on."""
    folder = os.path.dirname(program)
    layers = os.path.join(os.path.dirname(make_workspace), "..", "..", "geodata", "layers")
    files = [os.path.join(folder, "caitu-demo"), make_workspace]
    files += [os.path.join(layers, name) for name in sorted(os.listdir(layers))]
    digest = hashlib.sha256(str(parcels).encode())
    for name in files:
        with open(name, "rb") as data:
            digest.update(data.read())
    return digest.hexdigest()


def make(program, make_workspace, workspace, parcels):
    stamp, marked = stamp_of(program, make_workspace, parcels), workspace + ".stamp"
    if os.path.exists(marked) and open(marked, encoding="ascii").read() == stamp and os.path.exists(workspace):
        return
    shutil.rmtree(workspace, ignore_errors=True)
    began = time.monotonic()
    run(make_workspace, os.path.dirname(program), workspace, str(parcels))
    shutil.rmtree(os.path.join(workspace, "delivery"))  # large, and not asked for
    with open(marked, "w", encoding="ascii") as text:
        text.write(stamp)
    print(f"  {parcels} parcels made and imported in {time.monotonic() - began:.0f} s")
