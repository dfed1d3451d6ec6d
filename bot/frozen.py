"""`dataclass` for frozen values: the standard one's class, made with one compiled function in place of six.

A review starts in a process of its own and makes some 350 such classes, which took a third of a small review's time.
Type checkers see the standard decorator; whatever is not just `frozen=True, slots=True` goes to it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from collections.abc import Callable
    from operator import attrgetter

    def dataclass(*described: type, **options: bool) -> type | Callable[[type], type]:
        """As `dataclasses.dataclass`."""
        return _frozen if options == {"frozen": True, "slots": True} else dataclasses.dataclass(*described, **options)

    def _frozen(described: type) -> type:
        described.__doc__ = described.__doc__ or described.__name__  # else the standard one writes a signature
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(described)
        fields = dataclasses.fields(made)
        compared = tuple(field.name for field in fields if field.compare)
        written = {name for name, value in vars(described).items() if value is not None}
        for name, method in (_SHARED | {"__init__": _init(made, fields)} | _comparison(compared)).items():
            if name not in written:
                setattr(made, name, method)
        return made

    def _init(made: type, fields: tuple[dataclasses.Field, ...]) -> Callable[..., None]:
        names = {"missing": dataclasses.MISSING}
        parameters, lines = ["self"], []
        for field in fields:
            name = value = field.name
            names[f"set_{name}"] = getattr(made, name).__set__
            names[f"default_{name}"] = field.default
            if field.default_factory is not dataclasses.MISSING:
                names[f"new_{name}"] = field.default_factory
                value = f"new_{name}() if {name} is missing else {name}"
            optional = value != name or field.default is not dataclasses.MISSING
            parameters.append(f"{name}=default_{name}" if optional else name)
            lines.append(f"set_{name}(self, {value})")
        if hasattr(made, "__post_init__"):
            lines.append("self.__post_init__()")
        exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), names)
        names["__init__"].__qualname__ = f"{made.__qualname__}.__init__"  # for who is told of a missing argument
        return names["__init__"]

    def _comparison(names: tuple[str, ...]) -> dict[str, Callable[..., object]]:
        values = attrgetter(*names) if names else lambda _: ()

        def equal(self: object, other: object) -> bool:
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        return {"__eq__": equal, "__hash__": lambda self: hash(values(self))}

    def _repr(self: object) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"

    def _refuse(self: object, name: str, *value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")

    def _state(self: object) -> list[object]:
        return [getattr(self, field.name) for field in dataclasses.fields(self)]

    def _restore(self: object, state: list[object]) -> None:
        for field, value in zip(dataclasses.fields(self), state, strict=True):
            object.__setattr__(self, field.name, value)

    _SHARED = {"__repr__": _repr, "__setattr__": _refuse, "__delattr__": _refuse}
    _SHARED |= {"__getstate__": _state, "__setstate__": _restore}
