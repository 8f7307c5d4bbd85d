"""Servers on the loopback for a test: one of the standard library's in a thread, and sockets on one port."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pytest

TRIES = 20
Server = TypeVar("Server", bound=socketserver.BaseServer)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, answering in a thread until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def open_sockets(addresses: Sequence[str], port: int = 0) -> list[socket.socket]:
    """Sockets bound to one port of these addresses; without a port, to one that is free on all.

    Raises:
        OSError: the port, or any, is not free on all of them, or there is no such address here.
    """
    for _ in range(TRIES):
        opened: list[socket.socket] = []
        number = port
        try:
            for address in addresses:
                one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
                opened.append(one)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                one.bind((address, number))
                number = one.getsockname()[1]
        except OSError:
            for one in opened:
                one.close()
            if port:
                raise
            continue
        return opened
    raise OSError(f"no port is free on all of {', '.join(addresses)}")


def skip_without(*addresses: str) -> None:
    """Skip the test where the loopback lacks one of them: only Linux gives 127.0.0.2 and on without being asked."""
    try:
        for one in open_sockets(addresses):
            one.close()
    except OSError as error:
        pytest.skip(f"it needs {addresses[-1]}, which only Linux gives without being asked ({error})")
