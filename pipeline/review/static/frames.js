// The events of an article as a table of frames: who did what to whom, when and where. Cells go to their words.

import { fill, h, short } from "./dom.js";

const CELLS = [
  ["actors", "Who"],
  ["trigger", "Did what"],
  ["recipients", "To whom"],
  ["date", "When"],
  ["location", "Where"],
];

export class Frames {
  constructor(place, desk, act, text) {
    Object.assign(this, { place, desk, act, text, stale: true });
  }

  get events() {
    return this.desk.items.filter((item) => item.layer === "events" && !this.desk.isHidden(item));
  }

  /** Draw the table, if it can be seen. */
  draw(force = false) {
    this.stale = true;
    if (this.place.hidden && !force) return;
    this.stale = false;
    const { events } = this;
    if (!events.length)
      return void fill(
        this.place,
        h(
          "p",
          { class: "note" },
          "No events yet. Select the word that names one, press v, then the digit of its type.",
        ),
      );
    fill(
      this.place,
      h("p", { class: "note" }, "A cell goes to its words. With words selected in the text, it takes them."),
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "Events" },
        h(
          "table",
          { class: "frames" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              CELLS.map(([, name]) => h("th", { scope: "col" }, name)),
            ),
          ),
          h(
            "tbody",
            {},
            events.map((event) => this.row(event)),
          ),
        ),
      ),
    );
    this.mark(this.text.current);
  }

  row(event) {
    return h(
      "tr",
      { "data-item": event.id, class: event.status },
      CELLS.map(([cell, name]) => this.cell(event, cell, name)),
    );
  }

  cell(event, cell, name) {
    const { attributes } = event;
    const go = (span) => this.act.cell(event, cell, span);
    const jump = (text, span, note) =>
      h(
        "button",
        { type: "button", class: "quiet cell", onclick: () => go(span) },
        h("span", { dir: "auto" }, short(text, 40)),
        note ? h("span", { class: "note" }, note) : null,
      );
    const missing = (loud = true) =>
      h(
        "button",
        {
          type: "button",
          class: `quiet cell ${loud ? "missing" : "unsaid"}`,
          onclick: () => go(null),
          "aria-label": `${name}: not said`,
        },
        "not said",
      );
    if (cell === "trigger")
      return h(
        "th",
        { scope: "row" },
        h(
          "button",
          { type: "button", class: "quiet cell", onclick: () => go(event.spans[0]) },
          h("strong", {}, short(event.text, 30)),
          h(
            "span",
            { class: "note" },
            `${event.label}${attributes.modality === "asserted" ? "" : `, ${attributes.modality}`}${event.status === "undecided" ? "" : ` · ${event.status}`}`,
          ),
        ),
      );
    if (cell === "date") {
      const date = this.desk.byId.get(attributes.date);
      if (date) return h("td", {}, jump(date.text, date.spans[0], attributes.earliest));
      return h("td", {}, attributes.earliest ? jump(attributes.earliest, null, attributes.basis) : missing(false));
    }
    if (cell === "location")
      return h(
        "td",
        {},
        attributes.location
          ? jump(attributes.location.text ?? "", attributes.location.span, attributes.location.country)
          : missing(false),
      );
    const all = attributes[cell];
    return h(
      "td",
      {},
      all.length
        ? all.map((one) =>
            jump(one.text ?? "", one.span, [one.country, one.sector].filter(Boolean).join(" ") || "no code"),
          )
        : missing(),
    );
  }

  /** Show which event is the current one. */
  mark(item) {
    for (const row of this.place.querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
    if (item?.layer === "events")
      this.place.querySelector(`tr[data-item="${CSS.escape(item.id)}"]`)?.setAttribute("aria-current", "true");
  }
}
