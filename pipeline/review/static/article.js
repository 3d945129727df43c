// The page of one article: its parts, put together.
//
// Every part is given `page` and finds the others in it by name: `article` (its id), `text`, `desk`, `cursor`, `edges`,
// `selection`, `tabs`, `bar`, `panel`, `frames`, and `act`, what keys and buttons do.

import { get, watchWrites } from "./api.js";
import { Bar } from "./bar.js";
import { bindings } from "./bindings.js";
import { Cursor } from "./cursor.js";
import { decisions } from "./decisions.js";
import { Desk } from "./desk.js";
import { byId, fill, h, say } from "./dom.js";
import { Edges } from "./edges.js";
import { Frames } from "./frames.js";
import { openGold } from "./gold.js";
import { showHistory } from "./history.js";
import { links } from "./links.js";
import { Panel } from "./panel.js";
import { openSearch } from "./search.js";
import { Selection } from "./selection.js";
import { Tabs } from "./tabs.js";
import { Text } from "./text.js";
import { whole } from "./whole.js";

const { article } = byId("text").dataset;
const text = new Text(byId("text"));
const desk = new Desk(article, text);
const act = {};
const page = { article, text, desk, act };
const cursor = (page.cursor = new Cursor(page));
const edges = (page.edges = new Edges(page));
const selection = (page.selection = new Selection(page));
const panel = (page.panel = new Panel(byId("page-item"), byId("guide"), desk, act));
const frames = (page.frames = new Frames(byId("page-events"), desk, act, text));
page.tabs = new Tabs(page);
const bar = (page.bar = new Bar(page));
Object.assign(act, decisions(page), links(page), whole(page), {
  moveEdge: (edge, by, character) => edges.move(edge, by, character),
  point: (span) => text.point(span),
  addLayer: (layer) => selection.of(layer),
  add: (label) => selection.add(label),
  use: (as) => selection.use(as),
});
const keys = bindings(page);

watchWrites(byId("saved"));
for (const [id, run] of Object.entries({
  undo: act.undo,
  redo: act.redo,
  finish: act.finish,
  gold: () => openGold(article, desk),
  keys: () => keys.help(),
  search: () => openSearch(),
  order: () => bar.turnOrder(),
  "labels-shown": () => bar.toggleLabels(),
}))
  byId(id).addEventListener("click", run);

// Leaving a field by Enter or Escape leads back to the text, where keys are keys again.
byId("panel").addEventListener("keydown", (event) => {
  if (!["Enter", "Escape"].includes(event.key) || !event.target.matches("input, select")) return;
  event.preventDefault();
  const item = cursor.current;
  if (item) text.place(item)?.focus({ preventScroll: true });
});

text.root.addEventListener("click", (event) => {
  if (!getSelection().isCollapsed && text.offsets.selected()) return;
  const label = event.target.closest(".block-label");
  if (label) {
    const block = label.closest(".block");
    const item = desk.byId.get(block.dataset.item);
    const again = cursor.current?.id === item?.id;
    if (item) cursor.goTo(item);
    if (again && block.dataset.kept === "false") block.classList.toggle("open");
    return;
  }
  const piece = event.target.closest("[data-i]");
  if (!piece) {
    const folded = event.target.closest('.block[data-kept="false"]:not(.open)');
    if (folded) cursor.goTo(desk.byId.get(folded.dataset.item));
    return;
  }
  const items = text
    .at(piece)
    .map((id) => desk.byId.get(id))
    .filter((item) => item && desk.passes(item));
  const place = items.findIndex((item) => item.id === cursor.current?.id);
  if (items.length) cursor.goTo(items[(place + 1) % items.length]);
});

desk.addEventListener("change", ({ detail: { items, removed, all } }) => {
  bar.show();
  if (all || removed.length || items.some((item) => item.layer === "events")) frames.draw();
  if (text.current) text.current = cursor.current;
  const touched = items.some((item) => item.id === text.current?.id);
  if (touched && !all && !selection.span) panel.show(cursor.current);
  if (!byId("page-history").hidden) showHistory(page);
});

text.root.dataset.only = desk.filters.get("layer") ?? "";
try {
  const [labels] = await Promise.all([get("labels"), desk.load()]);
  panel.labels = labels;
  byId("countries").replaceChildren(...labels.countries.map(([code, name]) => h("option", { value: code }, name)));
  frames.draw();
  cursor.goToAddress();
  document.body.dataset.ready = "true";
  await desk.loadRest();
  if (!cursor.current) cursor.goToAddress();
  document.body.dataset.ready = "all";
} catch (error) {
  say(error.message, "bad");
  if (!document.body.dataset.ready) fill(byId("page-item"), h("p", {}, error.message));
}
