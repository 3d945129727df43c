// The bar above the text: how far the article is, which layers and filters are on, in which order to decide.

import { byId, fill, h, number, percent, say } from "./dom.js";
import { LAYERS } from "./text.js";

export class Bar {
  constructor(page) {
    this.page = page;
    this.showLabels(localStorage.getItem("review-labels") === "1");
  }

  /** Draw the counts, the layers and the filters. */
  show() {
    const { desk } = this.page;
    const { undecided = 0, decided = 0, finished, can_undo, can_redo } = desk.counts;
    const done = percent(decided, decided + undecided);
    byId("progress").value = done;
    byId("progress-words").textContent = finished ? "Finished" : `${number(undecided)} to decide`;
    byId("undo").setAttribute("aria-disabled", String(!can_undo));
    byId("redo").setAttribute("aria-disabled", String(!can_redo));
    fill(byId("finish"), finished ? "Open again" : "Finish", h("kbd", { "aria-hidden": "true" }, "f"));
    const open = Object.fromEntries(LAYERS.map((layer) => [layer, 0]));
    for (const item of desk.items) if (item.status === "undecided" && !desk.isHidden(item)) open[item.layer] += 1;
    const chosenLayers = (desk.filters.get("layer") ?? "").split(",").filter(Boolean);
    const chip = (layer, name, count) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(layer ? chosenLayers.includes(layer) : !chosenLayers.length),
          onclick: () => this.onlyLayer(layer),
        },
        name,
        " ",
        h("span", { class: "count" }, count),
      );
    fill(
      byId("layers"),
      chip("", "All", number(undecided)),
      LAYERS.map((layer) =>
        chip(layer, layer[0].toUpperCase() + layer.slice(1), desk.partial ? "…" : number(open[layer])),
      ),
    );
    const others = [...desk.filters].filter(([name]) => name !== "layer");
    fill(
      byId("filters"),
      others.map(([name, value]) =>
        h(
          "button",
          {
            type: "button",
            class: "chip-filter",
            "aria-label": `Take away the filter ${name} ${value}`,
            onclick: () => this.without(name),
          },
          `${name}: ${value} ✕`,
        ),
      ),
    );
    byId("order").textContent = desk.byUncertainty ? "Least certain first" : "In text order";
    byId("order").setAttribute("aria-pressed", String(desk.byUncertainty));
  }

  setFilters(change) {
    const { desk, text } = this.page;
    const parameters = new URLSearchParams(location.search);
    change(parameters);
    history.replaceState(null, "", `${location.pathname}${parameters.size ? `?${parameters}` : ""}${location.hash}`);
    desk.readFilters(location.search);
    text.root.dataset.only = desk.filters.get("layer") ?? "";
    this.show();
  }

  onlyLayer(layer) {
    const { cursor, desk } = this.page;
    this.setFilters((parameters) => {
      parameters.delete("layer");
      if (layer) parameters.set("layer", layer);
    });
    say(layer ? `Only ${layer}` : "All layers");
    if (!cursor.current || !desk.passes(cursor.current)) cursor.step(1);
  }

  without(name) {
    this.setFilters((parameters) => parameters.delete(name));
    if (name === "search" || name === "disagreement") location.reload();
  }

  turnOrder() {
    this.setFilters((parameters) =>
      parameters.get("order") === "uncertain" ? parameters.delete("order") : parameters.set("order", "uncertain"),
    );
  }

  /** Labels in the text, or not. */
  toggleLabels() {
    this.showLabels(!document.body.classList.contains("with-labels"));
  }

  showLabels(on) {
    document.body.classList.toggle("with-labels", on);
    byId("labels-shown").setAttribute("aria-pressed", String(on));
    localStorage.setItem("review-labels", on ? "1" : "");
  }
}
