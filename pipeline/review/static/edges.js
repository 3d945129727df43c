// The edges of the current item, moved by word or character: shown at once, written as one decision after a pause.

import { say, short } from "./dom.js";

const PAUSE = 350; // milliseconds after which edges that were moved are written

export class Edges {
  constructor(page) {
    Object.assign(this, { page, moved: null }); // moved: {item, spans, timer}, not written yet
  }

  move(edge, by, character = false) {
    const { cursor, selection, text } = this.page;
    if (selection.span) return selection.move(edge, by, character);
    const item = cursor.need();
    if (!item) return undefined;
    if (this.moved && this.moved.item.id !== item.id) this.flush();
    this.moved ??= { item, spans: item.spans.map((span) => [...span]), timer: 0 };
    const { spans } = this.moved;
    const piece = edge === "start" ? spans[0] : spans.at(-1);
    const place = this.boundary(piece, edge, by, character);
    const [low, high] = edge === "start" ? [0, piece[1] - 1] : [piece[0] + 1, text.offsets.length];
    if (place < low || place > high) return undefined;
    piece[edge === "start" ? 0 : 1] = place;
    text.highlight("edges", spans);
    say(`${edge} moved: ${short(spans.map((span) => text.words(span)).join(" … "), 80)}`);
    clearTimeout(this.moved.timer);
    this.moved.timer = setTimeout(() => this.flush(), PAUSE);
    return undefined;
  }

  /** Where an edge goes by one word (or character): starts go to where words start, ends to where they end. */
  boundary(span, edge, by, character) {
    const { offsets } = this.page.text;
    if (character) return span[edge === "start" ? 0 : 1] + by;
    if (edge === "start") return offsets.wordStart(span[0], by);
    if (by > 0) return offsets.wordBoundary(span[1], 1);
    const before = offsets.wordBoundary(span[1], -1);
    return offsets.trimmed([span[0], before])?.[1] ?? before;
  }

  /** Write what was moved. */
  flush() {
    if (!this.moved) return;
    const { cursor, desk, panel, text } = this.page;
    const { item, spans, timer } = this.moved;
    clearTimeout(timer);
    this.moved = null;
    text.highlight("edges", []);
    if (JSON.stringify(spans) === JSON.stringify(item.spans)) return;
    desk
      .decide([{ op: "edit", item: item.id, spans }])
      .then(() => cursor.current?.id === item.id && panel.show(cursor.current));
  }
}
