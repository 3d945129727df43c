// Full-text search over all articles.

import { get, pageOf, part } from "./api.js";
import { dialog, fill, h } from "./dom.js";

/** Open the search; a hit leads to its words. */
export function openSearch() {
  const status = h("p", { class: "note", role: "status" }, "Words, “quoted phrases” and beginnings* are found.");
  const list = h("ol", { class: "hits" });
  const input = h("input", {
    type: "search",
    "aria-label": "Search in all articles",
    autocomplete: "off",
    spellcheck: "false",
  });
  let timer = 0,
    asked = 0;
  const ask = async () => {
    const mine = ++asked,
      q = input.value.trim();
    if (!q) return fill(list);
    try {
      const { hits } = await get("search", { q });
      if (mine !== asked) return undefined;
      status.textContent = hits.length
        ? hits.length === 1
          ? "1 place"
          : `${hits.length} places${hits.length >= 100 ? ", the first hundred" : ""}`
        : "Nothing found.";
      fill(
        list,
        hits.map((hit) =>
          h(
            "li",
            {},
            h(
              "a",
              {
                href: pageOf(`/article/${part(hit.article)}`, {}, `at=${hit.start}-${hit.end}`),
                onclick: () => box.close(),
              },
              h("span", { class: "note" }, hit.title || hit.article),
              h("span", { dir: "auto" }, `…${hit.before}`, h("mark", {}, hit.words), `${hit.after}…`),
            ),
          ),
        ),
      );
    } catch (error) {
      if (mine === asked) status.textContent = error.message;
    }
    return undefined;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && list.querySelector("a")) {
      event.preventDefault();
      list.querySelector("a").click();
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      list.querySelector("a")?.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const links = [...list.querySelectorAll("a")];
    (links[links.indexOf(document.activeElement) + by] ?? (by < 0 ? input : links.at(-1))).focus();
  });
  const box = dialog("Search", h("div", { class: "chooser" }, input, status, list), { className: "wide" });
  input.focus();
}
