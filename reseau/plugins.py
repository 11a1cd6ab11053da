"""Plugs: a folder is a mapping from file names to the objects that the files offer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Generic, TypeVar

from reseau.errors import ReseauError
from reseau.i18n import N_

T = TypeVar("T")
_QUOTED = re.compile(r"'(\w+)'")


class Plugins(Mapping[str, T], Generic[T]):
    """The plugs of one kind: the files of ``package`` plus what other distributions registered under ``group``.

    Args:
        package: a package whose modules each offer one object; names that begin with ``_`` are not plugs.
        offers: the attribute in which a module offers its object.
        kind: the class of the object, checked when a plug is first used.
        group: the entry-point group in which other packages register theirs, ``name = "module:attribute"``.

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
        try:
            offered = self._offered(name)
        except TypeError as error:
            if wrong_fields := self._wrong_fields(str(error)):
                raise TypeError(self._demand(name) + wrong_fields) from error
            raise
        if not isinstance(offered, self._kind):
            raise TypeError(self._demand(name) + self._lacking(offered))
        return offered

    def _offered(self, name: str) -> object:
        if name in self._others:
            return self._others[name].load()
        return getattr(import_module(f"{self._package}.{name}"), self._offers, None)

    def _demand(self, name: str) -> str:
        return f"{self._package}.{name} must offer `{self._offers}`, a {self._kind.__name__}"

    def _wrong_fields(self, message: str) -> str:
        """Return the end of a sentence about the fields in Python's error, if it is about the fields of the class."""
        fields = ", ".join(f"`{field}`" for field in _QUOTED.findall(message))
        if message.startswith(f"{self._kind.__name__}.__init__() missing"):
            return f", whose file does not give {fields}"
        if message.startswith(f"{self._kind.__name__}.__init__() got an unexpected keyword"):
            return f", which has no field {fields}"
        return ""

    def _lacking(self, offered: object) -> str:
        """Return the end of a sentence about the parts of a protocol that an object lacks."""
        if offered is None or not getattr(self._kind, "_is_protocol", False):
            return ""
        parts = [*self._kind.__annotations__, *(part for part in vars(self._kind) if not part.startswith("_"))]
        missing = [f"`{part}`" for part in dict.fromkeys(parts) if not hasattr(offered, part)]
        return f", which lacks {', '.join(missing)}" if missing else ""

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
