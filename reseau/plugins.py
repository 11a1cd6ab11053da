"""Plugs: a folder read as a mapping from file name to the object that the file offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Generic, TypeVar

from reseau.errors import ReseauError
from reseau.i18n import N_

T = TypeVar("T")


class Plugins(Mapping[str, T], Generic[T]):
    """The plugs of one kind: the files of ``package`` plus what other distributions registered under ``group``.

    Args:
        package: a package whose modules each offer one object; names that begin with ``_`` are not plugs.
        offers: the attribute in which a module offers its object.
        kind: the class of the object, checked when a plug is first asked for.
        group: the entry-point group in which other people's packages name theirs, ``name = "module:attribute"``.

    A file is imported when its plug is first used, so a missing optional library affects only the plug that needs it.
    """

    def __init__(self, package: ModuleType, offers: str, kind: type[T], group: str) -> None:
        self._package = package.__name__
        self._offers = offers
        self._kind = kind
        own = {module.name for module in iter_modules(package.__path__) if not module.name.startswith("_")}
        self._others: dict[str, EntryPoint] = {
            point.name: point for point in entry_points(group=group) if point.name not in own
        }
        self._names = sorted(own | set(self._others))
        self._loaded: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._loaded:
            if name not in self._names:
                raise UnknownPlugError(self._offers, name, self._names)
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> T:
        if name in self._others:
            offered = self._others[name].load()
        else:
            offered = getattr(import_module(f"{self._package}.{name}"), self._offers, None)
        if not isinstance(offered, self._kind):
            lacks = self._lacking(offered)
            raise TypeError(f"{self._package}.{name} must offer `{self._offers}`, a {self._kind.__name__}{lacks}")
        return offered

    def _lacking(self, offered: object) -> str:
        """What an object lacks of a protocol, as the end of a sentence."""
        if offered is None or not getattr(self._kind, "_is_protocol", False):
            return ""
        parts = [*self._kind.__annotations__, *(part for part in vars(self._kind) if not part.startswith("_"))]
        lost = [f"`{part}`" for part in dict.fromkeys(parts) if not hasattr(offered, part)]
        return f", which lacks {', '.join(lost)}" if lost else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


#: The sentence for each kind of plug that people ask for by name.
_UNKNOWN = {
    "metric": N_("There is no figure named “{name}”; there is: {known}."),
    "kit": N_("There is no kit named “{name}”; there is: {known}."),
    "source": N_("There is no source named “{name}”; there is: {known}."),
    "platform": N_("There is no platform named “{name}”; there is: {known}."),
    "command": N_("There is no verb named “{name}”; there is: {known}."),
    "page": N_("There is no page named “{name}”; there is: {known}."),
}


class UnknownPlugError(ReseauError, KeyError):
    """No file offers the plug."""

    def __init__(self, kind: str, name: str, names: list[str]) -> None:
        sentence = _UNKNOWN.get(kind, N_("There is nothing named “{name}” here; there is: {known}."))
        super().__init__("E_UNKNOWN_PLUG", sentence, name=name, known=", ".join(names))
