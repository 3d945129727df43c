// What the page knows of one article: its items, which of them are looked at, and the writes that change them.

import { get, part, writes } from "./api.js";
import { say } from "./dom.js";
import { early, FILTERS } from "./early.js";

const same = (wanted, value) => !wanted.length || wanted.includes(value);
const listed = (parameters, name) =>
  parameters
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter(Boolean);

const REST = 200; // milliseconds after which the rest of a long article is asked for

export class Desk extends EventTarget {
  constructor(article, text) {
    super();
    this.article = article;
    this.text = text;
    this.items = [];
    this.byId = new Map();
    text.items = this.byId;
    this.counts = {};
    this.version = 0;
    this.waiting = new Map(); // item id -> number of writes without an answer
    this.passing = null; // ids, where the server must say what passes
    this.filters = new URLSearchParams();
    this.readFilters(location.search);
    writes.addEventListener("answer", ({ detail }) => this.answered(detail));
    writes.addEventListener("refused", ({ detail }) => this.refused(detail));
    this.others = "BroadcastChannel" in globalThis ? new BroadcastChannel("review") : null;
    if (this.others) this.others.onmessage = ({ data }) => data === this.article && this.catchUp();
    document.addEventListener("visibilitychange", () => !document.hidden && this.catchUp());
    addEventListener("focus", () => this.catchUp());
  }

  readFilters(search) {
    const given = new URLSearchParams(search);
    this.filters = new URLSearchParams([...given].filter(([name, value]) => FILTERS.includes(name) && value));
  }

  /** Read what is to be decided first; of an article of ordinary length that is all. */
  async load() {
    const answer = await early;
    this.partial = Boolean(answer.partial);
    this.take(answer, true);
    if (this.filters.has("search") || this.filters.has("disagreement")) await this.askWhatPasses();
    writes.restore();
  }

  /** Read the rest of a long article, while it is worked with already. */
  async loadRest() {
    if (!this.partial) return;
    await new Promise((resolve) => {
      setTimeout(resolve, REST); // what was read first is painted before
    });
    const answer = await get(`articles/${part(this.article)}`);
    const known = this.version;
    this.partial = false;
    this.take(answer, true);
    if (known > answer.version) await this.catchUp(); // decided in the meantime
  }

  /** Filters that need the whole corpus are the server's. */
  async askWhatPasses() {
    const parameters = new URLSearchParams(this.filters);
    parameters.set("article", this.article);
    if (!parameters.has("status")) parameters.set("status", "undecided,accepted,rejected,edited,added");
    parameters.set("limit", "500");
    const ids = [];
    for (let total = 1; ids.length < total;) {
      parameters.set("offset", ids.length);
      const found = await get("queue", parameters);
      if (!found.items.length) break;
      total = found.total;
      ids.push(...found.items.map((item) => item.id));
    }
    this.passing = new Set(ids);
  }

  /** Lay an answer over what is known. `all`: the answer holds every item. */
  take(answer, all = false) {
    const { version, finished, can_undo, can_redo, undecided, decided } = answer;
    this.counts = { finished, can_undo, can_redo, undecided, decided };
    this.version = all ? version : Math.max(this.version, version ?? 0);
    if (answer.document) this.document = answer.document;
    if (all) this.byId.clear();
    for (const id of answer.removed ?? []) this.byId.delete(id);
    for (const item of answer.items ?? []) this.byId.set(item.id, item);
    this.items = [...this.byId.values()].sort(
      (one, other) => one.spans[0][0] - other.spans[0][0] || other.spans.at(-1)[1] - one.spans.at(-1)[1],
    );
    this.removed = this.items
      .filter((item) => item.layer === "blocks" && !item.attributes.kept)
      .map((item) => item.spans[0]);
    if (!all) {
      if (this.text.draw(answer.blocks ?? [])) return location.reload();
      for (const item of answer.items ?? []) this.text.status(item);
    }
    this.dispatchEvent(
      new CustomEvent("change", { detail: { items: answer.items ?? [], removed: answer.removed ?? [], all } }),
    );
  }

  /** What another tab did. */
  async catchUp() {
    if (!this.version && !this.items.length) return;
    try {
      const answer = await get(`articles/${part(this.article)}/since/${this.version}`);
      if (answer.version > this.version || answer.items?.length) this.take(answer);
    } catch {
      /* seen at the next write */
    }
  }

  /** The words of an item; of a block, how it begins. */
  wordsOf(item) {
    const [start, end] = item.spans[0];
    return item.text || this.text.offsets.text(start, Math.min(end, start + 400));
  }

