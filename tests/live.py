"""The whole product as it runs on a machine: servers, web, worker and beat, for tests that use it from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

from bench.people import Person
from pasiflora.stack.home import ROOT, Home
from tests.stack.watching import children_of, eventually

ADMIN, PASSWORD = "admin@example.org", "correct horse battery"
SWEEP_SECONDS, STALE_SECONDS = "1", "3"


class LiveStack:
    """One running product in a home of its own."""

    def __init__(self) -> None:
        self.visitors: list[Person] = []
        folder = Path(settings.VAR, "stacks")
        folder.mkdir(parents=True, exist_ok=True)
        self.home = Home(Path(mkdtemp(dir=folder)))
        self.home.path.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
        self.env = inherited | {
            "PASIFLORA_VAR": str(self.home.path),
            "DJANGO_SETTINGS_MODULE": "pasiflora.settings.development",
            "PASIFLORA_SWEEP_SECONDS": SWEEP_SECONDS,
            "PASIFLORA_STALE_SECONDS": STALE_SECONDS,
            "PASIFLORA_ADMIN_PASSWORD": PASSWORD,
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
        told = self.manage("shell", "--no-imports", "-c", f"{code}\nimport json; print('RESULT' + json.dumps(result))")
        return json.loads(told.rpartition("RESULT")[2])

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
        self.process.terminate()
        self.process.communicate(timeout=60)
        self.home.discard()
