"""Checks whether a PDF opens in PDFium, the reader of Chrome and Edge. Runs only in sandboxed_process.py.

A file that PDFium can repair counts as readable. Pages are found, not drawn.
"""

import re

import pypdfium2

PDF_SEARCH_BYTES = 1024
"""Readers look for the header of a PDF, and for its end, within this many bytes (PDF 1.7, annex H, 3.4.1 and 3.4.4)."""
_LOCKS = (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
_LINEARIZED = re.compile(rb"<<[^>]*/Linearized\b[^>]*>")
_LENGTH = re.compile(rb"/L\s+(\d{1,10})\b")


def inspect_pdf(source: bytes) -> bytes:
    """readable, locked (by a password or by a right), cut or broken."""
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as failure:
        return b"locked" if failure.err_code in _LOCKS else _classify_unreadable(source)
    found = sum(_has_page(document, number) for number in range(len(document)))
    if not found:
        return _classify_unreadable(source)
    return b"cut" if found < len(document) and _is_truncated(source) else b"readable"


def _has_page(document: pypdfium2.PdfDocument, number: int) -> bool:
    try:
        return all(side > 0 for side in document.get_page_size(number))
    except pypdfium2.PdfiumError:
        return False


def _classify_unreadable(source: bytes) -> bytes:
    return b"broken" if b"%%EOF" in source[-PDF_SEARCH_BYTES:] else b"cut"


def _is_truncated(source: bytes) -> bool:
    """A linearized file states its length at its beginning (PDF 1.7, annex F.3.3)."""
    head = _LINEARIZED.search(source[: 2 * PDF_SEARCH_BYTES])
    said = _LENGTH.search(head[0]) if head else None
    return said is not None and int(said[1]) > len(source)
