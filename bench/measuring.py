"""How figures are taken: peak memory of a process tree, CPU time of processes, percentiles, and tables."""

import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu_seconds(*needles: str) -> float:
    """User and system time of every process whose command line holds one of `needles`, dead children included."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if any(needle in command for needle in needles):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                total += sum(int(field) for field in fields[11:15])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total / TICKS


def tree_cpu_seconds(root: int) -> float:
    """User and system time of a process and everything below it, dead children included."""
    below: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        below.setdefault(int(fields[1]), []).append(int(folder.name))
        spent[int(folder.name)] = sum(int(field) for field in fields[11:15])
    total, waiting = 0, [root]
    while waiting:
        one = waiting.pop()
        total += spent.get(one, 0)
        waiting += below.get(one, [])
    return total / TICKS


def peak_rss_mb() -> float:
    """The largest this process has been, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: Linux carries that one over from the parent through fork and exec, which hides small growth.
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024  # bytes on a Mac


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """`with timed() as seconds: …; seconds()`."""
    began = time.perf_counter()
    ended: list[float] = []
    yield lambda: (ended[0] if ended else time.perf_counter()) - began
    ended.append(time.perf_counter())


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that can be pasted into a note."""
    cells = [list(head), *[[f"{cell:,.1f}" if isinstance(cell, float) else f"{cell}" for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
