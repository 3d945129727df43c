// The keys of the page of an article, in the order in which they are obeyed; `?` shows those that say something.

import { byId } from "./dom.js";
import { openGold } from "./gold.js";
import { Keys } from "./keys.js";
import { openSearch } from "./search.js";

const D = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
const [S, C, M, E, P] = ["With words selected", "Decide", "Move", "Edit", "The page"];
const digit = (key) => (key === "0" ? 9 : Number(key) - 1);

/** Bind the keys to what `page` can do (see article.js). */
export function bindings(page) {
  const { act, bar, cursor, desk, edges, panel, selection, tabs, text } = page;
  const selecting = () => selection.span !== null;
  const isOn = (...layers) => layers.includes(cursor.current?.layer);
  const inText = (event) => event.target === document.body || text.root.contains(event.target);
  const keys = new Keys(
    [
      { keys: [], shown: ["1", "…", "0"], group: S, says: "add it with this label" },
      { keys: [], shown: ["e", "d", "q", "v", "b"], group: S, says: "as entity, date, quotation, event, block" },
      { keys: [], shown: ["←", "→"], group: S, says: "move by a word; with Shift, move the end" },
      { keys: [], shown: ["s", "c", "o", "w"], group: S, says: "speaker or who, cue, to whom, where" },
      { keys: ["Escape"], group: S, says: "leave the selection", when: selecting, run: () => selection.leave() },
      {
        keys: D,
        when: selecting,
        run: (_, key) => {
          const label = panel.labelsOf(selection.layer)[digit(key)];
          if (label) act.add(label.label);
        },
      },
      { keys: ["ArrowLeft"], when: selecting, run: () => selection.move("both", -1) },
      { keys: ["ArrowRight"], when: selecting, run: () => selection.move("both", 1) },
      { keys: ["shift+ArrowLeft"], when: selecting, run: () => selection.move("end", -1) },
      { keys: ["shift+ArrowRight"], when: selecting, run: () => selection.move("end", 1) },
      { keys: ["e"], when: selecting, run: () => act.addLayer("entities") },
      { keys: ["d"], when: selecting, run: () => act.addLayer("dates") },
      { keys: ["q"], when: selecting, run: () => act.addLayer("quotations") },
      { keys: ["v"], when: selecting, run: () => act.addLayer("events") },
      { keys: ["b"], when: selecting, run: () => act.addLayer("blocks") },
      {
        keys: ["=", "Enter"],
        shown: ["="],
        group: S,
        says: "make it the edges of the current item",
        when: () => selecting() && cursor.current,
        run: () => act.use("edges"),
      },
      {
        keys: ["s"],
        when: () => selecting() && isOn("quotations", "events"),
        run: () => act.use(cursor.current.layer === "events" ? "actors" : "speaker"),
      },
      { keys: ["c"], when: () => selecting() && isOn("quotations"), run: () => act.use("cue") },
      {
        keys: ["+"],
        group: S,
        says: "one more piece of the quotation",
        when: () => selecting() && isOn("quotations"),
        run: () => act.use("piece"),
      },
      { keys: ["o"], when: () => selecting() && isOn("events"), run: () => act.use("recipients") },
      { keys: ["w"], when: () => selecting() && isOn("events"), run: () => act.use("location") },

      { keys: ["a"], group: C, says: "accept", run: act.accept },
      { keys: ["x"], group: C, says: "reject (a block: keep or remove)", run: act.reject },
      { keys: ["space"], group: C, says: "skip", run: act.next },
      { keys: ["Backspace", "ctrl+z"], group: C, says: "undo, without limit", run: act.undo },
      { keys: ["ctrl+shift+z", "ctrl+y"], group: C, says: "redo", run: act.redo },
      { keys: ["k"], group: C, says: "keep the block", run: () => act.keep(true) },
      { keys: ["r"], group: C, says: "remove the block", run: () => act.keep(false) },
      {
        keys: ["A"],
        group: C,
        says: "accept all mentions of this entity (or all with the same words)",
        run: () => act.bulk("accept"),
      },
      { keys: ["X"], group: C, says: "reject them all", run: () => act.bulk("reject") },
      { keys: ["C"], group: C, says: "accept them in every article", run: () => act.bulk("accept", true) },
      { keys: ["t"], group: C, says: "accept all in this sentence", run: act.sentence },
      { keys: ["v"], group: C, says: "accept all on the screen", run: act.visible },
      { keys: ["u"], group: C, says: "make it undecided again", run: act.clear },
      { keys: ["f"], group: C, says: "finish the article, or open it again", run: act.finish },

      {
        keys: ["n", "Tab"],
        group: M,
        says: "next undecided",
        when: (event) => event.key === "n" || (inText(event) && desk.nextOpen(cursor.current)),
        run: () => cursor.step(1),
      },
      {
        keys: ["p", "shift+Tab"],
        group: M,
        says: "undecided before",
        when: (event) => event.key === "p" || (inText(event) && cursor.current && desk.nextOpen(cursor.current, -1)),
        run: () => cursor.step(-1),
      },
      { keys: ["ArrowRight"], group: M, says: "next item, decided or not", run: () => cursor.step(1, true) },
      { keys: ["ArrowLeft"], group: M, says: "item before", run: () => cursor.step(-1, true) },
      { keys: ["N"], group: M, says: "least certain of all articles", run: () => cursor.elsewhere() },
      {
        keys: ["Escape"],
        group: M,
        says: "from the text to the panel, and back",
        run: () =>
          byId("panel").contains(document.activeElement)
            ? text.place(cursor.current ?? {})?.focus()
            : byId("page-item").querySelector("button")?.focus(),
      },

      {
        keys: D,
        shown: ["1", "…", "9", "0"],
        group: E,
        says: "give the label with this number",
        when: () => cursor.current,
        run: (_, key) => {
          const label = panel.labelsOf(cursor.current.layer)[digit(key)];
          if (label) act.relabel(label.label);
        },
      },
      { keys: ["l"], group: E, says: "choose from all labels", run: act.chooseLabel },
      {
        keys: ["e"],
        group: E,
        says: "edit the first field",
        run: () => {
          tabs.show("item");
          byId("page-item").querySelector(".fields input, .fields select")?.focus();
        },
      },
      { keys: ["["], group: E, says: "start one word back (Alt: one character)", run: () => edges.move("start", -1) },
      { keys: ["]"], group: E, says: "start one word on", run: () => edges.move("start", 1) },
      { keys: ["{"], group: E, says: "end one word back", run: () => edges.move("end", -1) },
      { keys: ["}"], group: E, says: "end one word on", run: () => edges.move("end", 1) },
      { keys: ["alt+["], run: () => edges.move("start", -1, true) },
      { keys: ["alt+]"], run: () => edges.move("start", 1, true) },
      { keys: ["alt+{"], run: () => edges.move("end", -1, true) },
      { keys: ["alt+}"], run: () => edges.move("end", 1, true) },
      { keys: ["i"], group: E, says: "select words by keys, to add or to use", run: () => selection.begin() },
      {
        keys: ["s"],
        group: E,
        says: "speaker of the quotation; who, of the event",
        run: () => (cursor.current?.layer === "events" ? act.chooseSide("actors") : act.chooseSpeaker()),
      },
      { keys: ["c"], group: E, says: "cue of the quotation", run: act.chooseCue },
      { keys: ["o"], group: E, says: "to whom, of the event", run: () => act.chooseSide("recipients") },
      { keys: ["w"], group: E, says: "where, of the event", run: () => act.chooseSide("location") },
      { keys: ["d"], group: E, says: "calendar of the date; when, of the event", run: act.calendar },
      { keys: ["j"], group: E, says: "join the mention to another entity", run: act.join },
      { keys: ["!"], group: E, says: "this rule is wrong: write a test case", run: act.wrongRule },

      { keys: ["/"], group: P, says: "search", run: () => openSearch() },
      { keys: ["?"], group: P, says: "this list", run: () => keys.help() },
      {
        keys: ["b"],
        group: P,
        says: "table of events",
        run: () => {
          tabs.show("events");
          const table = byId("page-events"); // to the current event, or to the first
          (table.querySelector("[aria-current] button") ?? table.querySelector("button"))?.focus();
        },
      },
      { keys: ["h"], group: P, says: "history", run: () => tabs.show("history") },
      { keys: ["g"], group: P, says: "save the article as gold", run: () => openGold(page.article, desk) },
      {
        keys: ["y"],
        group: P,
        says: "labels shown in the text, or not",
        run: () => bar.toggleLabels(),
      },
    ],
    [C, M, E, S, P],
  );
  return keys;
}
