"""The database and the broker: those that the environment names, or embedded ones."""

import logging
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

logger = logging.getLogger("pasiflora.stack")


@dataclass(frozen=True)
class Servers:
    """The environment that reaches both, and the children to keep alive for it."""

    env: Mapping[str, str]
    children: list[Child]


@contextmanager
def servers(home: Home) -> Iterator[Servers]:
    """Start what is missing and wait until both answer; stop what was started, the database last."""
    with ExitStack() as stop_later:
        children: list[Child] = []
        database_url = os.environ.get("DATABASE_URL")
        if database_url:
            _check_database(database_url)
        else:
            postgres = Postgres(home)
            database_url = postgres.url
            children.append(_start(postgres, stop_later))
        redis_url = os.environ.get("REDIS_URL")
        if redis_url:
            _check_broker(redis_url)
        else:
            valkey = Valkey(home)
            redis_url = valkey.url
            children.append(_start(valkey, stop_later))
        urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        announce(home, **urls)
        yield Servers({**os.environ, "PASIFLORA_VAR": str(home.path), **urls}, children)


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
