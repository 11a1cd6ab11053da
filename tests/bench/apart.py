"""A server in a separate process, whose CPU time can be measured without that of the load."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Apart:
    """A running server.

    Attributes:
        port: its port on this machine.
        process: its process id.
    """

    port: int
    process: int

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def apart(module: str, *words: str | Path) -> Iterator[Apart]:
    """Run ``python -m module serve words…``, which calls :func:`serve`, until the block ends."""
    command = [sys.executable, "-m", module, "serve", *map(str, words)]
    with subprocess.Popen(command, cwd=_PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Apart(int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()


def serve(app: Any) -> None:
    """Serve an application on a free port, printed on the first line, until the process is terminated."""
    import uvicorn

    from tests.simulators.opened import listen

    listening = listen()
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a full pipe without a reader would block it
    config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listening])


def room(settings: dict[str, Any], names: str = "", tenant: str = "", people: int = 0) -> Any:
    """Return the application of ``reseau serve`` without the dashboard, for a small company.

    Args:
        settings: those of its platform, and ``data``.
        names: the platform on which members have the accounts ``U0``, ``U1``… and the channel ``C1`` is linked.
        tenant: the tenant on that platform.
        people: the number of accounts.
    """
    from reseau.acting import Acting
    from reseau.channels import links
    from reseau.channels.links import NewLink
    from reseau.network import open_network
    from reseau.people import identities
    from reseau.people.identities import NewIdentity
    from reseau.serve import application
    from reseau.settings import load_settings
    from tests.bots.company import company

    network = open_network(load_settings(**settings))
    here = company(network)
    with network.store.write() as tx:
        for link in links.of_communities(tx, set(here.places.values())):
            links.end(tx, link.id)  # a link with the console, which receives no messages
        accounts = [NewIdentity(here.people["lea"], names, tenant, f"U{number}", "email") for number in range(people)]
        identities.add(tx, accounts, Acting(names))
        if names:
            links.add(tx, NewLink(here.places["velo"], names, tenant, "C1", "vélo", here.people["franck"]))
    return application(network, ("bots", "worker"))
