// Building and finding elements. Whatever comes from data is put in as text, never as HTML.

/** An element with attributes, listeners (`onclick: ...`) and children; `null` and `false` children are left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, value);
  }
  fill(element, ...children);
  return element;
}

/** Put children in the place of what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
}

export const byId = (id) => document.getElementById(id);

/** A key as people read it: `Ctrl Shift z`. */
export const keyName = (key) =>
  key === "+" ? key : key.replaceAll("+", " ").replace("ctrl", "Ctrl").replace("shift", "Shift").replace("alt", "Alt");

/** A button with the key that does the same, for those who learn the keys as they go. */
export function button(says, key, onclick, attributes = {}) {
  const { class: extra = "", ...others } = attributes;
  return h(
    "button",
    {
      type: "button",
      class: `${extra}`.trim() || null,
      onclick,
      "aria-keyshortcuts": key ? key.replace("ctrl+", "Control+").replace("shift+", "Shift+") : null,
      ...others,
    },
    says,
    key ? h("kbd", { "aria-hidden": "true" }, keyName(key)) : null,
  );
}

/** A `<select>`; options are strings or `[value, text]`. */
export function select(options, chosen, onchange, attributes = {}) {
  const made = h("select", { onchange: (event) => onchange(event.target.value), ...attributes });
  for (const option of options) {
    const [value, text] = Array.isArray(option) ? option : [option, option || "—"];
    made.append(h("option", { value, selected: value === chosen }, text));
  }
  return made;
}

/** A form field under its name. */
export function field(name, control, hint = "") {
  return h(
    "label",
    { class: "field" },
    h("span", { class: "field-name" }, name, hint ? h("kbd", { "aria-hidden": "true" }, hint) : null),
    control,
  );
}

/** A text field that reports once, when its value is changed and left or Enter is pressed. Escape gives it up. */
export function entry(value, onchange, attributes = {}) {
  const input = h("input", {
    type: "text",
    value: value ?? "",
    autocomplete: "off",
    spellcheck: "false",
    ...attributes,
  });
  input.addEventListener("change", () => onchange(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") input.value = value ?? "";
    if (event.key === "Enter") {
      event.preventDefault();
      input.blur();
    }
  });
  return input;
}

/** A modal dialog with a title; removed when it closes. The browser gives the focus back. */
export function dialog(title, content, { className = "", onclose = () => {} } = {}) {
  const name = `title-${crypto.randomUUID()}`;
  const made = h(
    "dialog",
    { class: className, "aria-labelledby": name },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: name }, title),
      h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => made.close() }, "✕"),
    ),
    content,
  );
  made.addEventListener("close", () => {
    made.remove();
    onclose();
  });
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close();
  });
  document.body.append(made);
  made.showModal();
  return made;
}

const STAYS = 6000; // milliseconds that what was said is seen; what went wrong stays
let saidBefore = "",
  fading = 0;
/** Tell what just happened: on the screen, and to a screen reader. */
export function say(text, kind = "") {
  const place = byId("said");
  if (!place) return;
  place.textContent = text === saidBefore ? `${text}\u00a0` : text; // a live region is read only when it changes
  saidBefore = place.textContent;
  place.className = kind;
  clearTimeout(fading);
  if (kind !== "bad") fading = setTimeout(() => place.classList.add("old"), STAYS);
}

/** Words shortened for a label. */
export function short(words, most = 60) {
  const folded = [...words.replace(/\s+/gu, " ").trim()];
  return folded.length > most ? `${folded.slice(0, most - 1).join("")}…` : folded.join("");
}

export const percent = (part, whole) => (whole ? Math.round((100 * part) / whole) : 100);
export const number = (value) => Number(value).toLocaleString("en");
