"""What the kernel says of a box's child, in which the child has no say."""

import os
import re
from pathlib import Path

from dlcourse.grading.box.rlimits import FILES

NAMESPACES = ("user", "pid", "mnt", "net", "ipc", "uts")
STATUS = {
    "CapInh": "0" * 16,
    "CapPrm": "0" * 16,
    "CapEff": "0" * 16,
    "CapAmb": "0" * 16,
    "NoNewPrivs": "1",
    "Seccomp": "2",
}


def pid_of(handle: int) -> int:
    """The number of the process that a pidfd stands for, as this process sees it."""
    lines = Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


def limits_due(cpu_budget: int, memory: int) -> dict[str, int]:
    """As /proc/<pid>/limits names them."""
    return {
        "Max cpu time": cpu_budget,
        "Max address space": memory,
        "Max file size": 0,
        "Max open files": FILES,
        "Max core file size": 0,
        "Max locked memory": 0,
        "Max msgqueue size": 0,
        "Max processes": 0,
    }


def gaps(pid: int, tier: str, due: dict[str, int]) -> list[str]:
    """Protections that are not there, in words; empty where all are."""
    try:
        status, limits, shared = status_of(pid), limits_of(pid), shared_namespaces(pid)
    except OSError as error:
        return [f"it cannot be looked at ({error.strerror})"]
    found = [
        f"its {name} is {status.get(name)}" for name, value in STATUS.items() if status.get(name) != value
    ]
    found += [
        f"its {name.lower()} is {limits[name]}" for name, most in due.items() if max(limits[name]) > most
    ]
    if tier == "bubblewrap" and shared:
        found.append(f"it shares our namespaces ({', '.join(shared)})")
    return found


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def limits_of(pid: int) -> dict[str, tuple[float, float]]:
    """(soft, hard) by name."""
    rows = re.findall(r"^(Max .*?) {2,}(\w+) +(\w+)", Path(f"/proc/{pid}/limits").read_text(), re.MULTILINE)
    return {name: (_number(soft), _number(hard)) for name, soft, hard in rows}


def _number(limit: str) -> float:
    return float(limit.replace("unlimited", "inf"))


def shared_namespaces(pid: int) -> list[str]:
    """Of NAMESPACES those that are our own; what may not be seen is taken for ours."""
    return [name for name in NAMESPACES if _namespace(pid, name) in (_namespace("self", name), None)]


def _namespace(pid: int | str, name: str) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/ns/{name}")
    except PermissionError:
        return None
