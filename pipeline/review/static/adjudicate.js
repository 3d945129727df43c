// Two annotators side by side: take one version or the other, unit by unit or all at once; and how far they agree.

import { annotator, get, pageOf, part, watchWrites, writes } from "./api.js";
import { button, byId, fill, h, number, say, short } from "./dom.js";
import { Keys } from "./keys.js";

const { article, a, b } = byId("main").dataset;
const GOOD = new Set(["accepted", "edited", "added"]);
watchWrites(byId("saved"));

// --- the list

async function showPairs() {
  const { articles } = await get("adjudication");
  const open = articles.filter((one) => !one.blind);
  fill(
    byId("pairs"),
    articles.length
      ? h(
          "div",
          { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Articles to compare" },
          h(
            "table",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ["Article", "Finished by", "Units", "Differ", "Settled"].map((name, place) =>
                  h("th", { scope: "col", class: place > 1 ? "n" : null }, name),
                ),
              ),
            ),
            h(
              "tbody",
              {},
              articles.map((one) =>
                h(
                  "tr",
                  {},
                  h(
                    "th",
                    { scope: "row" },
                    one.blind || one.finished.length < 2
                      ? h("span", { dir: "auto" }, one.title || one.id)
                      : h(
                          "a",
                          { href: pageOf(`/adjudicate/${part(one.id)}`, pairOf(one)), dir: "auto" },
                          one.title || one.id,
                        ),
                  ),
                  one.blind
                    ? h(
                        "td",
                        { colspan: 4 },
                        "You have begun this one and not finished it: you see what others made of it when you are done.",
                      )
                    : [
                        h("td", {}, one.finished.join(", ") || "nobody yet"),
                        h("td", { class: "n" }, number(one.units ?? 0)),
                        h("td", { class: "n" }, number(one.disagreements ?? 0)),
                        h("td", { class: "n" }, number(one.settled ?? 0)),
                      ],
                ),
              ),
            ),
          ),
        )
      : h("p", {}, "Nothing to compare yet: two annotators must have finished the same article."),
  );
  return open;
}
const pairOf = (one) =>
  one.finished.includes(a) && one.finished.includes(b) && a !== b
    ? { a, b }
    : { a: one.finished[0], b: one.finished[1] };

async function showAgreement(open) {
  const first = open.find((one) => one.finished.length > 1);
  const pair = a && b ? { a, b } : first ? pairOf(first) : null;
  if (!pair) return fill(byId("agreement"), h("p", {}, "No article has been finished by two annotators."));
  for (const name of ["a", "b"]) byId("pair").elements[name].value = pair[name];
  try {
    const { articles, figures } = await get("agreement", pair);
    const shown = (value) => (typeof value === "number" ? value.toFixed(3) : "—");
    const csv = `/api/agreement?${new URLSearchParams({ ...pair, annotator, format: "csv" })}`;
    fill(
      byId("agreement"),
      h(
        "p",
        {},
        `${pair.a} and ${pair.b}, ${number(articles.length)} ${articles.length === 1 ? "article" : "articles"}. `,
        h("a", { href: csv, download: true }, "CSV"),
      ),
      h(
        "div",
        { class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Agreement" },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["Article", "Layer", "Label", "Measure", "Value", "95 % interval", pair.a, pair.b].map((name, place) =>
                h("th", { scope: "col", class: place > 3 ? "n" : null }, name),
              ),
            ),
          ),
          h(
            "tbody",
            {},
            figures.map((one) =>
              h(
                "tr",
                {},
                h("th", { scope: "row" }, one.article_id || "all"),
                h("td", {}, one.layer),
                h("td", {}, one.label || "all"),
                h("td", {}, one.measure),
                h("td", { class: "n" }, shown(one.value)),
                h("td", { class: "n" }, typeof one.low === "number" ? `${shown(one.low)} – ${shown(one.high)}` : "—"),
                h("td", { class: "n" }, number(one.first ?? 0)),
                h("td", { class: "n" }, number(one.second ?? 0)),
              ),
            ),
          ),
        ),
      ),
    );
  } catch (error) {
    fill(byId("agreement"), h("p", {}, error.message));
  }
  return undefined;
}

// --- one article

let units = [],
  at = 0,
  onlyOpen = true;
