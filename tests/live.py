"""The whole product as it runs on a machine: servers, web, worker and beat, for tests that use it from outside."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.conf import settings

from bench.people import Person
from pasiflora.stack.home import ROOT, Home
from pasiflora.stack.postgres import Postgres
from tests.stack.watching import children_of, eventually

ADMIN, PASSWORD = "admin@example.org", "correct horse battery"
SWEEP_SECONDS, STALE_SECONDS = "1", "3"


def own_environment(home: Home) -> dict[str, str]:
    """Ours, without the servers that the suite itself runs on."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return inherited | {
        "PASIFLORA_VAR": str(home.path),
        "DJANGO_SETTINGS_MODULE": "pasiflora.settings.development",
    }


def new_home() -> Home:
    """A home with a migrated database that knows an admin and nobody else. Migrating takes longer than all the rest of
    a stack's start, so it is done once in a test run and copied, owner and modes included."""
    folder = stacks()
    folder.mkdir(parents=True, exist_ok=True)
    home = Home(Path(mkdtemp(dir=folder)))
    home.path.chmod(0o755)
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not migrated().path.exists():
            _migrate(migrated())
    subprocess.run(["cp", "-a", Postgres(migrated()).data, Postgres(home).data], check=True)
    return home


def stacks() -> Path:
    """Where the homes of this test run are, for all its processes."""
    return Path(settings.VAR, "stacks")


def migrated() -> Home:
    """The home that the others are copied from. Nothing runs in it."""
    return Home(stacks() / "migrated")


def _migrate(home: Home) -> None:
    home.path.mkdir(mode=0o755)
    for command in (["-m", "pasiflora.stack.prepare"], ["manage.py", "create_admin", ADMIN, "--name", "Ada Admin"]):
        run = [sys.executable, "-m", "pasiflora.stack", "run", "--", sys.executable, *command]
        env = own_environment(home) | {"PASIFLORA_ADMIN_PASSWORD": PASSWORD}
        done = subprocess.run(run, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            home.discard()
            pytest.fail(done.stdout + done.stderr)


class LiveStack:
    """One running product in a home of its own."""

    def __init__(self) -> None:
        self.visitors: list[Person] = []
        self.inside: subprocess.Popen[str] | None = None
        self.home = new_home()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.env = own_environment(self.home) | {
            "PASIFLORA_SWEEP_SECONDS": SWEEP_SECONDS,
            "PASIFLORA_STALE_SECONDS": STALE_SECONDS,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pasiflora.stack", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for line in self.process.stdout or ():
            said.append(line)
            if "is ready" in line:
                break
        assert self.process.poll() is None, "".join(said)

    def manage(self, *arguments: str) -> str:
        """Run a management command against the running servers; what it printed."""
        command = [sys.executable, "-m", "pasiflora.stack", "run", "--", sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> object:
        """Run Python inside the product and return what it assigned to `result`, as JSON."""
        if self.inside is None or self.inside.poll() is not None:
            self.inside = subprocess.Popen(
                [sys.executable, "-m", "pasiflora.stack", "run", "--", sys.executable, "-m", "tests.inside"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.inside.stdin is not None
        assert self.inside.stdout is not None
        self.inside.stdin.write(json.dumps(code) + "\n")
        self.inside.stdin.flush()
        for line in self.inside.stdout:
            if line.startswith("RESULT"):
                told = json.loads(line.removeprefix("RESULT"))
                assert "error" not in told, told["error"]
                return told["result"]
        raise AssertionError("What runs inside the product ended.")

    def child(self, name: str) -> int:
        """The pid of a part of the product: web, worker, beat, valkey, postgres."""
        found = eventually(lambda: next((pid for key, pid in children_of(self.home).items() if name in key), None))
        assert isinstance(found, int)
        return found

    def kill(self, name: str) -> None:
        """kill -9 a part with everything below it."""
        leader = self.child(name)
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(leader), signal.SIGKILL)

    def person(self, email: str = ADMIN, password: str = PASSWORD) -> Person:
        """Somebody signed in."""
        visitor = Person(self.origin)
        self.visitors.append(visitor)
        visitor.sign_in(email, password)
        return visitor

    def mails(self) -> list[str]:
        """Every mail sent so far, oldest first."""
        folder = self.home.path / "mail"
        return [path.read_text() for path in sorted(folder.glob("*.log"))] if folder.exists() else []

    def stop(self) -> None:
        """Stop everything and remove the home."""
        for visitor in self.visitors:
            visitor.close()
        if self.inside is not None:
            self.inside.communicate(timeout=60)
        self.process.terminate()
        self.process.communicate(timeout=60)
        self.home.discard()
