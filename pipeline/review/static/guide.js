// The guideline and the examples for the label under the cursor.

import { get } from "./api.js";
import { fill, h } from "./dom.js";

const PAUSE = 150; // milliseconds that the cursor stays before the guideline is asked for

export class Guide {
  constructor(place) {
    Object.assign(this, { place, shown: null, known: new Map() });
  }

  clear() {
    this.shown = null;
    fill(this.place);
  }

  /** What the guideline says of the label, with examples; asked once per label. */
  async show(item) {
    const key = `${item.layer}/${item.label}`;
    if (this.shown === key) return;
    this.shown = key;
    fill(this.place);
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE);
    });
    if (this.shown !== key) return;
    if (!this.known.has(key)) this.known.set(key, get("guideline", { layer: item.layer, label: item.label }));
    try {
      const found = await this.known.get(key);
      if (this.shown !== key) return;
      fill(
        this.place,
        h("h2", {}, item.label),
        h("p", {}, found.definition),
        found.guideline ? h("p", { class: "guideline" }, found.guideline) : null,
        found.examples?.length
          ? h(
              "ul",
              { class: "examples" },
              found.examples.map((one) =>
                h("li", { dir: "auto" }, `…${one.before ?? ""}`, h("strong", {}, one.words), `${one.after ?? ""}…`),
              ),
            )
          : null,
      );
    } catch {
      this.known.delete(key);
    }
  }
}
