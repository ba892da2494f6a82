"""Labels of attachments."""

from app.domain.files.file_type import MediaType
from app.domain.files.scan_state import ScanState

SCAN = {
    ScanState.NONE: "non analysé",
    ScanState.WAITING: "analyse antivirus en cours",
    ScanState.CLEAN: "sans virus connu",
    ScanState.INFECTED: "virus trouvé, fichier supprimé",
    ScanState.FAILED: "analyse impossible, fichier non distribué",
}
MEDIA = {
    MediaType.PDF: "PDF",
    MediaType.JPEG: "image JPEG",
    MediaType.PNG: "image PNG",
    MediaType.WEBP: "image WebP",
    MediaType.GIF: "image GIF",
    MediaType.TIFF: "image TIFF",
    MediaType.HEIC: "image HEIC",
    MediaType.ODT: "texte OpenDocument",
    MediaType.ODS: "tableur OpenDocument",
    MediaType.DOCX: "document Word",
    MediaType.XLSX: "classeur Excel",
    MediaType.DOC: "document Word",
    MediaType.XLS: "classeur Excel",
    MediaType.RTF: "texte RTF",
    MediaType.TXT: "texte",
    MediaType.CSV: "tableau CSV",
}
