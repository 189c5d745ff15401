"""Runs in a new network namespace (`unshare --net`), and forwards TCP port 5432 to a PostgreSQL outside.

Its argument is the path of the server's Unix socket. It prints `ready`, and runs until it is killed.
"""

import fcntl
import socket
import struct
import sys
import threading

SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def copy(source: socket.socket, target: socket.socket) -> None:
    """Forward data in one direction, and the end of the stream."""
    while data := source.recv(1 << 16):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def main() -> None:
    """Bring the loopback interface up, and forward each connection."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    with socket.create_server(("127.0.0.1", 5432)) as listening:
        print("ready", flush=True)  # noqa: T201 - the parent process waits for this
        while True:
            caller = listening.accept()[0]
            server = socket.socket(socket.AF_UNIX)
            server.connect(sys.argv[1])
            for pair in ((caller, server), (server, caller)):
                threading.Thread(target=copy, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
