"""What Textual does for each message, without what the tests have no use for.

Most messages go through many widgets that do nothing about them, and for each of these Textual goes through
all its classes, and makes two logs that nobody reads.
"""

from collections.abc import Awaitable, Callable, Iterable
from types import FunctionType
from typing import Any

from textual import _callback
from textual.message import Message
from textual.message_pump import MessagePump

_handlers, _count = MessagePump._get_dispatch_methods, _callback._count_parameters
_HEARS: dict[tuple[type[MessagePump], type[Message], str], bool] = {}


def handlers_if_any(
    pump: MessagePump, name: str, message: Message
) -> Iterable[tuple[type, Callable[[Message], Awaitable[None]]]]:
    """Return the handlers of a message, where a class has any by that name or that decorator."""
    key = type(pump), type(message), name
    if key not in _HEARS:
        _HEARS[key] = any(
            f"_{name}" in one.__dict__
            or name in one.__dict__
            or any(kind in one.__dict__.get("_decorated_handlers", ()) for kind in type(message).__mro__)
            for one in type(pump).__mro__
        )
    return _handlers(pump, name, message) if _HEARS[key] else ()


def parameters_of(function: Callable[..., Any]) -> int:
    """Count the parameters of a function without describing it first."""
    if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        return _count(function)
    code = function.__code__
    return code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)


class NoLog:
    """A log that nobody reads, and whatever one asks it for."""

    def __getattr__(self, _name: str) -> "NoLog":
        return self

    def __call__(self, *_said: object, **_more: object) -> "NoLog":
        return self
