// Offsets: the one place where a browser's UTF-16 positions become code points of the article, and back.
//
// Only elements with `data-p` hold article text, each one text node; `data-p` is the offset of its first character.

const codePoints = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};
const inPair = (text, at) =>
  at > 0 && at < text.length && /[\uD800-\uDBFF]/u.test(text[at - 1]) && /[\uDC00-\uDFFF]/.test(text[at]);

/** UTF-16 length of the first `count` code points. */
function unitsOf(text, count) {
  let units = 0;
  for (const character of text) {
    if (count-- <= 0) break;
    units += character.length;
  }
  return units;
}

const startOf = (piece) => Number(piece.dataset.p);
const endOf = (piece) => startOf(piece) + codePoints(piece.textContent);

export class Offsets {
  constructor(root) {
    this.root = root;
    this.known = null;
  }

  /** Every piece of text, in order. */
  get pieces() {
    this.known ??= [...this.root.querySelectorAll("[data-p]")];
    return this.known;
  }

  /** To be called when blocks were drawn anew. */
  forget() {
    this.known = null;
  }

  /** The place of the last piece that begins at or before an offset. */
  placeOf(offset) {
    const { pieces } = this;
    let low = 0,
      high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (startOf(pieces[middle]) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** `[text node, UTF-16 offset]` of a code point offset. */
  point(offset) {
    const piece = this.pieces[this.placeOf(offset)];
    const node = piece.firstChild;
    return [node, unitsOf(node.data, offset - startOf(piece))];
  }

  /** A DOM range over a span. */
  range([start, end]) {
    const range = document.createRange();
    range.setStart(...this.point(start));
    // The end belongs to the piece that holds the last character.
    const piece = this.pieces[this.placeOf(Math.max(end - 1, start))];
    range.setEnd(piece.firstChild, unitsOf(piece.firstChild.data, end - startOf(piece)));
    return range;
  }

  /** The text between two offsets. */
  text(start, end) {
    if (end <= start) return "";
    const parts = [];
    for (let place = this.placeOf(start); place < this.pieces.length; place += 1) {
      const piece = this.pieces[place],
        from = startOf(piece);
      if (from >= end) break;
      const data = piece.textContent;
      parts.push(data.slice(start > from ? unitsOf(data, start - from) : 0, unitsOf(data, end - from)));
    }
    return parts.join("");
  }

  get length() {
    const last = this.pieces.at(-1);
    return last ? endOf(last) : 0;
  }

  /** The code point offset of one end of a selection. */
  offset(node, at, isEnd) {
    const piece = node.nodeType === Node.TEXT_NODE && node.parentElement.closest("[data-p]");
    if (piece) {
      const { data } = node;
      const place = inPair(data, at) ? at + (isEnd ? 1 : -1) : at;
      return startOf(piece) + codePoints(data.slice(0, place));
    }
    // Between elements, or in the heading of a block: the nearest text on the inner side.
    const walker = document.createTreeWalker(this.root, NodeFilter.SHOW_ELEMENT);
    const isPiece = (element) => element instanceof HTMLElement && element.dataset.p !== undefined;
    const child = node.nodeType === Node.ELEMENT_NODE ? node.childNodes[at] : null;
    if (isEnd) {
      const range = document.createRange();
      range.setStart(this.root, 0);
      range.setEnd(node, at);
      const { pieces } = this;
      let low = -1,
        high = pieces.length - 1; // the last piece that lies before the boundary
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (range.comparePoint(pieces[middle].firstChild, 0) <= 0) low = middle;
        else high = middle - 1;
      }
      return low < 0 ? 0 : endOf(pieces[low]);
    }
    if (child && isPiece(child)) return startOf(child);
    walker.currentNode = child ?? node;
    if (!child)
      while (!walker.nextSibling() && walker.parentNode()) {
        /* out of what is behind us */
      }
    let found = walker.currentNode;
    while (found && !isPiece(found)) found = walker.nextNode();
    return found ? startOf(found) : this.length;
  }

  /** `[start, end]` of the selection, without white space at its ends; null when none lies in the article. */
  selected(selection = getSelection()) {
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.root)) return null;
    const within = document.createRange();
    within.selectNodeContents(this.root);
    const beforeStart = within.comparePoint(range.startContainer, range.startOffset) < 0;
    const afterEnd = within.comparePoint(range.endContainer, range.endOffset) > 0;
    const start = beforeStart ? 0 : this.offset(range.startContainer, range.startOffset, false);
    const end = afterEnd ? this.length : this.offset(range.endContainer, range.endOffset, true);
    return this.trimmed([start, end]);
  }

  /** The span without white space at its ends; null when nothing is left. */
  trimmed([start, end]) {
    const words = [...this.text(start, end)];
    let first = 0,
      last = words.length;
    while (first < last && /\s/u.test(words[first])) first += 1;
    while (last > first && /\s/u.test(words[last - 1])) last -= 1;
    return last > first ? [start + first, start + last] : null;
  }

  /** The boundary of words (or single signs) next to an offset; `step` is 1 or -1. */
  wordBoundary(offset, step, character = false) {
    const reach = 400;
    if (character) return Math.max(0, Math.min(this.length, offset + step));
    if (step > 0) {
      const ahead = this.text(offset, offset + reach);
      const word = /^\s*(?:[\p{L}\p{M}\p{N}_'’-]+|\S)/u.exec(ahead);
      return word ? offset + codePoints(word[0]) : Math.min(this.length, offset + reach);
    }
    const from = Math.max(0, offset - reach);
    const behind = this.text(from, offset);
    let found = from;
    for (const word of behind.matchAll(/[\p{L}\p{M}\p{N}_'’-]+|\S/gu))
      found = from + codePoints(behind.slice(0, word.index));
    return found;
  }

  /** Where the next word begins, or the one before. */
  wordStart(offset, step) {
    if (step < 0) return this.wordBoundary(offset, -1);
    const ahead = this.text(offset, offset + 400);
    const found = /^(?:[\p{L}\p{M}\p{N}_'’-]+|\S)?\s*/u.exec(ahead);
    return offset + codePoints(found?.[0] ?? "");
  }
}
