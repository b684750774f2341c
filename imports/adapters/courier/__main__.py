"""The courier's process: takes errands until its worker is gone, and finishes what it carries.

It ends by itself as soon as nobody holds the other end of its hatch and every call has come back,
which no call takes longer for than its timeout. A signal does not hurry it.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
from contextlib import suppress

from imports.adapters.courier.parcels import receive, unwrap_errand, unwrap_greeting, wrap
from imports.adapters.courier.rounds import Rounds


def main(hatch: socket.socket) -> None:
    """Serve one worker."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    greeting = receive(hatch)
    if greeting is None:
        return
    greeted = unwrap_greeting(greeting)
    rounds = Rounds(greeted)
    if greeted.successor_of:
        rounds.give_up_what_was_carried_by(greeted.successor_of)
    is_left_alone = threading.Event()
    while line := _next_line(hatch):
        # Not a daemon: the process ends when the last of them has.
        threading.Thread(target=_serve, args=(line, rounds, is_left_alone)).start()
    is_left_alone.set()


def _next_line(hatch: socket.socket) -> socket.socket | None:
    """Wait for an errand; None if there will be none any more."""
    try:
        mark, lines, _, _ = socket.recv_fds(hatch, 1, 1)
    except ConnectionError:
        return None
    return socket.socket(fileno=lines[0]) if mark and lines else None


def _serve(line: socket.socket, rounds: Rounds, is_left_alone: threading.Event) -> None:
    # A worker that is gone reads nothing: the answer lies in the row of its call.
    with line, suppress(OSError):
        parcel = receive(line)
        if parcel is None:
            return
        answer = rounds.carry_out(
            unwrap_errand(parcel), is_awaited=lambda: not is_left_alone.is_set()
        )
        line.sendall(wrap(answer))


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
