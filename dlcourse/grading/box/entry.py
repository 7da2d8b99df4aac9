"""The script of a box: it loads NumPy, msgspec, this folder and two modules from where it is told.

entry.py zygote|unsandboxed|survey SETTINGS        SETTINGS: JSON
"""

import gc
import importlib.util
import json
import os
import socket
import sys

WARM = """
abc collections concurrent.futures copy dataclasses decimal enum fractions functools inspect itertools json
math operator random re statistics string textwrap time timeit types typing warnings
numpy.fft numpy.linalg numpy.random
"""


def load(name: str, place: str):
    """The module or package at `place`, although its folder is not on sys.path."""
    folder = place if os.path.isdir(place) else None
    file = os.path.join(place, "__init__.py") if folder else place
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folder and [folder])
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_all(settings: dict):
    gc.disable()  # nothing of this is ever garbage
    load("numpy", settings["numpy"])
    load("msgspec", settings["msgspec"])
    for name in WARM.split():
        importlib.import_module(name)
    load("source_facts", settings["source_facts"])
    calls = load("calls", settings["calls"])
    gc.enable()
    return calls


def zygote(settings: dict) -> None:
    from box import hardening

    hardening.around_zygote(settings["readable"], settings["listable"])
    calls = load_all(settings)
    from box.zygote import serve

    control = socket.socket(fileno=settings["control"])
    serve(control, calls, settings["cpu_seconds"], settings["memory"])


def unsandboxed(settings: dict) -> None:
    calls = load_all(settings)
    from box.unsandboxed import main

    main(calls, settings["cpu_seconds"])


def survey(settings: dict) -> None:
    """Print what a zygote's imports read: the folders they come from and the libraries they map."""
    paths = list(sys.path)
    load_all(settings)
    importlib.import_module("box.zygote")
    with open("/proc/self/maps") as maps:
        mapped = {line.split(maxsplit=5)[-1].rstrip("\n") for line in maps if "/" in line}
    print(json.dumps({"path": paths, "mapped": sorted(mapped)}))


if __name__ == "__main__":
    mode, settings = sys.argv[1], json.loads(sys.argv[2])
    sys.argv[:] = [""]
    load("box", os.path.dirname(os.path.abspath(__file__)))
    {"zygote": zygote, "unsandboxed": unsandboxed, "survey": survey}[mode](settings)
