// Keys: one table that is obeyed and shown under `?`.

import { dialog, h, keyName } from "./dom.js";

const TEXT_FIELDS =
  "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=true]";
const CONTROLS = "button, a[href], summary, [role=tab], [role=option], input";
const OF_CONTROLS = new Set([" ", "Enter", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

/** The name of a key press: `a`, `A`, `ctrl+z`, `alt+[`, `Backspace`. */
export function nameOf(event) {
  const typed = event.key === " " ? "space" : event.key;
  const altGraph = event.getModifierState?.("AltGraph");
  const control = (event.ctrlKey || event.metaKey) && !altGraph;
  const alt = event.altKey && !altGraph;
  const named = typed.length > 1;
  const key = control ? typed.toLowerCase() : typed;
  return `${control ? "ctrl+" : ""}${alt ? "alt+" : ""}${event.shiftKey && (control || named) ? "shift+" : ""}${named && key !== "space" ? typed : key}`;
}

/** Whether a key belongs to what has the focus: a text field takes all of them. */
export function isTyping(event) {
  return event.target instanceof Element && event.target.closest(TEXT_FIELDS) !== null;
}

export class Keys {
  /**
   * `table`: `{keys, says, group, run(event, key), when?(event), shown?}`; of two that hold, the first. `groups`: as
   * listed.
   */
  constructor(table, groups = []) {
    this.table = table;
    this.groups = groups;
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.defaultPrevented || event.isComposing || isTyping(event) || document.querySelector("dialog[open]"))
      return;
    const key = nameOf(event);
    const control = event.target instanceof Element ? event.target.closest(CONTROLS) : null;
    if (control && !control.closest("#text") && OF_CONTROLS.has(event.key)) return;
    const found = this.table.find((entry) => entry.keys.includes(key) && (!entry.when || entry.when(event)));
    if (!found) return;
    if (found.run(event, key) !== false) event.preventDefault();
  }

  /** The list of keys. */
  help() {
    const groups = new Map(this.groups.map((name) => [name, []]));
    for (const entry of this.table) {
      if (!entry.says) continue;
      if (!groups.has(entry.group)) groups.set(entry.group, []);
      groups.get(entry.group).push(entry);
    }
    const shown = { space: "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };
    dialog(
      "Keys",
      h(
        "div",
        { class: "key-groups" },
        [...groups].map(([name, entries]) =>
          h(
            "section",
            {},
            h("h3", {}, name),
            h(
              "dl",
              {},
              entries.map((entry) =>
                h(
                  "div",
                  {},
                  h(
                    "dt",
                    {},
                    (entry.shown ?? entry.keys).map((key) => h("kbd", {}, shown[key] ?? keyName(key))),
                  ),
                  h("dd", {}, entry.says),
                ),
              ),
            ),
          ),
        ),
      ),
      { className: "wide" },
    );
  }
}
