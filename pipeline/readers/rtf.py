"""RTF: the text of a document; the package striprtf reads it, and comes with the extra `rtf`."""

import re
from typing import Any

from pipeline.readers.problems import UnreadableError

MISSING = "needs the package striprtf: pip install 'article-events[rtf]'"
START = b"{\\rtf"
# striprtf looks for links and fonts with expressions that backtrack without limit over hostile files. A link's address
# is no part of the text, and the fonts decide the encoding only where the head of the file names none.
LINK = re.compile(r"\\fldinst(?=\{)", re.IGNORECASE)
FONTS = re.compile(r"\\fonttbl(?![a-z])", re.IGNORECASE)


def rtf_text(data: bytes) -> str:
    """The text of an RTF file; the cells of a table row are divided by `|`, rows and paragraphs by line ends.

    Raises:
        UnreadableError: striprtf is missing, or the file is no RTF.
    """
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError as error:
        raise UnreadableError(MISSING) from error
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(START):
        raise UnreadableError("no RTF file: it does not begin with {\\rtf")
    source = FONTS.sub(r"\\filetbl", LINK.sub(r"\\fldinst ", data.decode("cp1252", "replace")))
    convert: Any = rtf_to_text
    try:
        text: str = convert(source, errors="replace")
    except Exception as error:  # striprtf raises many kinds over broken files
        raise UnreadableError(f"the RTF file is broken ({' '.join(str(error).split())[:80]})") from error
    # RTF writes characters beyond U+FFFF as two halves.
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\xad", "")
