"""[store] in `kiosk.toml`: every mistake in it told in words."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.errors import SettingsError
from kiosk.settings.settings import load_settings, settings_text
from kiosk.settings.store import StoreSettings
from tests.kiosk.settings.test_settings import GOOD

STORE = StoreSettings(endpoint="https://s3.example.org", bucket="entries", credentials="/etc/kiosk/store")


def said_of(store: StoreSettings) -> str:
    with pytest.raises(SettingsError) as caught:
        settings_text(replace(GOOD, store=store))
    return str(caught.value)


def test_a_store_is_reached_over_tls_or_lies_on_this_machine() -> None:
    for endpoint in (
        "https://s3.example.org:9000",
        "https://192.168.1.7",
        "https://[2001:db8::1]:9000",
        "http://127.0.0.1:8333",
        "http://[::1]:8333",
    ):
        assert f'endpoint = "{endpoint}"' in settings_text(
            replace(GOOD, store=replace(STORE, endpoint=endpoint))
        )


def test_any_other_endpoint_is_refused() -> None:
    for endpoint in (
        "s3.example.org",
        "http://s3.example.org",
        "http://192.168.1.7:8333",
        "http://localhost:8333",
        "http://127.0.0.1.example.org",
        "https://key:secret@s3.example.org",
        "https://s3.example.org/bucket",
        "https://s3.example.org?x",
        "https://s3.example.org\n",
        "https://",
        "ftp://127.0.0.1",
    ):
        assert said_of(replace(STORE, endpoint=endpoint)).startswith("[store] endpoint must be an address")


def test_a_bucket_has_a_name_as_s3_has_it() -> None:
    for bucket in ("", "ab", "Entries", "a_b", "../x", "-ab", "x" * 64, "abc\n"):
        assert said_of(replace(STORE, bucket=bucket)).startswith("[store] bucket must be")


def test_a_region_is_a_name() -> None:
    for region in ("", "eu west", "x" * 61, "eu-west-2\n"):
        assert said_of(replace(STORE, region=region)).startswith("[store] region must be")


def test_credentials_are_a_file_and_never_the_key_itself() -> None:
    for credentials in ("", "store", "../store", "/etc/a\nb", "AKIAIOSFODNN7EXAMPLE"):
        assert said_of(replace(STORE, credentials=credentials)).startswith("[store] credentials must be")


def test_a_secret_in_the_settings_is_refused_and_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(settings_text(GOOD).replace("[store]", '[store]\nsecret = "wJalrXUtnFEMI"'))
    with pytest.raises(SettingsError, match=r"\[store\] secret is not a name that is known here") as caught:
        load_settings(file)
    assert "wJalr" not in str(caught.value)
