// The article as it stands on the page: marks, the one under the cursor, blocks that are folded or drawn again.

import { byId } from "./dom.js";
import { Offsets } from "./offsets.js";

export const LAYERS = ["blocks", "entities", "dates", "quotations", "events"];
export const ONE = { blocks: "block", entities: "entity", dates: "date", quotations: "quotation", events: "event" };
const STATUSES = ["undecided", "accepted", "rejected", "edited", "added"];
const ROLE_NAMES = { actor: "who", recipient: "to whom", location: "where", cue: "cue", speaker: "speaker" };
const idOf = (token) => token.slice(0, token.indexOf("/") < 0 ? undefined : token.indexOf("/"));
const tokensOf = (piece) => (piece.dataset.i ?? "").split(" ").filter(Boolean);

export class Text {
  constructor(root) {
    this.root = root;
    this.offsets = new Offsets(root);
    this.pending = new Set();
    this.current = null;
    this.lit = [];
    this.found = null;
  }

  /** The words of a span. */
  words([start, end]) {
    return this.offsets.text(start, end);
  }

  /** The whole item that a piece shows the status of: the shortest that covers it. */
  innermost(piece) {
    const at = Number(piece.dataset.p);
    const length = (id) => {
      const span = this.items?.get(id)?.spans.find(([start, end]) => start <= at && at < end);
      return span ? span[1] - span[0] : Infinity;
    };
    const whole = tokensOf(piece).filter((token) => !token.includes("/"));
    return whole.length < 2 ? whole[0] : whole.reduce((best, id) => (length(id) < length(best) ? id : best));
  }

  /** Pieces by the token in their `data-i`: an item's id, or `id/role`. */
  get index() {
    if (!this.found) {
      this.found = new Map();
      for (const piece of this.root.querySelectorAll("[data-i]")) this.enter(piece);
    }
    return this.found;
  }

  enter(piece) {
    for (const token of tokensOf(piece)) {
      if (!this.found.has(token)) this.found.set(token, []);
      this.found.get(token).push(piece);
    }
  }

  /** The pieces of an item, or of one of its roles. */
  pieces(id, role = "") {
    return (this.index.get(role ? `${id}/${role}` : id) ?? []).filter((piece) => piece.isConnected);
  }

  block(id) {
    return this.root.querySelector(`.block[data-item="${CSS.escape(id)}"]`);
  }

  /** Where an item is focused: its first piece, or the heading of a block. */
  place(item) {
    return item.layer === "blocks" ? this.block(item.id)?.querySelector(".block-label") : this.pieces(item.id)[0];
  }

  /** Show the status of an item. */
  status(item) {
    if (item.layer === "blocks") {
      const block = this.block(item.id);
      if (!block) return;
      block.dataset.status = item.status;
      block.dataset.kept = String(item.attributes.kept);
      block.dataset.label = item.label;
      const name = block.querySelector(".block-label");
      if (name) name.textContent = item.label;
      return;
    }
    for (const piece of this.pieces(item.id)) {
      if (this.innermost(piece) !== item.id) continue;
      piece.classList.remove(...STATUSES);
      piece.classList.add(item.status);
    }
  }

  /** A decision was made and is not confirmed yet, or it is now. */
  wait(id, waiting) {
    if (waiting) this.pending.add(id);
    else this.pending.delete(id);
    for (const piece of this.pieces(id)) piece.classList.toggle("pending", waiting);
    if (id.startsWith("b") || id.startsWith("+")) this.block(id)?.classList.toggle("pending", waiting);
  }

  /** Put blocks as the server drew them in the place of those on the page. */
  draw(blocks) {
    const focused = this.root.contains(document.activeElement);
    for (const { item, html } of blocks) {
      const old = this.block(item);
      const holder = document.createElement("template");
      holder.innerHTML = html; // the server's own markup; every word in it is escaped there
      const block = holder.content.querySelector(".block");
      if (!old || !block) return true; // the blocks themselves have moved: the page must be read anew
      if (old.classList.contains("open")) block.classList.add("open");
      old.replaceWith(block);
      if (this.found) for (const piece of block.querySelectorAll("[data-i]")) this.enter(piece);
    }
    if (blocks.length) {
      this.offsets.forget();
      for (const id of this.pending) this.wait(id, true);
      if (this.current) this.show(this.current, { focus: focused, scroll: false });
    }
    return false;
  }

