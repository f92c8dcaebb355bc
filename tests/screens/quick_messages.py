"""What Textual does for each message and each painted line, without what the tests have no use for.

Most messages go through many widgets that do nothing about them, and for each of these Textual goes through
all its classes, and makes two logs that nobody reads. For each line it makes seven caches, and a line that is
painted once needs none.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import FunctionType
from typing import Any

from textual import _callback
from textual.message import Message
from textual.message_pump import MessagePump

_handlers, _count = MessagePump._get_dispatch_methods, _callback._count_parameters
_prevent = MessagePump.prevent
_Handler = tuple[type, Callable[[Message], Awaitable[None]]]
_NAMED: dict[tuple[type[MessagePump], type[Message], str], list[tuple[type, str]] | None] = {}
"""Which classes have a handler of a message, by which name; None where a decorator chooses one."""
_NOTHING = nullcontext()


def handlers_if_any(pump: MessagePump, name: str, message: Message) -> Iterable[_Handler]:
    """Return the handlers of a message, as Textual finds them."""
    key = type(pump), type(message), name
    if key not in _NAMED:
        _NAMED[key] = _named(*key)
    named = _NAMED[key]
    return _handlers(pump, name, message) if named is None else _in_turn(pump, message, named)


def _named(pump: type[MessagePump], message: type[Message], name: str) -> list[tuple[type, str]] | None:
    if any(
        kind in one.__dict__.get("_decorated_handlers", ())
        for kind in message.__mro__
        for one in pump.__mro__
    ):
        return None
    names = [
        (one, next((own for own in (f"_{name}", name) if one.__dict__.get(own) is not None), ""))
        for one in pump.__mro__
    ]
    return [(one, own) for one, own in names if own and not hasattr(one.__dict__[own], "_textual_on")]


def _in_turn(pump: MessagePump, message: Message, named: list[tuple[type, str]]) -> Iterator[_Handler]:
    for one, own in named:
        if message._no_default_action:
            return
        yield one, one.__dict__[own].__get__(pump, one)


def prevent_if_any(pump: MessagePump, *messages: type[Message]) -> AbstractContextManager[None]:
    """Prevent messages, where there are any to prevent."""
    return _prevent(pump, *messages) if messages else _NOTHING


def parameters_of(function: Callable[..., Any]) -> int:
    """Count the parameters of a function without describing it first."""
    if not isinstance(function, FunctionType):
        call = type(function).__call__
        return parameters_of(call) - 1 if isinstance(call, FunctionType) else _count(function)
    if hasattr(function, "__wrapped__"):
        return _count(function)
    code = function.__code__
    return code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)


class NoLog:
    """A log that nobody reads, and whatever one asks it for."""

    def __init__(self) -> None:
        self.event = self

    def __getattr__(self, _name: str) -> "NoLog":
        return self

    def verbosity(self, _verbose: object) -> "NoLog":
        return self

    def __call__(self, *_said: object, **_more: object) -> "NoLog":
        return self


class Forgets:
    """A cache that keeps nothing."""

    def get(self, _key: object, default: Any = None) -> Any:
        return default

    def __setitem__(self, _key: object, _value: object) -> None:
        pass


_FORGETS = Forgets()


def forgets(_size: int) -> Forgets:
    """Return what stands in for a cache of any size."""
    return _FORGETS
