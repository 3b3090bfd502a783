"""A port that is taken is a sentence."""

import os
import socket

import pytest

from pasiflora.stack.errors import StackError
from pasiflora.stack.ports import require_free


def test_a_taken_port_names_its_owner_and_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(StackError, match=rf"Port {port} is taken by .+ \(pid {os.getpid()}\)\. Try make demo"):
            require_free("127.0.0.1", port)


def test_a_free_port_is_no_refusal(free_port):
    require_free("127.0.0.1", free_port)


def test_an_address_of_another_machine_is_a_sentence():
    with pytest.raises(StackError, match=r"cannot listen on 192\.0\.2\.1:8400"):
        require_free("192.0.2.1", 8400)
