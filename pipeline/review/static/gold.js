// An article becomes gold in one step: what would be written, what is in the way, and how the scores change.

import { get, part, writes } from "./api.js";
import { button, dialog, fill, h, say } from "./dom.js";

const shown = (value) => (typeof value === "number" ? value.toFixed(3) : (value ?? "—"));

/** The scores before and after, and the difference. */
function scores(before, after) {
  const key = (one) => `${one.layer}/${one.measure}`;
  const old = new Map(before.map((one) => [key(one), one]));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Scores" },
    h(
      "table",
      {},
      h("caption", {}, "Predictions against all gold"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Layer", "Measure", "Before", "After", "Change"].map((name, place) =>
            h("th", { scope: "col", class: place > 1 ? "n" : null }, name),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        after.map((one) => {
          const was = old.get(key(one));
          const change =
            was && typeof was.value === "number" && typeof one.value === "number" ? one.value - was.value : null;
          return h(
            "tr",
            {},
            h("th", { scope: "row" }, one.layer),
            h("td", {}, one.measure),
            h("td", { class: "n" }, shown(was?.value)),
            h("td", { class: "n" }, shown(one.value)),
            h(
              "td",
              { class: "n" },
              change === null ? "new" : `${change >= 0 ? "+" : "−"}${Math.abs(change).toFixed(3)}`,
            ),
          );
        }),
      ),
    ),
  );
}

/** Show the article as gold, and save it when asked. */
export async function openGold(article, desk) {
  const body = h("div", { class: "body" }, h("p", { class: "note" }, "Looking…"));
  const box = dialog("Save as gold", body, { className: "wide" });
  try {
    const found = await get(`articles/${part(article)}/gold`);
    const save = async (undecided) => {
      try {
        const answer = await writes.add(`articles/${part(article)}/gold`, { undecided, article });
        fill(
          body,
          h("p", {}, "Saved as ", h("code", {}, answer.path), "."),
          scores(answer.before ?? [], answer.after ?? []),
          answer.article_scores?.length
            ? h("details", {}, h("summary", {}, "This article alone"), scores([], answer.article_scores))
            : null,
        );
        say("saved as gold", "good");
        desk?.catchUp();
        box.querySelector("button")?.focus();
      } catch (error) {
        status.textContent = error.message;
      }
    };
    const status = h("p", { role: "status" });
    const choices = found.undecided
      ? [
          button("Accept the rest and save", "", () => save("accept"), { class: "yes" }),
          button("Reject the rest and save", "", () => save("reject"), { class: "no" }),
        ]
      : [button("Save as gold", "", () => save("refuse"), { class: "yes" })];
    fill(
      body,
      h(
        "p",
        {},
        found.undecided ? `${found.undecided} items are still undecided.` : "Everything is decided.",
        found.exists ? " It replaces the gold that is there." : "",
        found.path ? [" File: ", h("code", {}, found.path)] : null,
      ),
      found.problems.length
        ? h(
            "details",
            { open: true },
            h("summary", {}, `${found.problems.length} problems`),
            h(
              "ul",
              {},
              found.problems.map((one) => h("li", {}, one)),
            ),
          )
        : null,
      h("div", { class: "actions" }, choices),
      status,
      h(
        "details",
        {},
        h("summary", {}, "What is written (brat)"),
        h("pre", { tabindex: "0", "aria-label": "Gold in brat standoff", dir: "auto" }, found.ann),
      ),
    );
    body.querySelector(".actions button").focus();
  } catch (error) {
    fill(body, h("p", {}, error.message));
  }
}
