"""On PYTHONPATH of a tested process: connections to anything but loopback fail and are noted."""

import os
import socket

ALLOWED = ("127.", "::1", "localhost", "0.0.0.0")


def _checked(name):
    real = getattr(socket.socket, name)

    def connect(self, address):
        host = str(address[0]) if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and not host.startswith(ALLOWED):
            with open(os.environ["OFFLINE_LOG"], "a") as log:  # noqa: PTH123
                log.write(f"{host}\n")
            raise OSError("no network in tests")
        return real(self, address)

    return connect


_look_up = socket.getaddrinfo


def _getaddrinfo(host, *rest, **more):
    name = host.decode() if isinstance(host, bytes) else host
    local = name is None or name == "" or str(name).startswith(ALLOWED)
    if not local and name != socket.gethostname():
        with open(os.environ["OFFLINE_LOG"], "a") as log:  # noqa: PTH123
            log.write(f"{name}\n")
        raise socket.gaierror("no network in tests")
    return _look_up(host, *rest, **more)


if "OFFLINE_LOG" in os.environ:
    socket.socket.connect = _checked("connect")
    socket.socket.connect_ex = _checked("connect_ex")
    socket.getaddrinfo = _getaddrinfo
