"""The command line, seen from a terminal: what it prints, what it returns, what it leaves running."""

import os
import signal
import sys
import urllib.request

import pytest

from tests.stack.watching import children_of, eventually, gone

pytestmark = pytest.mark.fault


def test_serve_answers_heals_and_stops_in_order(home, stack, free_port):
    served = stack("serve", "--port", str(free_port))
    eventually(lambda: "web" in children_of(home) and ready(free_port), within=60)
    before = children_of(home)
    assert set(before) == {"postgres", "valkey", "worker", "beat", "web"}

    second = stack("serve", "--port", str(free_port))
    _, said = second.communicate(timeout=30)
    assert second.returncode == 1
    assert f"already running from {home.path} (pid {served.pid})" in said

    os.kill(before["web"], signal.SIGKILL)
    eventually(lambda: children_of(home).get("web") != before["web"] and ready(free_port), within=60)

    served.send_signal(signal.SIGINT)
    out, said = served.communicate(timeout=60)
    assert served.returncode == 0
    assert f"Pasiflora is ready: http://127.0.0.1:{free_port}" in out
    assert "web stopped by itself (killed by SIGKILL); starting it again in 1 s." in said
    assert "Traceback" not in said
    assert children_of(home) == {}
    assert all(gone(pid) for pid in before.values())


@pytest.mark.skipif("sys.platform != 'linux'", reason="only Linux tells children that their parent was killed")
def test_kill_9_of_the_supervisor_takes_everything_with_it(home, stack, free_port):
    served = stack("serve", "--port", str(free_port))
    eventually(lambda: len(children_of(home)) == 5 and ready(free_port), within=60)
    left = children_of(home)

    served.kill()
    served.wait()

    def left_over():
        return {name for name, pid in left.items() if not gone(pid)}

    eventually(lambda: not left_over(), within=60, saying=left_over)


def test_run_joins_the_stack_that_runs(home, stack):
    first = stack("run", "--", "sleep", "60")
    eventually(lambda: "_URL" in home.lock.read_text() if home.lock.exists() else False)

    joined = stack("run", "--", "sh", "-c", "echo $DATABASE_URL")
    out, _ = joined.communicate(timeout=30)
    assert (joined.returncode, str(home.path.name) in out) == (0, True)

    first.terminate()
    first.communicate(timeout=30)
    assert first.returncode == 128 + signal.SIGTERM
    assert children_of(home) == {}


def test_run_hands_back_the_exit_code(home, stack):
    failed = stack("run", "--throwaway", "--", sys.executable, "-c", "raise SystemExit(7)")
    failed.communicate(timeout=30)
    assert failed.returncode == 7


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--throwaway", "--", "no-such-command"], "There is no command 'no-such-command'."),
        (["run"], "run wants a command"),
        (["demo", "--prot", "8001"], "demo does not know --prot 8001."),
    ],
)
def test_a_mistake_is_one_sentence(stack, arguments, sentence):
    refused = stack(*arguments)
    _, said = refused.communicate(timeout=30)
    assert (refused.returncode, "Traceback" in said) == (1, False)
    assert sentence in said


def test_stop_with_nothing_to_stop(stack):
    stopped = stack("stop")
    out, _ = stopped.communicate(timeout=30)
    assert (stopped.returncode, out) == (0, "Pasiflora is not running.\n")


def ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
