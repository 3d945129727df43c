// What was decided in the article, step by step.

import { get } from "./api.js";
import { button, byId, fill, h } from "./dom.js";

/** Draw the steps of this annotator in the article, the last one first. */
export async function showHistory({ act, article, desk }) {
  const place = byId("page-history");
  try {
    const { entries } = await get("history", { article });
    fill(
      place,
      h(
        "div",
        { class: "actions" },
        button("Undo", "ctrl+z", act.undo, { "aria-disabled": String(!desk.counts.can_undo) }),
        button("Redo", "ctrl+shift+z", act.redo, { "aria-disabled": String(!desk.counts.can_redo) }),
      ),
      entries.length
        ? h(
            "ol",
            { class: "history" },
            entries.map((one) =>
              h(
                "li",
                { class: one.undone ? "undone" : null },
                h("span", {}, one.says),
                one.undone ? h("span", { class: "note" }, " (undone)") : null,
                h("time", { class: "note", datetime: one.at }, one.at.replace("T", " ").slice(0, 16)),
              ),
            ),
          )
        : h("p", { class: "note" }, "No decisions yet."),
    );
  } catch (error) {
    fill(place, h("p", { class: "note" }, error.message));
  }
}
