"""Documents: PDF, DOCX and RTF files, one article each, or the many articles of a download from a news database."""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.readers.docx import Paragraph, docx_paragraphs
from pipeline.readers.factiva import NUMBER, factiva_records, is_factiva
from pipeline.readers.identifiers import Identifiers
from pipeline.readers.nexis import ENDED, is_nexis, nexis_records
from pipeline.readers.pdf import pdf_text
from pipeline.readers.records import Origin, Unread, record_articles, text_article
from pipeline.readers.rtf import rtf_text


def read_document(data: bytes, suffix: str, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    """The articles of a document whose file name ends in `suffix`: .pdf, .docx or .rtf.

    Raises:
        UnreadableError: the file cannot be read, or a package for it is missing.
    """
    if suffix == ".pdf":
        yield from _pages(data, origin, ids)
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


def _pages(data: bytes, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    text, warning = pdf_text(data)
    article = text_article(text, origin, ids)
    yield article
    ends = sum(bool(ENDED.fullmatch(line) or NUMBER.fullmatch(line)) for line in text.splitlines())
    if ends > 1:
        yield origin.problem(
            f"{ends} documents of a news database in one PDF, read as one; download DOCX or RTF", article.id
        )
    if warning:
        yield origin.problem(warning, article.id)
