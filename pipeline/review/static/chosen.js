// What the panel says of words that are selected: what they can become, and what for.

import { button, h, short } from "./dom.js";
import { ONE } from "./text.js";

/** The key that gives the label at a place of the list; empty from the eleventh on. */
export const digitOf = (place) => (place < 9 ? String(place + 1) : place === 9 ? "0" : "");

/** What can be made of a stretch. `labels`: those of the layer; `current`: the item under the cursor. */
export function chosenWords({ span, text, layer, labels, current, desk, act }) {
  const uses = current ? usesFor(current, act) : [];
  return [
    h(
      "header",
      { class: "item-head" },
      h("p", { class: "item-kind" }, "Selected"),
      h("p", { class: "item-words", dir: "auto" }, short(text, 180)),
      h("p", { class: "note" }, `characters ${span[0]}–${span[1]}; arrows and [ ] { } move it, Esc leaves it`),
    ),
    uses.length
      ? h(
          "fieldset",
          { class: "labels" },
          h("legend", {}, `For ${current.label} “${short(desk.wordsOf(current), 30)}”`),
          uses.map(([says, key, run]) => button(says, key, run)),
        )
      : null,
    h(
      "fieldset",
      { class: "labels" },
      h("legend", {}, "Add as"),
      [
        ["entities", "e"],
        ["dates", "d"],
        ["quotations", "q"],
        ["events", "v"],
        ["blocks", "b"],
      ].map(([name, key]) =>
        button(ONE[name], key, () => act.addLayer(name), { "aria-pressed": String(name === layer) }),
      ),
    ),
    h(
      "fieldset",
      { class: "labels" },
      h("legend", {}, `Label of the new ${ONE[layer]}`),
      labels
        .slice(0, 10)
        .map(({ label, definition }, place) =>
          h(
            "button",
            { type: "button", title: definition, onclick: () => act.add(label) },
            h("kbd", { "aria-hidden": "true" }, digitOf(place)),
            label,
          ),
        ),
      labels.length > 10 ? button("more", "l", () => act.chooseLabel()) : null,
    ),
  ];
}

function usesFor(item, act) {
  const all = [["new edges", "=", () => act.use("edges")]];
  if (item.layer === "quotations")
    all.push(
      ["speaker", "s", () => act.use("speaker")],
      ["cue", "c", () => act.use("cue")],
      ["one more piece", "+", () => act.use("piece")],
    );
  if (item.layer === "events")
    all.push(
      ["who", "s", () => act.use("actors")],
      ["to whom", "o", () => act.use("recipients")],
      ["where", "w", () => act.use("location")],
    );
  return all;
}
