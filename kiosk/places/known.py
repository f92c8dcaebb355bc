"""The places that this one knows: each was introduced by its card, and may be revoked.

What goes from here is sealed to all that are not revoked, and what comes is taken from them alone. Where a
desk is, the venue's key tags each of them; so the next unlock names one that somebody wrote into the list. A
place's name and its venue key are not in the tag: a place says itself, signed, when they change.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.dates import to_second
from kiosk.errors import PlaceError, SealError
from kiosk.home import Home
from kiosk.places.card import Card
from kiosk.places.manifest import MOST_PLACES as MOST_PLACES
from kiosk.text import is_line, same_name
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.locks import alone
from kiosk.vault.place import place_id

KNOWN_PLACE = "known place"
"""The purpose of the key of a tag (`kiosk.mac.key_from`)."""
MOST_BYTES = 8 << 20
"""Of the list, in which a place has some 500, and at most 1,500."""


class KnownPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place that was introduced."""

    card: Card
    introduced: untrusted.Moment
    by: untrusted.Name = ""
    """The lead who introduced it, or revoked it; empty where there is no desk."""
    revoked: untrusted.Moment | None = None
    """When it was revoked; None where it was not."""
    tag: untrusted.Name = ""


class KnownPlaces(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The list as its file has it."""

    version: Literal[1] = 1
    places: Annotated[tuple[KnownPlace, ...], msgspec.Meta(max_length=MOST_PLACES)] = ()


def known_places(home: Home) -> tuple[KnownPlace, ...]:
    """Return all places that were introduced, also those revoked since, by name. Raises PlaceError."""
    file = home.known_places
    try:
        places = untrusted.json(untrusted.read(file, MOST_BYTES), KnownPlaces).places
        for one in places:
            seal.check_recipient(one.card.transport)
            seal.check_recipient(one.card.venue_key)
            if not is_line(one.card.title):
                raise msgspec.ValidationError("a name is one line that prints")
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError, SealError) as error:
        raise PlaceError(
            f"{file}, the list of known places, cannot be read. Put it back from a backup. Without one, "
            "delete it, and introduce the places again."
        ) from error
    return tuple(sorted(places, key=lambda one: (one.card.name.casefold(), one.card.place)))


def of_other_venues(home: Home, venue_keys: Iterable[str]) -> frozenset[str]:
    """Return the ids of those places, also revoked ones, whose venue key is none of these."""
    keys = {*venue_keys}
    try:
        return frozenset(one.card.place for one in known_places(home) if one.card.venue_key not in keys)
    except PlaceError:  # the unlock says so
        return frozenset()


def require_new(home: Home, card: Card) -> None:
    """Raise PlaceError for the card of this place, and for other keys of one that is known."""
    if card.place == place_id(home.place):
        raise PlaceError(
            "This is the card of this machine itself. Take that of the other one: 'kiosk place show' there."
        )
    for one in known_places(home):
        if one.card.place == card.place and not one.revoked and not _has_keys_of(one.card, card):
            raise PlaceError(
                f"{one.card.title} is known already, with other keys. If its keys were lost or made again, "
                f"run 'kiosk place revoke {card.place}' first. Otherwise this card is not that machine's."
            )


def introduce(
    home: Home, card: Card, *, now: datetime, by: str = "", identity: str = "", disk: Disk = DISK
) -> None:
    """Let a place be known by its card, whose fingerprint a person has compared.

    One that is known by the same keys has the name and the venue key of the card then, and is no longer
    revoked. `identity` is the venue's, where a lead did this. Raises PlaceError; lets OSError through.
    """
    require_new(home, card)
    place = KnownPlace(card=card, introduced=to_second(now), by=by)
    _change(home, lambda places: _with(places, _tagged(place, identity)), disk)


def revoke(
    home: Home, card: Card, *, now: datetime, by: str = "", identity: str = "", disk: Disk = DISK
) -> None:
    """Take nothing any more from a known place, and send it nothing.

    Raises PlaceError; lets OSError through.
    """

    def revoked(places: Sequence[KnownPlace]) -> tuple[KnownPlace, ...]:
        one = _only([one for one in places if one.card.place == card.place], card.place)
        gone = msgspec.structs.replace(one, revoked=to_second(now), by=by)
        return _with(places, _tagged(gone, identity))

    _change(home, revoked, disk)


def find(home: Home, named: str) -> KnownPlace:
    """Return the known place with an id or a name. Raises PlaceError for none, and for several."""
    places, named = known_places(home), named.strip()
    by_id = [one for one in places if one.card.place == named.lower()]
    return _only(by_id or [one for one in places if same_name(one.card.name, named)], named)


def unvouched(home: Home, *identities: str) -> tuple[str, ...]:
    """Return the names of the places that no holder of these identities introduced, or revoked, as they are.

    Raises PlaceError.
    """
    return tuple(
        one.card.title
        for one in known_places(home)
        if all(_tagged(one, identity).tag != one.tag for identity in identities)
    )


def vouch_again(home: Home, before: Iterable[str], identity: str, *, disk: Disk = DISK) -> None:
    """Tag with another identity what one of those before has tagged. Lets OSError through.

    A list that does not read stays as it is: the next unlock says so.
    """
    before = tuple(before)

    def again(places: Sequence[KnownPlace]) -> tuple[KnownPlace, ...]:
        return tuple(
            _tagged(one, identity) if any(_tagged(one, key).tag == one.tag for key in before) else one
            for one in places
        )

    try:
        is_any = bool(known_places(home))
    except PlaceError:
        return
    if is_any:
        _change(home, again, disk)


def digest(home: Home) -> str:
    """Return the digest of what is tagged, whoever did; empty where no place is known."""
    try:
        places = known_places(home)
    except PlaceError:
        return ""
    return mac.digest(*sorted(map(_said, places))) if places else ""


def _change(home: Home, change: Callable[[Sequence[KnownPlace]], tuple[KnownPlace, ...]], disk: Disk) -> None:
    """Write the list as something makes it of the one before, where that changes it."""
    durable.make_folders(home.known_places.parent, disk=disk)
    with alone(home.known_places.parent):
        before = known_places(home)
        if (places := change(before)) != before:
            data = msgspec.json.encode(KnownPlaces(places=places))
            durable.replace(home.known_places, msgspec.json.format(data), disk=disk)


def _with(places: Sequence[KnownPlace], one: KnownPlace) -> tuple[KnownPlace, ...]:
    if len(places) >= MOST_PLACES:
        raise PlaceError(f"{MOST_PLACES} places are known already, which is the most.")
    return (*(other for other in places if other.card.place != one.card.place), one)


def _only(found: Sequence[KnownPlace], named: str) -> KnownPlace:
    if not found:
        raise PlaceError(f"No place '{named}' is known. 'kiosk place list' shows those that are.")
    if len(found) > 1:
        ids = ", ".join(one.card.place for one in found)
        raise PlaceError(f"Several places are called {found[0].card.name}: {ids}. Give one of these instead.")
    return found[0]


def _has_keys_of(one: Card, other: Card) -> bool:
    return (one.verify_key, one.transport) == (other.verify_key, other.transport)


def _said(one: KnownPlace) -> bytes:
    """Return what is tagged of a place."""
    card = msgspec.structs.replace(one.card, name="", venue="", venue_key="")
    return msgspec.json.encode(msgspec.structs.replace(one, card=card, tag=""))


def _tagged(one: KnownPlace, identity: str) -> KnownPlace:
    """Return a place with the tag of the holder of an identity; without one, where there is none."""
    tag = mac.tag(mac.key_from(identity, KNOWN_PLACE), _said(one)) if identity else ""
    return msgspec.structs.replace(one, tag=tag)
