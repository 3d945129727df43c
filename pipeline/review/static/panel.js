// The panel beside the text: what the item under the cursor says, why, and everything that can be changed about it.

import { button, entry, field, fill, h, number, short } from "./dom.js";
import { Forms } from "./forms.js";
import { Guide } from "./guide.js";
import { digitOf, chosenWords } from "./chosen.js";
import { ONE } from "./text.js";

export class Panel {
  /** `act`: what the buttons do (see article.js); `labels`: the answer of /api/labels. */
  constructor(place, guide, desk, act) {
    Object.assign(this, { place, desk, act, labels: null });
    this.guide = new Guide(guide);
    this.forms = new Forms(this, desk, act);
  }

  labelsOf(layer) {
    return this.labels?.layers[layer] ?? [];
  }

  /** Nothing is under the cursor. */
  empty() {
    const { undecided } = this.desk.counts;
    fill(
      this.place,
      h(
        "p",
        { class: "lead" },
        undecided
          ? `${number(undecided)} items to decide. Press n, or choose a mark in the text.`
          : "Everything is decided.",
      ),
      h(
        "div",
        { class: "actions" },
        button("Next undecided", "n", () => this.act.next()),
        undecided ? null : button("Finish the article", "f", () => this.act.finish()),
      ),
    );
    this.guide.clear();
  }

  show(item) {
    if (!item) return this.empty();
    const focused = this.place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    const open = this.place.querySelector("details.more")?.open ?? false;
    const waiting = this.desk.waiting.has(item.id);
    fill(
      this.place,
      h(
        "header",
        { class: "item-head" },
        h(
          "p",
          { class: "item-kind" },
          ONE[item.layer],
          " ",
          h("strong", { class: `label of-${item.layer}` }, item.label),
          " ",
          h("span", { class: `status ${item.status}${waiting ? " waiting" : ""}` }, waiting ? "saving…" : item.status),
        ),
        h("p", { class: "item-words", dir: "auto" }, short(this.desk.wordsOf(item), 180)),
        this.why(item),
      ),
      this.actions(item),
      this.labelButtons(item),
      this.forms.of(item),
      h(
        "details",
        { class: "more", open },
        h("summary", {}, "Edges, remark, and more"),
        this.edges(item),
        field(
          "Remark",
          entry(item.note, (note) => this.act.edit({ note }), { "data-focus": "note" }),
        ),
        h("div", { class: "actions" }, this.bulk(item)),
      ),
    );
    if (focused) this.place.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    this.guide.show(item);
    return undefined;
  }

  why(item) {
    const sure =
      item.confidence === null || item.confidence === undefined
        ? null
        : h(
            "span",
            { class: "confidence" },
            h("meter", { min: 0, max: 1, value: item.confidence, "aria-label": "confidence" }),
            ` ${item.confidence.toFixed(2)}`,
          );
    return h(
      "div",
      { class: "why" },
      h(
        "p",
        {},
        h("span", { class: "field-name" }, "Why"),
        " ",
        item.reason || "no reason is given",
        sure ? " " : null,
        sure,
      ),
      item.changed?.length
        ? h("p", {}, h("span", { class: "field-name" }, "Changed"), ` ${item.changed.join(", ")}`)
        : null,
    );
  }

  actions(item) {
    if (item.layer === "blocks") {
      return h(
        "div",
        { class: "actions" },
        button("Right", "a", () => this.act.accept(), { class: "yes" }),
        item.attributes.kept
          ? button("Remove", "r", () => this.act.keep(false), { class: "no" })
          : button("Keep", "k", () => this.act.keep(true), { class: "yes" }),
        button("Skip", "space", () => this.act.next()),
      );
    }
    return h(
      "div",
      { class: "actions" },
      button("Accept", "a", () => this.act.accept(), { class: "yes" }),
      button("Reject", "x", () => this.act.reject(), { class: "no" }),
      button("Skip", "space", () => this.act.next()),
    );
  }

  labelButtons(item) {
    const all = this.labelsOf(item.layer);
    const few = all.slice(0, 10);
    return h(
      "fieldset",
      { class: "labels" },
      h("legend", {}, "Label"),
      few.map(({ label, definition }, place) =>
        h(
          "button",
          {
            type: "button",
            title: definition,
            "aria-pressed": String(label === item.label),
            onclick: () => this.act.relabel(label),
          },
          h("kbd", { "aria-hidden": "true" }, digitOf(place)),
          label,
        ),
      ),
      all.length > 10
        ? button(
            few.some(({ label }) => label === item.label) ? `${all.length - 10} more` : item.label,
            "l",
            () => this.act.chooseLabel(),
            { "aria-pressed": few.some(({ label }) => label === item.label) ? null : "true" },
          )
        : null,
    );
  }

  bulk(item) {
    const many =
      item.layer === "entities"
        ? "all mentions of this entity"
        : item.layer === "blocks"
          ? "all blocks left"
          : "all with the same words";
    return [
      button(`Accept ${many}`, "A", () => this.act.bulk("accept")),
      item.layer === "blocks" ? null : button(`Reject ${many}`, "X", () => this.act.bulk("reject")),
      item.layer === "blocks" ? null : button("… in every article", "C", () => this.act.bulk("accept", true)),
      button("Accept the sentence", "t", () => this.act.sentence()),
      button("Accept what is on the screen", "v", () => this.act.visible()),
      this.desk.isFiltered ? button("Accept all that pass the filters", "", () => this.act.filtered()) : null,
      button("Undecided again", "u", () => this.act.clear()),
      button("This rule is wrong", "!", () => this.act.wrongRule()),
    ];
  }

  edges(item) {
    const move = (edge, step, says, key) => button(says, key, () => this.act.moveEdge(edge, step), { class: "small" });
    return h(
      "div",
      { class: "edges" },
      h("span", {}, "Start ", move("start", -1, "◂", "["), move("start", 1, "▸", "]")),
      h("span", {}, "End ", move("end", -1, "◂", "{"), move("end", 1, "▸", "}")),
      item.spans.length > 1
        ? h(
            "span",
            {},
            `${item.spans.length} pieces `,
            button("Take out the last", "", () => this.act.edit({ spans: item.spans.slice(0, -1) }), {
              class: "small",
            }),
          )
        : null,
      h("span", { class: "note" }, `characters ${item.spans.map(([start, end]) => `${start}–${end}`).join(", ")}`),
    );
  }

  /** What can be made of a stretch that was selected. */
  selection(span, text, layer, current) {
    this.guide.clear();
    const { act, desk } = this;
    fill(this.place, ...chosenWords({ span, text, layer, labels: this.labelsOf(layer), current, desk, act }));
  }
}
