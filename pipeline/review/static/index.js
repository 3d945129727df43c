// The list of articles: progress, filters, the queue of what is least certain, exchange with other tools.

import { get, pageOf, part, send, watchWrites, writes } from "./api.js";
import { button, byId, fill, h, number, percent, say, short } from "./dom.js";
import { Keys } from "./keys.js";
import { openSearch } from "./search.js";

const given = new URLSearchParams(location.search);
const filters = new URLSearchParams(
  [...given].filter(([name, value]) => value && !["annotator", "token"].includes(name)),
);
const withOrder = (order) => {
  const parameters = new URLSearchParams(filters);
  parameters.set("order", order);
  return parameters;
};
const meter = (decided, total, name) =>
  h(
    "span",
    { class: "meter" },
    h("progress", { max: 100, value: percent(decided, total), "aria-label": name }),
    ` ${percent(decided, total)} %`,
  );

async function showProgress() {
  const found = await get("progress");
  const { items, articles, layers } = found;
  fill(
    byId("progress"),
    h(
      "dl",
      { class: "cards" },
      h(
        "div",
        {},
        h("dt", {}, "Articles finished"),
        h("dd", {}, `${number(articles.finished)} of ${number(articles.total)}`),
      ),
      h("div", {}, h("dt", {}, "Items decided"), h("dd", {}, `${number(items.decided)} of ${number(items.total)}`)),
      h("div", {}, h("dt", {}, "Steps today"), h("dd", {}, number(found.today))),
      h("div", {}, h("dt", {}, "Minutes at work"), h("dd", {}, number(found.minutes))),
    ),
    h(
      "ul",
      { class: "layer-meters" },
      Object.entries(layers).map(([name, one]) =>
        h("li", {}, h("span", {}, name), meter(one.decided, one.total, `${name} decided`)),
      ),
    ),
  );
}

async function showArticles() {
  const { articles, total } = await get("articles", filters);
  byId("count").textContent = number(total);
  fill(
    byId("articles").tBodies[0],
    articles.map((one) =>
      h(
        "tr",
        {},
        h(
          "th",
          { scope: "row" },
          h("a", { href: pageOf(`/article/${part(one.id)}`, filters), dir: "auto" }, one.title || one.id),
          h("span", { class: "note" }, one.title ? one.id : ""),
        ),
        h("td", { class: "when" }, (one.published ?? "").slice(0, 10)),
        h("td", {}, meter(one.decided, one.items, `Decided in ${one.title || one.id}`)),
        h("td", { class: "n" }, number(one.undecided)),
        h(
          "td",
          {},
          h(
            "span",
            { class: `status ${one.finished ? "accepted" : one.decided ? "edited" : "undecided"}` },
            one.finished ? "finished" : one.decided ? "begun" : "new",
          ),
          one.gold ? h("span", { class: "status gold" }, "gold") : null,
        ),
      ),
    ),
  );
  if (!articles.length)
    fill(byId("articles").tBodies[0], h("tr", {}, h("td", { colspan: 5 }, "No article passes the filters.")));
}

async function showQueue() {
  const { items, total } = await get("queue", new URLSearchParams([...filters, ["limit", "12"]]));
  byId("queued").textContent = number(total);
  const address = (item) => pageOf(`/article/${part(item.article)}`, withOrder("uncertain"), item.id);
  byId("next").hidden = !items.length;
  if (items.length) byId("next").href = address(items[0]);
  fill(
    byId("queue"),
    items.map((item) =>
      h(
        "li",
        {},
        h(
          "a",
          { href: address(item) },
          h(
            "span",
            { class: "note" },
            `${item.label} · ${item.confidence === null ? item.rule : item.confidence.toFixed(2)} · `,
            h("bdi", {}, short(item.title || item.article, 50)),
          ),
          h(
            "span",
            { dir: "auto" },
            `…${item.before}`,
            h("mark", {}, short(item.text || "block", 120)),
            `${item.after}…`,
          ),
        ),
      ),
    ),
  );
}

async function fillForm() {
  const form = byId("filter");
  for (const [name, value] of filters) {
    const control = form.elements[name];
    if (control?.type === "checkbox") control.checked = true;
    else if (control) control.value = value;
  }
  const { rules } = await get("rules");
  byId("rules").replaceChildren(
    ...rules.slice(0, 500).map((one) => h("option", { value: one.rule }, `${one.layer}, ${one.undecided} to decide`)),
  );
}

// Empty fields do not go into the address.
byId("filter").addEventListener("submit", () => {
  for (const control of byId("filter").elements) if (control.name && !control.value) control.disabled = true;
  setTimeout(() => {
    for (const control of byId("filter").elements) control.disabled = false;
  });
});

byId("import").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { format, file } = event.target.elements;
  const [chosen] = file.files;
  if (!chosen) return;
  fill(byId("imported"), h("p", {}, "Reading…"));
  const parameters = { format: format.value, uuid: crypto.randomUUID(), filename: chosen.name };
  const attempt = async () => {
    try {
      const answer = await send("import", parameters, await chosen.arrayBuffer());
      fill(
        byId("imported"),
        h(
          "p",
          {},
          ["articles", "accepted", "rejected", "edited", "added", "moved"]
            .map((name) => `${name} ${number(answer[name] ?? 0)}`)
            .join(", "),
        ),
        answer.problems?.length
          ? h(
              "ul",
              {},
              answer.problems.slice(0, 50).map((one) => h("li", {}, one)),
            )
          : null,
      );
      say("imported", "good");
      refresh();
    } catch (error) {
      // the same uuid: nothing is done twice
      fill(byId("imported"), h("p", {}, `Not imported: ${error.message} `), button("Try again", "", attempt));
    }
  };
  attempt();
});

const rows = () => [...document.querySelectorAll("#articles tbody a, #queue a")];
const move = (by) => {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))]?.focus();
};
const keys = new Keys([
  {
    keys: ["n"],
    group: "Move",
    says: "least certain item first",
    run: () => {
      if (!byId("next").hidden) byId("next").click();
    },
  },
  { keys: ["j"], group: "Move", says: "next article in the list", run: () => move(1) },
  { keys: ["k"], group: "Move", says: "article before", run: () => move(-1) },
  { keys: ["/"], group: "The page", says: "search", run: () => openSearch() },
  { keys: ["?"], group: "The page", says: "this list", run: () => keys.help() },
]);
byId("search").addEventListener("click", () => openSearch());
byId("keys").addEventListener("click", () => keys.help());

const refresh = () => Promise.all([showProgress(), showArticles(), showQueue()]);
watchWrites(byId("saved"));
try {
  await Promise.all([refresh(), fillForm()]);
  writes.restore();
  document.body.dataset.ready = "true";
} catch (error) {
  say(error.message, "bad");
}
