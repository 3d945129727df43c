// Choosing one of several things by key: type to narrow down, arrows to move, Enter to take, Escape to leave.

import { dialog, fill, h } from "./dom.js";

const MOST = 200; // options that are drawn at once

/**
 * `options`: `[{value, text, note?}]`, or a promise of them. Resolves to the option, or null. `preview` is called with
 * the option the arrows are on; `free`: what is typed may be taken as it is.
 */
export function choose(title, options, { preview = () => {}, free = false, hint = "" } = {}) {
  return new Promise((resolve) => {
    let all = null,
      shown = [],
      at = 0,
      taken = null;
    const list = h("ul", { id: "choices", role: "listbox", "aria-label": title });
    const count = h("p", { class: "note", role: "status" }, "Looking…");
    const input = h("input", {
      type: "text",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "choices",
      "aria-autocomplete": "list",
      "aria-label": `${title}: type to narrow down`,
      placeholder: "Type to narrow down",
      autocomplete: "off",
      spellcheck: "false",
    });
    const box = dialog(
      title,
      h("div", { class: "chooser" }, hint ? h("p", { class: "note" }, hint) : null, input, list, count),
      { className: "aside", onclose: () => resolve(taken) },
    );
    const take = (option) => {
      taken = option;
      box.close();
    };
    const point = (place, look = true) => {
      at = Math.max(0, Math.min(place, shown.length - 1));
      [...list.children].forEach((child, index) => child.setAttribute("aria-selected", String(index === at)));
      const current = list.children[at];
      if (current) {
        input.setAttribute("aria-activedescendant", current.id);
        current.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
      if (look && shown[at]) preview(shown[at]);
    };
    const draw = () => {
      const wanted = input.value.trim().toLowerCase();
      const matching = (all ?? []).filter(
        (option) => !wanted || `${option.text} ${option.note ?? ""}`.toLowerCase().includes(wanted),
      );
      shown = matching.slice(0, MOST);
      if (free && wanted) shown.push({ value: input.value.trim(), text: input.value.trim(), note: "as typed" });
      fill(
        list,
        shown.map((option, index) =>
          h(
            "li",
            {
              id: `choice-${index}`,
              role: "option",
              "aria-selected": "false",
              onclick: () => take(option),
              onmousemove: () => at !== index && point(index),
            },
            h("span", {}, option.text),
            option.note ? h("span", { class: "note" }, option.note) : null,
          ),
        ),
      );
      count.textContent =
        matching.length > MOST ? `${MOST} of ${matching.length}` : shown.length ? `${shown.length}` : "Nothing fits";
      point(0);
    };
    input.addEventListener("input", draw);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") point(at + 1);
      else if (event.key === "ArrowUp") point(at - 1);
      else if (event.key === "Enter") {
        if (shown[at]) take(shown[at]);
      } else return;
      event.preventDefault();
    });
    input.focus();
    Promise.resolve(options).then(
      (found) => {
        all = found;
        draw();
      },
      (error) => {
        count.textContent = error.message;
      },
    );
  });
}
