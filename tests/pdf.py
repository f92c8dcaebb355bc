"""PDFs, read back with another library than the one that made them."""

import pypdfium2


def pages_of(data: bytes) -> list[str]:
    """Return the words on each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [" ".join(one.get_textpage().get_text_range().split()) for one in document]


def words_in(data: bytes) -> str:
    """Return the words of all pages."""
    return " ".join(pages_of(data))