  /** Make an item the current one. */
  show(item, { focus = true, scroll = true } = {}) {
    for (const piece of this.lit) {
      piece.classList.remove("current", "role-now");
      piece.removeAttribute("data-role");
      piece.removeAttribute("aria-description");
      if (piece.tabIndex === 0) piece.tabIndex = -1;
    }
    this.lit = [];
    this.current = item;
    if (!item) return;
    const pieces = item.layer === "blocks" ? [this.block(item.id)].filter(Boolean) : this.pieces(item.id);
    for (const piece of pieces) piece.classList.add("current");
    this.lit.push(...pieces);
    for (const role of Object.keys(ROLE_NAMES)) {
      for (const [place, piece] of this.pieces(item.id, role).entries()) {
        piece.classList.add("role-now");
        if (place === 0 || !piece.previousElementSibling?.classList.contains("role-now"))
          piece.dataset.role = ROLE_NAMES[role];
        this.lit.push(piece);
      }
    }
    const place = this.place(item);
    if (!place) return;
    if (item.layer === "blocks") this.block(item.id).classList.add("open");
    place.closest(".block")?.classList.add("open");
    place.tabIndex = 0;
    // read with the words as the focus comes here
    place.setAttribute("aria-description", `${ONE[item.layer]} ${item.label}, ${item.status}`);
    this.lit.push(place);
    if (scroll) this.reveal(item.layer === "blocks" ? place.closest(".block") : place);
    if (focus) place.focus({ preventScroll: true });
  }

  /** Scroll only when the place is not in comfortable view. */
  reveal(element) {
    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const top = byId("bar")?.getBoundingClientRect().bottom ?? 0;
    const sheet = byId("panel");
    const covered = sheet && getComputedStyle(sheet).position === "fixed" ? sheet.offsetHeight : 0;
    const bottom = innerHeight - covered;
    if (box.top >= Math.max(top, 0) + 30 && Math.min(box.bottom, box.top + 60) <= bottom - 40) return;
    const wanted = Math.max(top, 0) + Math.max(30, (bottom - Math.max(top, 0)) * 0.3);
    scrollBy({ top: box.top - wanted, behavior: "instant" });
  }

  /** Scroll to a stretch and light it for a moment, without making it current. */
  point(span) {
    if (!span) return this.highlight("pointed", []);
    const range = this.offsets.range(span);
    range.startContainer.parentElement.closest(".block")?.classList.add("open");
    this.reveal(range.startContainer.parentElement);
    return this.highlight("pointed", [span]);
  }

  /** Light stretches by name (CSS Custom Highlight API, where there is one). */
  highlight(name, spans) {
    if (!globalThis.CSS?.highlights) return;
    if (!spans.length) CSS.highlights.delete(name);
    else CSS.highlights.set(name, new Highlight(...spans.map((span) => this.offsets.range(span))));
  }

  /** Put the browser's own selection on a span. */
  select(span) {
    const range = this.offsets.range(span);
    range.startContainer.parentElement.closest(".block")?.classList.add("open");
    getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    this.reveal(range.startContainer.parentElement);
  }

  /** The ids of items whose beginning is on the screen. */
  visible() {
    const top = byId("bar")?.getBoundingClientRect().bottom ?? 0;
    const sheet = byId("panel");
    const bottom = innerHeight - (sheet && getComputedStyle(sheet).position === "fixed" ? sheet.offsetHeight : 0);
    const ids = new Set();
    const inside = (box) => box.bottom > top && box.top < bottom;
    for (const block of this.root.querySelectorAll(".block")) {
      const box = block.getBoundingClientRect();
      if (box.top > bottom) break;
      if (!inside(box)) continue;
      if (inside(block.querySelector(".block-head").getBoundingClientRect())) ids.add(block.dataset.item);
      for (const piece of block.querySelectorAll("[data-i]")) {
        if (inside(piece.getClientRects()[0] ?? piece.getBoundingClientRect()))
          for (const token of tokensOf(piece)) ids.add(token);
      }
    }
    return ids;
  }

  /** The items at a piece, innermost first; a role stands for the item it belongs to. */
  at(piece) {
    const tokens = tokensOf(piece).reverse();
    return [
      ...new Set(
        [...tokens.filter((token) => !token.includes("/")), ...tokens.filter((token) => token.includes("/"))].map(idOf),
      ),
    ];
  }
}