const isOpen = (unit) => !unit.agree && !unit.settled;
const shown = () => units.filter((unit) => !onlyOpen || !unit.agree);

/** What one annotator says: label, words where they differ, and the attributes that differ. */
function version(unit, side) {
  const item = unit[side];
  const differs = new Set(unit.differs);
  if (!item) return h("p", { class: "missing" }, "nothing here");
  const value = (found) =>
    found === null || found === "" || found === undefined
      ? "nothing"
      : typeof found === "string"
        ? found
        : Array.isArray(found)
          ? found.map((one) => (typeof one === "object" ? (one.text ?? JSON.stringify(one.span)) : one)).join(", ") ||
            "nothing"
          : typeof found === "object"
            ? (found.text ?? JSON.stringify(found))
            : String(found);
  return h(
    "div",
    { class: GOOD.has(item.status) ? null : "turned-down" },
    h(
      "p",
      {},
      h("strong", { class: differs.has("label") ? "differs" : null }, item.label),
      " ",
      h("span", { class: `status ${item.status}` }, item.status),
    ),
    h(
      "p",
      { class: differs.has("spans") ? "item-words differs" : "item-words", dir: "auto" },
      short(item.text || "the block", 160),
    ),
    h(
      "dl",
      { class: "attributes" },
      [...differs]
        .filter((name) => name.startsWith("attributes."))
        .map((name) => {
          const key = name.slice("attributes.".length);
          return h(
            "div",
            {},
            h("dt", {}, key),
            h("dd", { dir: "auto" }, value(item.attributes[`${key}_text`] ?? item.attributes[key])),
          );
        }),
    ),
    item.note ? h("p", { class: "note" }, item.note) : null,
  );
}

function card(unit, place) {
  const taken = unit.settled;
  const side = (name, who) =>
    h(
      "div",
      { class: `version${taken === name ? " taken" : ""}`, role: "group", "aria-label": who },
      h("p", { class: "version-of" }, who, taken === name ? h("span", { class: "status accepted" }, "taken") : null),
      version(unit, name),
      button(`Take ${who}`, name, () => {
        at = place;
        take(name, [unit.key]);
      }),
    );
  const context = unit.text || unit.words || "";
  return h(
    "article",
    {
      class: `unit${taken ? " settled" : ""}`,
      tabindex: place === at ? "0" : "-1",
      "data-key": unit.key,
      "aria-current": place === at ? "true" : null,
      onfocusin: () => point(place, false),
    },
    h(
      "p",
      { class: "context", dir: "auto" },
      h("span", { class: "note" }, unit.layer),
      " ",
      `…${unit.before ?? ""}`,
      h("mark", {}, short(context, 200)),
      `${unit.after ?? ""}…`,
      " ",
      unit.agree
        ? h("span", { class: "status accepted" }, "agree")
        : h(
            "span",
            { class: "status undecided" },
            `differ: ${unit.differs.map((name) => name.replace("attributes.", "")).join(", ")}`,
          ),
      taken === "own" || taken === "agreed" ? h("span", { class: "status accepted" }, taken) : null,
    ),
    h("div", { class: "versions" }, side("a", a), side("b", b)),
  );
}

const MOST = 300; // units that are drawn at once
function draw(focus = false) {
  const all = shown();
  at = Math.max(0, Math.min(at, all.length - 1));
  const from = Math.max(0, at - MOST / 2);
  const left = units.filter(isOpen).length;
  fill(
    byId("compare-head"),
    h(
      "p",
      {},
      `${number(units.length)} units, ${number(units.filter((unit) => !unit.agree).length)} differ, ${number(left)} to settle.`,
    ),
    h(
      "div",
      { class: "actions" },
      button(`Take what both say`, "=", () => take("agreed", "open")),
      button(`Take all of ${a}`, "A", () => take("a", "all")),
      button(`Take all of ${b}`, "B", () => take("b", "all")),
      button(onlyOpen ? "Show those that agree" : "Only those that differ", "o", toggle),
      h("a", { class: "button", href: pageOf(`/article/${part(article)}`) }, "Edit further"),
    ),
  );
  fill(
    byId("units"),
    all.length
      ? all.slice(from, from + MOST).map((unit, place) => card(unit, from + place))
      : h("p", {}, "Nothing differs."),
  );
  if (focus) byId("units").querySelector('[aria-current="true"]')?.focus();
}

