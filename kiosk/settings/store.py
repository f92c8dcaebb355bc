"""What the settings say of the ways to other places: a folder, and an object store with its key."""

import re
from pathlib import PurePath

import msgspec

SYSTEMD = "systemd"
"""In the place of a file's path: the credential `store` that systemd gave this service."""

_ENDPOINT = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?"
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class PlacesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What carries consignments to and from other places, besides sticks and a store."""

    folder: str = ""
    """The whole path of a folder that something else brings to other machines; empty for none."""


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An S3-compatible object store that carries consignments; none while `endpoint` is empty."""

    endpoint: str = ""
    """`https://HOST`, with a port where it has another one; `http://` on this machine alone."""
    bucket: str = ""
    region: str = "us-east-1"
    credentials: str = ""
    """The whole path of the file with key and secret, or `SYSTEMD`."""


def check_places(places: PlacesSettings) -> None:
    """Raise ValueError where a folder is not described as it must be."""
    path = PurePath(places.folder)
    if places.folder and not (path.is_absolute() and ".." not in path.parts and places.folder.isprintable()):
        raise ValueError('[places] folder must be a whole path without "..", for example "/srv/sync/kiosk".')


def host_of(endpoint: str) -> str | None:
    """Return the host of an endpoint; None where it is none, or spoken to in clear over a network."""
    found = _ENDPOINT.fullmatch(endpoint)
    if found is None:
        return None
    host = found[2].strip("[]")
    return host if found[1] == "https" or _is_loopback(host) else None


def check_store(store: StoreSettings) -> None:
    """Raise ValueError, with what to change, where a store is not described as it must be."""
    if store.endpoint and host_of(store.endpoint) is None:
        raise ValueError(
            '[store] endpoint must be an address such as "https://s3.example.org". "http://" is for an '
            'address of this machine alone, such as "http://127.0.0.1:8333".'
        )
    if (store.bucket or store.endpoint) and not _BUCKET.fullmatch(store.bucket):
        raise ValueError('[store] bucket must be the name of a bucket, for example "strengths-entries".')
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", store.region, re.ASCII):
        raise ValueError('[store] region must be the name of a region, for example "eu-west-2".')
    file = store.credentials
    if (file or store.endpoint) and file != SYSTEMD and not (file.startswith("/") and file.isprintable()):
        raise ValueError(
            f'[store] credentials must be the whole path of a file, or "{SYSTEMD}". The key and the secret '
            "themselves are never in kiosk.toml."
        )


def _is_loopback(host: str) -> bool:
    import ipaddress  # only where a store is named without TLS

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
