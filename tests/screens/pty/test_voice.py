"""The voice in a real terminal: the key is heard, and where nothing can be heard, that is said."""

from tests.screens.pty.kiosk_terminal import Venue, goes_on

NO_VOICE = "There is no voice at the moment."


def test_without_sound_the_kiosk_says_so_and_goes_on(venue: Venue) -> None:
    """espeak-ng itself, with a sound card that no machine has."""
    settings = venue.home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('device = ""\n# true', 'device = "hw:31"\n# true'))
    with venue.terminal(columns=56, rows=16) as terminal:
        terminal.wait_for("F1 reads every page to you.")
        terminal.press("f1")
        terminal.wait_for(NO_VOICE)
        goes_on(terminal)
        terminal.wait_for("What we keep")
        terminal.wait_gone(NO_VOICE)
