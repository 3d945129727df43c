// Words that are selected, by mouse or by keys: to add an item, or to use them for the current one.

import { byId, say, short } from "./dom.js";
import { bare } from "./forms.js";

const PAUSE = 120; // milliseconds without a change after which the browser's selection is taken

export class Selection {
  constructor(page) {
    // span: `[start, end]` or null; byKeys: made by keys; layer: of what would be added
    Object.assign(this, { page, span: null, byKeys: false, layer: "entities" });
    let timer = 0;
    document.addEventListener("selectionchange", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.take(), PAUSE);
    });
    // A press on the panel must not take the selection away.
    byId("panel").addEventListener("mousedown", (event) => {
      if (this.span && event.target.closest("button")) event.preventDefault();
    });
  }

  /** Take over what the browser has selected. */
  take() {
    const { cursor, panel, text } = this.page;
    const span = text.offsets.selected();
    if (span) {
      if (this.span && span[0] === this.span[0] && span[1] === this.span[1]) return;
      this.byKeys = false;
      this.span = span;
      say(`selected: ${short(text.words(span), 80)}`);
      this.show();
    } else if (
      this.span &&
      !this.byKeys &&
      !byId("panel").contains(document.activeElement) &&
      !document.querySelector("dialog[open]")
    ) {
      this.span = null;
      text.highlight("chosen", []);
      panel.show(cursor.current);
    }
  }

  show() {
    const { cursor, panel, tabs, text } = this.page;
    text.highlight("chosen", [this.span]);
    tabs.show("item");
    panel.selection(this.span, text.words(this.span), this.layer, cursor.current);
  }

  leave() {
    const { cursor, panel, text } = this.page;
    this.span = null;
    this.byKeys = false;
    text.highlight("chosen", []);
    getSelection().removeAllRanges();
    panel.show(cursor.current);
    if (cursor.current) text.show(cursor.current, { scroll: false });
  }

  /** Move one edge, or both: the next word. */
  move(edge, by, character = false) {
    const { edges, text } = this.page;
    const span = [...this.span];
    if (edge === "both") {
      span[0] = text.offsets.wordStart(span[0], by);
      span[1] = text.offsets.wordBoundary(span[0], 1);
    } else span[edge === "start" ? 0 : 1] = edges.boundary(span, edge, by, character);
    if (span[0] < 0 || span[1] > text.offsets.length || span[0] >= span[1]) return;
    this.span = span;
    text.select(span);
    say(short(text.words(span), 80));
    this.show();
  }

  /** Begin to select by keys: the word after the cursor. */
  begin() {
    const { cursor, desk, edges, text } = this.page;
    edges.flush();
    const item = cursor.current;
    const seen = item ?? desk.items.find((one) => one.layer === "blocks");
    const start = item && item.layer !== "blocks" ? item.spans[0][0] : (seen?.spans[0][0] ?? 0);
    const first = start + /^\s*/u.exec(text.offsets.text(start, start + 200))[0].length;
    this.byKeys = true;
    this.span = [first, text.offsets.wordBoundary(first, 1)];
    text.select(this.span);
    say(
      `selecting: ${short(text.words(this.span), 60)}. Arrows move, Shift and arrows extend, a digit gives the label.`,
    );
    this.show();
  }

  /** Say of which layer the new item would be. */
  of(layer) {
    this.layer = layer;
    this.show();
  }

  /** Add an item of the layer. */
  add(label) {
    const { cursor, desk, text } = this.page;
    const { span, layer } = this;
    if (!span) return;
    this.leave();
    desk.decide([{ op: "add", layer, label, spans: [span], words: text.words(span) }]).then((answer) => {
      const added = answer?.items.find((item) => item.id.startsWith("+"));
      if (added) cursor.goTo(desk.byId.get(added.id) ?? added);
    });
  }

  /** Make the words the edges, a piece, the cue, a speaker, or a participant of the current item. */
  use(as) {
    const { act, cursor, text } = this.page;
    const item = cursor.current,
      { span } = this;
    if (!item || !span) return;
    this.leave();
    const { attributes } = item;
    if (as === "edges") act.edit({ spans: [span], words: text.words(span) });
    else if (as === "piece") act.edit({ spans: [...item.spans, span].sort((one, other) => one[0] - other[0]) });
    else if (as === "actors" || as === "recipients")
      act.edit({ attributes: { [as]: [...attributes[as].map(bare), { span }] } });
    else if (as === "location") act.edit({ attributes: { location: { span } } });
    else act.edit({ attributes: { [as]: span } });
    text.show(item);
  }
}
