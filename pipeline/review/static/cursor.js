// The cursor: which item is the current one, which comes next, and the address that names it.

import { get, pageOf, part, writes } from "./api.js";
import { number, say } from "./dom.js";

const ADDRESS_PAUSE = 400; // milliseconds after which the address names the item under the cursor

export class Cursor {
  /** `page`: the parts of the page by name (see article.js). */
  constructor(page) {
    Object.assign(this, { page, timer: 0 });
    addEventListener("hashchange", () => this.goToAddress());
  }

  /** The item under the cursor, or null. */
  get current() {
    const { text, desk } = this.page;
    return text.current ? (desk.byId.get(text.current.id) ?? null) : null;
  }

  /** The item under the cursor, if it is of one of the layers; says so where it is not. */
  need(layers, says) {
    const item = this.current;
    if (item && (!layers || layers.includes(item.layer))) return item;
    say(says ?? "Choose an item first: n goes to the next undecided one.", "bad");
    return null;
  }

  goTo(item, { focus = true } = {}) {
    const { edges, frames, panel, tabs, text } = this.page;
    edges.flush();
    if (!item) {
      text.show(null);
      panel.empty();
      return;
    }
    text.point(null);
    text.show(item, { focus });
    tabs.show("item");
    panel.show(item);
    frames.mark(item);
    this.noteAddress(item);
  }

  /** Keep the cursor in the address, so that a reload comes back to it; a moment later, as it costs a long page 40 ms. */
  noteAddress(item) {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => history.replaceState(null, "", `${location.pathname}${location.search}#${encodeURIComponent(item.id)}`),
      ADDRESS_PAUSE,
    );
  }

  /** To the next item to decide, or the one before; with `any` to the next that is shown. */
  step(direction, any = false) {
    const { desk, edges } = this.page;
    edges.flush();
    const from = this.current;
    const next = any ? desk.nextAny(from, direction) : desk.nextOpen(from, direction);
    if (next) this.goTo(next);
    else if (any) say("There is nothing else here.");
    else if (from && desk.isOpen(from)) say("This is the last one to decide.");
    else this.nothingLeft();
  }

  async nothingLeft() {
    const { desk, panel } = this.page;
    panel.show(this.current);
    await writes.settled(); // or what they answer would be said over this
    const { undecided } = desk.counts;
    if (undecided)
      say(
        `Nothing left that passes the filters; ${number(undecided)} undecided in the whole article. N goes on elsewhere.`,
        "good",
      );
    else say("Nothing left to decide here. f finishes the article, N goes on elsewhere.", "good");
  }

  /** The least certain undecided item of all articles that passes the filters. */
  async elsewhere() {
    const { article, desk } = this.page;
    const parameters = new URLSearchParams(desk.filters);
    parameters.set("article", article);
    if (this.current) parameters.set("after", this.current.id);
    try {
      const found = await get("next", parameters);
      if (!found.article) return say("Nothing is undecided in any article.", "good");
      if (found.article === article) return this.goTo(desk.byId.get(found.item.id));
      location.href = pageOf(`/article/${part(found.article)}`, desk.filters, found.item.id);
    } catch (error) {
      say(error.message, "bad");
    }
    return undefined;
  }

  /** Where the address points: an item (`#m8-21`) or a stretch (`#at=8-21`); else to what is to be decided. */
  goToAddress() {
    const { desk, panel, text } = this.page;
    const wanted = decodeURIComponent(location.hash.slice(1));
    const stretch = /^at=(\d+)-(\d+)$/.exec(wanted);
    if (stretch) {
      const span = [Number(stretch[1]), Math.min(Number(stretch[2]), text.offsets.length)];
      if (span[0] < span[1]) text.point(span);
    } else if (desk.byId.has(wanted)) this.goTo(desk.byId.get(wanted));
    else if (!this.current) {
      const next = desk.nextOpen(null);
      if (next) this.goTo(next);
      else panel.empty();
    }
  }
}
