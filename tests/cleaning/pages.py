"""Pages for the tests of cleaning: an article from lines, its blocks one per non-blank line."""

from pipeline.article import Article, Block, Markup


def page(text: str, **fields) -> Article:
    """An article of a text, as a reader of plain text would divide it."""
    blocks, position = [], 0
    for line in text.splitlines(keepends=True):
        words = line.strip()
        if words:
            start = position + line.index(words)
            blocks.append(Block(start, start + len(words)))
        position += len(line)
    return Article(id="page", text=text, blocks=tuple(blocks), source_file="page.txt", **fields)


def marked_page(*blocks: tuple[str, Markup]) -> Article:
    """An article of blocks with markup, as a reader of HTML would divide it."""
    text, found = "", []
    for words, markup in blocks:
        found.append(Block(len(text), len(text) + len(words), markup=markup))
        text += words + "\n\n"
    return Article(id="page", text=text, blocks=tuple(found), source_file="page.html")
