"""The embedded servers: data that stays, set-ups that were cut short, and servers that somebody else runs."""

import os
import signal
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import Home, locked
from pasiflora.stack.postgres import Postgres
from pasiflora.stack.servers import servers
from tests.stack.watching import children_of, eventually, gone

pytestmark = pytest.mark.fault


def ask(url, question, *values):
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall() if cursor.description else None


def test_data_survives_a_restart_and_a_kill(home, stack):
    with locked(home), servers(home) as first:
        ask(first.env["DATABASE_URL"], "CREATE TABLE kept (word text)")
        ask(first.env["DATABASE_URL"], "INSERT INTO kept VALUES (%s)", "orderly")
        with redis.Redis.from_url(first.env["REDIS_URL"]) as broker:
            broker.set("word", "nudge")

    killed = stack("run", "--", "sleep", "60")
    eventually(lambda: len(children_of(home)) == 2 and Postgres(home).ready())
    ask(Postgres(home).url, "INSERT INTO kept VALUES (%s)", "killed")
    left = children_of(home)
    killed.kill()
    killed.wait()

    with locked(home), servers(home) as second:
        assert all(gone(pid) for pid in left.values())
        assert ask(second.env["DATABASE_URL"], "SELECT word FROM kept") == [("orderly",), ("killed",)]
        with redis.Redis.from_url(second.env["REDIS_URL"]) as broker:
            assert broker.get("word") == b"nudge"


def test_a_set_up_that_was_cut_short_is_done_again(held):
    half = held.path / "postgres.new"
    half.mkdir(mode=0o700)
    (half / "PG_VERSION").write_text("18\n")

    with servers(held) as running:
        assert ask(running.env["DATABASE_URL"], "SELECT upper('é')") == [("É",)]
    assert not half.exists()


def test_data_of_another_postgres_is_refused_untouched(held):
    data = held.path / "postgres"
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("15\n")

    with pytest.raises(StackError, match="was made by PostgreSQL 15; the installed one is 18"), servers(held):
        pass
    assert list(data.iterdir()) == [data / "PG_VERSION"]


def test_a_postmaster_file_with_a_strangers_number_is_forgotten(held):
    with servers(held):
        pass
    (Postgres(held).data / "postmaster.pid").write_text(f"{os.getpid()}\n{Postgres(held).data}\n")

    with servers(held) as running:
        assert ask(running.env["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_nothing_listens_on_the_network(held):
    with servers(held) as running:
        assert ask(running.env["DATABASE_URL"], "SHOW listen_addresses") == [("",)]
        with redis.Redis.from_url(running.env["REDIS_URL"]) as broker:
            assert broker.config_get("port") == {"port": "0"}
        for folder in (Postgres(held).socket_folder, held.run / "valkey"):
            assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.skipif("os.getuid() != 0", reason="only root has to run PostgreSQL as somebody else")
def test_a_home_that_nobody_can_reach_keeps_its_data_outside(tmp_path, own_servers):
    tmp_path.chmod(0o700)
    home = Home(tmp_path / "var")

    with locked(home), servers(home) as running:
        assert ask(running.env["DATABASE_URL"], "SELECT 1") == [(1,)]
        outside = home.elsewhere.readlink()
        assert outside.parent == Path("/var/lib")
    assert tmp_path.stat().st_mode & 0o777 == 0o700

    tmp_path.chmod(0o755)
    with locked(home):
        assert Postgres(home).data == outside / "postgres"

    home.discard()
    assert not outside.exists()


def test_named_servers_that_do_not_answer_are_a_sentence(held, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://x@127.0.0.1:1/x")
    with pytest.raises(StackError, match="DATABASE_URL is set, and its server cannot be used"), servers(held):
        pass


def test_named_servers_are_used_as_they_are(held, monkeypatch):
    with servers(held) as running:
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.setenv(name, running.env[name])
        other = Home(held.path / "other")
        with locked(other), servers(other) as joined:
            assert joined.env["DATABASE_URL"] == running.env["DATABASE_URL"]
            assert joined.children == []
        assert ask(running.env["DATABASE_URL"], "SELECT 1") == [(1,)]


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_that_died_is_started_again(held, name):
    with servers(held) as running:
        child = next(child for child in running.children if child.name == name)
        before = child.process.pid
        os.kill(before, signal.SIGKILL)

        def back():
            child.revive()
            return child.alive and child.process.pid != before

        eventually(back)
        child.await_ready(Postgres(held).ready if name == "postgres" else lambda: child.alive, timeout=30)