function point(place, focus = true) {
  if (place === at && !focus) return;
  at = place;
  const cards = [...byId("units").children];
  for (const one of cards) {
    one.removeAttribute("aria-current");
    one.tabIndex = -1;
  }
  const key = shown()[at]?.key;
  const now = cards.find((one) => one.dataset.key === key);
  if (!now) return void draw(true);
  now.setAttribute("aria-current", "true");
  now.tabIndex = 0;
  if (focus) {
    now.focus({ preventScroll: true });
    now.scrollIntoView({ block: "center" });
  }
}
const step = (by) => point(Math.max(0, Math.min(shown().length - 1, at + by)));
function nextOpen() {
  const all = shown();
  for (let moved = 1; moved <= all.length; moved += 1) {
    const place = (at + moved) % all.length;
    if (isOpen(all[place])) return point(place);
  }
  return say("Everything is settled.", "good");
}
const toggle = () => {
  onlyOpen = !onlyOpen;
  at = 0;
  draw(true);
};

async function take(whose, which) {
  try {
    const answer = await writes.add(`adjudication/${part(article)}`, { a, b, take: whose, units: which });
    say(answer.says, "good");
    const changed = new Map((answer.units ?? []).map((unit) => [unit.key, unit]));
    units = units.map((unit) => changed.get(unit.key) ?? unit);
    draw(true);
    if (Array.isArray(which)) nextOpen();
  } catch (error) {
    say(`Not done: ${error.message}`, "bad");
  }
}

async function turn(path) {
  try {
    const answer = await writes.add(path, { article });
    say(answer.says, "good");
    await load();
    draw(true);
  } catch (error) {
    say(`Not done: ${error.message}`, "bad");
  }
}

const load = async () => {
  ({ units } = await get(`adjudication/${part(article)}`, { a, b }));
};
const one = () => shown()[at];
const here = () => Boolean(article);
const keys = new Keys([
  {
    keys: ["a", "1"],
    group: "Settle",
    says: "take the one on the left",
    when: here,
    run: () => one() && take("a", [one().key]),
  },
  {
    keys: ["b", "2"],
    group: "Settle",
    says: "take the one on the right",
    when: here,
    run: () => one() && take("b", [one().key]),
  },
  { keys: ["="], group: "Settle", says: "take what both say", when: here, run: () => take("agreed", "open") },
  { keys: ["A"], group: "Settle", says: "take all of the one on the left", when: here, run: () => take("a", "all") },
  { keys: ["B"], group: "Settle", says: "take all of the one on the right", when: here, run: () => take("b", "all") },
  { keys: ["Backspace", "ctrl+z"], group: "Settle", says: "undo", when: here, run: () => turn("undo") },
  { keys: ["ctrl+shift+z", "ctrl+y"], group: "Settle", says: "redo", when: here, run: () => turn("redo") },
  { keys: ["n", "space"], group: "Move", says: "next to settle", when: here, run: nextOpen },
  { keys: ["ArrowDown"], group: "Move", says: "next unit", when: here, run: () => step(1) },
  { keys: ["ArrowUp"], group: "Move", says: "unit before", when: here, run: () => step(-1) },
  { keys: ["o"], group: "The page", says: "show or hide those that agree", when: here, run: toggle },
  {
    keys: ["e"],
    group: "The page",
    says: "edit the unit in the article",
    when: here,
    run: () => {
      const id = one()?.a?.id ?? one()?.b?.id ?? "";
      location.href = pageOf(`/article/${part(article)}`, {}, id);
    },
  },
  { keys: ["?"], group: "The page", says: "this list", run: () => keys.help() },
]);
byId("keys").addEventListener("click", () => keys.help());
byId("undo")?.addEventListener("click", () => turn("undo"));
byId("redo")?.addEventListener("click", () => turn("redo"));

try {
  if (article) {
    await load();
    draw(true);
  } else await showAgreement(await showPairs());
  writes.restore();
  document.body.dataset.ready = "true";
} catch (error) {
  say(error.message, "bad");
  fill(article ? byId("units") : byId("pairs"), h("p", {}, error.message));
}
