"""Is the port free, and if not, who has it?"""

import errno
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

from pasiflora.stack.errors import StackError
from pasiflora.stack.processes import HAS_PROC, command_of

LISTENING = "0A"  # the state column of /proc/net/tcp


def require_free(host: str, port: int) -> None:
    """Return when a server can listen there; otherwise say who does already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                taken = f"Port {port} is taken by {_owner(port)}."
                raise StackError(f"{taken} Try make demo PORT={port + 1}") from error
            raise StackError(f"Pasiflora cannot listen on {host}:{port}: {error.strerror}.") from error


def _owner(port: int) -> str:
    pid = _listening_pid(port)
    if pid is None:
        return "another program"
    return f"{Path(command_of(pid).split(' ')[0]).name or 'a program'} (pid {pid})"


def _listening_pid(port: int) -> int | None:
    if HAS_PROC:
        return _pid_holding(_listening_inodes(port))
    with suppress(OSError, ValueError):
        command = ["lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return int(found.stdout.split()[0]) if found.stdout else None
    return None


def _listening_inodes(port: int) -> set[str]:
    """The kernel's numbers of the sockets that listen on `port`."""
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                    found.add(columns[9])
    return found


def _pid_holding(inodes: set[str]) -> int | None:
    """A process with one of these sockets open. None for another user's: the kernel does not tell us."""
    sockets = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                if any(str(link.readlink()) in sockets for link in (process / "fd").iterdir()):
                    return int(process.name)
    return None
