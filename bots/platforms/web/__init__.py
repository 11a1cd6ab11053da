"""The pages: the network in a browser, with the same verbs and cards as in a chat tool."""

from __future__ import annotations

from collections.abc import Sequence

from bots.platform import Courier, Missing, Reception
from reseau.i18n import N_
from reseau.network import Network
from reseau.services import Opened
from reseau.settings import Settings
from reseau.settings.addresses import addresses

_NO_ADDRESS = Missing(
    N_("Nobody can open the pages: their address is not set (RESEAU_PUBLIC_URL), and this server is on a network."),
    N_("Set RESEAU_PUBLIC_URL to the address at which people reach this server."),
    fatal=False,
)


class Web:
    """The platform. Its library of templates is loaded when it is opened."""

    name = "web"
    title = "Web"

    def configured(self, settings: Settings) -> bool:
        """Whether people can be given an address."""
        return addresses(settings) is not None

    def open(self, network: Network, reception: Reception) -> Opened | None:
        """The pages. A line is answered in the page that it is typed in: nothing of it waits for the reception."""
        if not self.configured(network.settings):
            return None
        from bots.platforms.web.site import DOORS, Site

        return Opened(dict.fromkeys(DOORS, Site(network)))

    def courier(self, network: Network) -> Courier | None:
        """Return the courier that keeps notices for the page of people without a chat tool."""
        if not self.configured(network.settings):
            return None
        from bots.platforms.web.courier import PageCourier

        return PageCourier(network)

    async def missing(self, network: Network) -> Sequence[Missing]:
        """Return the missing address of the pages, if people cannot be given any."""
        return [] if self.configured(network.settings) else [_NO_ADDRESS]


platform = Web()
