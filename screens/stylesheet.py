"""The styles of all pages, read once: Textual reads them anew whenever a theme is set, the first one too."""

from textual.css.stylesheet import Stylesheet


class ReadOnce(Stylesheet):
    """A style sheet that is read anew only where a variable has another value, and keeps what it has read."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the values of what styles know by name."""
        if variables != self._variables:
            super().set_variables(variables)
            self._require_parse = True

    def reparse(self) -> None:
        """Read it anew, where that makes a difference."""
        if self._require_parse:
            self.parse()