  /** Whether an item passes the filters of the address. */
  passes(item) {
    if (this.passing) return this.passing.has(item.id);
    const { filters } = this;
    const rules = listed(filters, "rule");
    return (
      same(listed(filters, "layer"), item.layer) &&
      same(listed(filters, "label"), item.label) &&
      (!filters.has("status") || same(listed(filters, "status"), item.status)) &&
      (!rules.length ||
        rules.some((rule) => (rule.endsWith("*") ? item.rule.startsWith(rule.slice(0, -1)) : item.rule === rule))) &&
      (!filters.has("min") || (item.confidence ?? 0) >= Number(filters.get("min"))) &&
      (!filters.has("max") || (item.confidence ?? 0) <= Number(filters.get("max")))
    );
  }

  /** Whether the address leaves some items out. */
  get isFiltered() {
    return [...this.filters.keys()].some((name) => name !== "order");
  }

  /** Whether an item stands in a block that is removed: nobody need decide about it. */
  isHidden(item) {
    if (item.layer === "blocks" || !this.removed?.length) return false;
    return item.spans.some(([start, end]) => {
      let low = 0,
        high = this.removed.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.removed[middle][1] <= start) low = middle + 1;
        else high = middle;
      }
      return low < this.removed.length && this.removed[low][0] < end;
    });
  }

  /** To be decided: by whom the filters let through. What was just sent counts as decided. */
  isOpen(item) {
    return item.status === "undecided" && !this.waiting.has(item.id) && !this.isHidden(item) && this.passes(item);
  }

  get byUncertainty() {
    return this.filters.get("order") === "uncertain";
  }

  /** The item to decide after (or before) one, around the end of the text. */
  nextOpen(item, step = 1) {
    if (this.byUncertainty && step > 0) {
      const open = this.items.filter((one) => one !== item && this.isOpen(one));
      return open.reduce((best, one) => (!best || one.uncertainty > best.uncertainty ? one : best), null);
    }
    return this.walk(item, step, (one) => this.isOpen(one));
  }

  nextAny(item, step) {
    return this.walk(item, step, (one) => this.passes(one) && (one.layer === "blocks" || !this.isHidden(one)));
  }

  walk(item, step, holds) {
    const { items } = this;
    if (!items.length) return null;
    const from = item ? items.findIndex((one) => one.id === item.id) : step > 0 ? -1 : 0;
    for (let moved = 1; moved <= items.length; moved += 1) {
      const one = items[(((from + step * moved) % items.length) + items.length) % items.length];
      if (one !== item && holds(one)) return one;
    }
    return null;
  }

  /** Send changes as one step. Resolves to the answer, or null when they were refused. */
  decide(changes, ids = changes.map((change) => change.item).filter(Boolean)) {
    return this.write("decide", { article: this.article, changes }, ids);
  }

  undo() {
    return this.write("undo", { article: this.article }, []);
  }
  redo() {
    return this.write("redo", { article: this.article }, []);
  }

  async write(path, body, ids) {
    this.hold(ids, 1);
    try {
      const extra = path === "decide" ? () => ({ version: this.version }) : undefined;
      return await writes.add(path, body, { extra, about: { article: this.article, ids } });
    } catch {
      return null;
    }
  }

  hold(ids, by) {
    for (const id of ids) {
      const left = (this.waiting.get(id) ?? 0) + by;
      if (left > 0) this.waiting.set(id, left);
      else this.waiting.delete(id);
      this.text.wait(id, left > 0);
    }
  }

  /** Whether a write changes what this article says. */
  isOwn(write) {
    return ["decide", "undo", "redo"].includes(write.path) && write.body.article === this.article;
  }

  answered({ write, answer }) {
    if (!this.isOwn(write)) return;
    this.hold(write.about?.ids ?? [], -1);
    this.take(answer);
    if (answer.says)
      say(
        `${write.restored ? "Saved from before: " : ""}${answer.says}${answer.elsewhere ? `; ${answer.elsewhere} in other articles` : ""}`,
        "good",
      );
    this.others?.postMessage(this.article);
    this.dispatchEvent(new CustomEvent("written", { detail: { write, answer } }));
  }

  refused({ write, error }) {
    if (!this.isOwn(write)) return;
    this.hold(write.about?.ids ?? [], -1);
    say(`Not done: ${error.message}`, "bad");
    this.catchUp();
    this.dispatchEvent(new CustomEvent("refused", { detail: { write, error } }));
  }
}
