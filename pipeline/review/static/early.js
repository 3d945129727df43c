// Asks for the items of the article while the browser is still reading its text: loaded before the rest of the page.

import { get } from "./api.js";

export const FILTERS = ["layer", "label", "status", "rule", "min", "max", "disagreement", "search", "order"];
const FIRST = 300; // items that are asked for before all others
const WHOLE = ["disagreement", "search", "order"]; // filters for which every item counts

const given = [...new URLSearchParams(location.search)].filter(([name, value]) => FILTERS.includes(name) && value);
const parameters = new URLSearchParams(given);
if (!given.some(([name]) => WHOLE.includes(name))) {
  parameters.set("first", FIRST);
  parameters.set("at", decodeURIComponent(location.hash.slice(1)));
}
export const early = get(`articles/${location.pathname.split("/").at(-1)}`, parameters);
early.catch(() => {}); // who waits for it is told
