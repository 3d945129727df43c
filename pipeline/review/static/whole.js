// The article as a whole: finished or not, and the rule that is wrong.

import { writes } from "./api.js";
import { button, dialog, field, fill, h, number, say, short } from "./dom.js";

/** What is said of the article, or of a rule. `page`: the parts of the page by name (see article.js). */
export function whole({ article, cursor, desk, edges }) {
  return {
    async finish() {
      edges.flush();
      if (desk.counts.finished) return desk.decide([{ op: "reopen" }]);
      if (writes.waiting.length) await writes.settled();
      if (!desk.counts.undecided) return desk.decide([{ op: "finish" }]);
      const send = (undecided) => {
        box.close();
        desk.decide([{ op: "finish", undecided }]);
      };
      const box = dialog(
        "Finish the article",
        h(
          "div",
          {},
          h("p", {}, `${number(desk.counts.undecided)} items are undecided.`),
          h(
            "div",
            { class: "actions" },
            button("Accept the rest and finish", "", () => send("accept"), { class: "yes" }),
            button("Reject the rest and finish", "", () => send("reject"), { class: "no" }),
            button("Go on deciding", "Esc", () => box.close()),
          ),
        ),
      );
      return null;
    },
    wrongRule() {
      const item = cursor.need();
      if (!item) return;
      const note = h("textarea", { rows: 3, "data-focus": "wrong" });
      const result = h("p", { role: "status" });
      const send = async () => {
        try {
          const found = await writes.add("cases", { article, item: item.id, note: note.value });
          fill(
            box.querySelector(".body"),
            h("p", {}, "Written to ", h("code", {}, found.path)),
            h("pre", { tabindex: "0", "aria-label": "The case file" }, found.text),
          );
          say("wrote a case file for the rule", "good");
        } catch (error) {
          result.textContent = error.message;
        }
      };
      const box = dialog(
        "This rule is wrong",
        h(
          "div",
          { class: "body" },
          h("p", {}, `${item.rule || "The rule"}: ${item.label} “${short(desk.wordsOf(item), 60)}”, ${item.status}.`),
          h(
            "p",
            { class: "note" },
            "Decide about the item first: the case says what is right. It is written as a test case for the rule's layer.",
          ),
          field("What is wrong", note),
          result,
          h("div", { class: "actions" }, button("Write the case", "", send, { class: "yes" })),
        ),
      );
      note.focus();
    },
  };
}
