"""The folder of a stack and its lock."""

import os

import pytest

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import Home, holder, locked, private_folder, throwaway_home


def test_a_second_stack_is_told_who_holds_the_home(held):
    with pytest.raises(StackError, match=rf"already running from {held.path} \(pid {os.getpid()}\)"), locked(held):
        pass


def test_the_lock_of_a_dead_stack_holds_nobody_up(home):
    home.make()
    home.lock.write_text('{"pid": "4194305"}')

    assert holder(home) is None
    with locked(home):
        assert holder(home) == {"pid": str(os.getpid())}


def test_a_lock_file_without_sense_is_no_traceback(home):
    home.make()
    home.lock.write_text("")
    with locked(home):
        home.lock.write_text("{")
        with pytest.raises(StackError, match="pid unknown"), locked(home):
            pass


def test_a_throwaway_home_leaves_nothing_behind(home):
    with throwaway_home() as thrown:
        (thrown.path / "work").write_text("x")
    assert list((home.path / "throwaway").iterdir()) == []


def test_a_killed_throwaway_home_is_swept_and_a_live_one_is_not(home):
    dead = Home(home.path / "throwaway" / "dead")
    dead.make()
    dead.lock.touch()

    with throwaway_home() as first, throwaway_home() as second:
        assert set((home.path / "throwaway").iterdir()) == {first.path, second.path}


def test_a_socket_path_that_is_too_long_moves_to_a_short_folder(tmp_path):
    short, long = Home(tmp_path), Home(tmp_path / ("x" * 100))

    assert short.socket_folder("valkey", longest_file="s") == tmp_path / "run" / "valkey"
    assert str(long.socket_folder("valkey", longest_file="s")).startswith("/tmp/pf-")


def test_a_folder_that_others_can_enter_is_not_trusted_with_a_socket(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path)

    for folder in ("open", "link"):
        with pytest.raises(StackError, match="not a private folder"):
            private_folder(tmp_path / folder, uid=os.getuid(), gid=os.getgid())
