"""Documents: PDF, DOCX and RTF files, one article each, or the many articles of a download from a news database."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.readers.docx import Paragraph, docx_paragraphs
from pipeline.readers.factiva import NUMBER, factiva_records, is_factiva
from pipeline.readers.identifiers import Identifiers
from pipeline.readers.nexis import ENDED, is_nexis, nexis_records
from pipeline.readers.pdf import pdf_reader, pdf_text
from pipeline.readers.problems import Found, UnreadableError
from pipeline.readers.records import Origin, Unread, UnreadArticle, record_articles, text_article
from pipeline.readers.rtf import rtf_text

PDF_TO_TEXT = 20  # bytes of a PDF for a character of its text, about


@dataclass(frozen=True, slots=True)
class UnreadPdf(UnreadArticle):
    """A PDF that is still to be read."""

    data: bytes = field(repr=False)
    digest: str  # SHA-256 of the data
    reader: str  # the package that will read it: what it makes of a file may differ between versions

    @property
    def characters(self) -> int:
        """How long the text will be, about."""
        return len(self.data) // PDF_TO_TEXT

    def read(self) -> Iterator[Found]:
        """The article, and a problem where pages show no text; a problem alone where none does."""
        try:
            text, warning = pdf_text(self.data)
            yield text_article(text, self.origin, Identifiers())
        except UnreadableError as error:
            yield self.origin.problem(f"{error}; no article is made of it", self.id)
            return
        ends = sum(bool(ENDED.fullmatch(line) or NUMBER.fullmatch(line)) for line in text.splitlines())
        if ends > 1:
            yield self.origin.problem(
                f"{ends} documents of a news database in one PDF, read as one; download DOCX or RTF", self.id
            )
        if warning:
            yield self.origin.problem(warning, self.id)


def read_document(data: bytes, suffix: str, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    """The articles of a document whose file name ends in `suffix`: .pdf, .docx or .rtf.

    Raises:
        UnreadableError: the file cannot be read, or a package for it is missing.
    """
    if suffix == ".pdf":
        reader, digest = pdf_reader(), hashlib.sha256(data).hexdigest()
        yield UnreadPdf(ids.take(origin.article_id), origin, data, digest, reader)
        return
    if suffix == ".docx":
        paragraphs = docx_paragraphs(data)
    else:
        paragraphs = [Paragraph(line.strip()) for line in rtf_text(data).split("\n") if line.strip()]
    lines = [one.text for one in paragraphs]
    if is_nexis(paragraphs):
        yield from read_records(nexis_records(paragraphs), origin, ids)
    elif is_factiva(lines):
        yield from read_records(factiva_records(lines), origin, ids)
    else:
        yield text_article("\n\n".join(lines), origin, ids)


def read_records(records: Iterable[Mapping[str, object]], origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    """The articles of a download; a document without text costs that document only."""
    for number, record in enumerate(records, start=1):
        place = Origin(origin.source_file, f"{origin.article_id}-{number}", f"document {number}")
        yield from record_articles(record, place, ids)
