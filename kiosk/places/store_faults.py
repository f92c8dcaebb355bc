"""What goes wrong with an object store, for staff: what happened, and what to do.

The library's own texts hold the endpoint, the key and what the store answered. They are looked at here, and
neither shown nor logged: an error is raised without them as its cause.
"""

import re
from typing import NamedTuple

from kiosk.errors import CarrierError


class Fault(NamedTuple):
    """Why the store did not do what was asked."""

    says: str
    passes: bool = False
    """Whether it may be gone at the next try."""

    def error(self) -> CarrierError:
        """Return it as an error."""
        return CarrierError(self.says)


_LATER = "Nothing is lost. Try again later"
_NO_STORE = Fault(
    "What answers there is no object store, or a part of the network stands before it. Check [store] "
    "endpoint in kiosk.toml, and the network of this machine."
)
_CLOCK = Fault(
    "The store refuses this machine because their clocks differ too much. Set this machine's clock, then "
    "try again."
)
_REGION = Fault("The bucket of the store is in another region. Correct [store] region in kiosk.toml.")
_FULL = Fault("The store is full. Nothing is lost. Ask whoever runs it for more room, then send again.")
_BUSY = Fault(f"The store has too much to do. {_LATER}.", passes=True)
_ITS_OWN = Fault(
    f"The store has an error of its own. {_LATER}; if it stays, tell whoever runs the store.", passes=True
)
DENIED = Fault(
    "The store does not let this machine's key do that. Ask whoever runs the store what the key may do: "
    "docs/setup.md says what it needs."
)
_BY_CODE = {
    "InvalidAccessKeyId": Fault(
        "The store does not know the key of this machine. Check the file that [store] credentials names, or "
        "ask whoever runs the store for a new key."
    ),
    "SignatureDoesNotMatch": Fault(
        "The secret of the store is wrong. Correct it in the file that [store] credentials names."
    ),
    "NoSuchBucket": Fault(
        "The store has no bucket of that name. Correct [store] bucket in kiosk.toml, or ask whoever runs the "
        "store to make it."
    ),
    "AccessDenied": DENIED,
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired"), _CLOCK),
    **dict.fromkeys(("PermanentRedirect", "AuthorizationHeaderMalformed"), _REGION),
    **dict.fromkeys(("InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"), _FULL),
    **dict.fromkeys(("SlowDown", "ServiceUnavailable", "TooManyRequests"), _BUSY),
}
_BY_STATUS = {
    "401": DENIED,
    "403": DENIED,
    "404": _NO_STORE,
    "405": _NO_STORE,
    "429": _BUSY,
    "501": Fault(
        "The store cannot do what is needed of it. Ask whoever runs the store: it must be one that writes an "
        "object only where there is none."
    ),
    "503": _BUSY,
    "507": _FULL,
}
_BY_WORDS = (
    ("BareRedirect", _REGION),  # a redirect that does not say where
    (
        "dns error",
        Fault(
            "The name of the store is not known to the network. Nothing is lost. Check the network of this "
            "machine, and [store] endpoint in kiosk.toml.",
            passes=True,
        ),
    ),
    (
        "ConnectionRefused",
        Fault(
            f"The store refuses the connection. {_LATER}; if it stays, check [store] endpoint in kiosk.toml.",
            passes=True,
        ),
    ),
    (
        "InvalidCertificate",
        Fault(
            "The store has no certificate that this machine trusts. Check [store] endpoint in kiosk.toml, "
            "and this machine's clock. A store of your own needs its certificate among those of the system."
        ),
    ),
    (
        "InvalidMessage",
        Fault("What answers there does not speak TLS. Check the port in [store] endpoint in kiosk.toml."),
    ),
    ("kind: Timeout", Fault(f"The store does not answer. {_LATER}.", passes=True)),
    ("HttpError", Fault(f"The store cannot be reached. {_LATER}.", passes=True)),
)
ODD = Fault("The store answers in a way that this kiosk does not know. Tell whoever runs the store.")


def fault_of(error: Exception) -> Fault:
    """Return what an error of obstore means."""
    text = str(error)
    # The second way is that of a request to delete many, which is answered 200.
    for code in re.findall(r"(?:<Code>|code: \")(\w{1,60})", text):
        if known := _BY_CODE.get(code):
            return known
    if status := re.search(r"status: (\d{3})", text):
        return _BY_STATUS.get(status[1], _ITS_OWN if status[1].startswith("5") else ODD)
    return next((fault for words, fault in _BY_WORDS if words in text), ODD)


def is_absent(error: FileNotFoundError) -> bool:
    """Tell whether the store says that there is no such object.

    Where there is no such bucket, and where something else stands at that address, the answer is 404 too.
    """
    return "<Code>NoSuchKey</Code>" in str(error)
