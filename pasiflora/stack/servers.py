"""The database and the broker: those that the environment names, or embedded ones."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg2
import redis

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import Home, announce
from pasiflora.stack.postgres import Postgres
from pasiflora.stack.processes import Child
from pasiflora.stack.valkey import Valkey

PROGRAMS = "programs"  # the fact that says where the embedded server's own programs are


@dataclass(frozen=True)
class Servers:
    """The environment that reaches both, and the children to keep alive for it."""

    env: Mapping[str, str]
    children: list[Child]


@contextmanager
def servers(home: Home) -> Iterator[Servers]:
    """Start what is missing and wait until both answer; stop what was started, the database last."""
    facts = {"PASIFLORA_VAR": str(home.path)}
    with ExitStack() as stop_later:
        children: list[Child] = []
        if url := os.environ.get("DATABASE_URL"):
            _check_database(url)
            facts["DATABASE_URL"] = url
        else:
            postgres = Postgres(home)
            children.append(_start(postgres, stop_later))
            facts |= {"DATABASE_URL": postgres.url, PROGRAMS: str(postgres.binaries)}
        if url := os.environ.get("REDIS_URL"):
            _check_broker(url)
            facts["REDIS_URL"] = url
        else:
            valkey = Valkey(home)
            children.append(_start(valkey, stop_later))
            facts["REDIS_URL"] = valkey.url
        announce(home, **facts)
        yield Servers(environment(facts), children)


def environment(facts: Mapping[str, str]) -> dict[str, str]:
    """Our own environment, with the servers' addresses and with psql and pg_dump of the server's version."""
    path = os.environ.get("PATH", os.defpath)
    if PROGRAMS in facts:
        path = os.pathsep.join([facts[PROGRAMS], path])
    addresses = {name: facts[name] for name in ("DATABASE_URL", "REDIS_URL", "PASIFLORA_VAR")}
    return {**os.environ, **addresses, "PATH": path}


def _start(server: Postgres | Valkey, stop_later: ExitStack) -> Child:
    child = server.child(_server_environment())
    stop_later.callback(child.stop)
    child.start()
    # Recovery after a power cut replays the log before the server answers, which can take a while.
    child.await_ready(server.ready, timeout=60)
    return child


def _server_environment() -> dict[str, str]:
    """A server needs no secret of ours, and its messages are read by people and by tests: in English."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _check_database(url: str) -> None:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.Error as error:
        raise StackError(f"DATABASE_URL is set, and its server cannot be used: {str(error).strip()}") from error


def _check_broker(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StackError(f"REDIS_URL is set, and its server cannot be used: {error}") from error
