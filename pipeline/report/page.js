"use strict";
// The script of the report: from a mark to its sentences, filters, sorting. Texts are only ever shown as text.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters");
  const PAGE = 40; // sentences shown at a time
  const PREFIX = "#find?";
  const KINDS = { event: "events", quotation: "quotations", entity: "entities", date: "dates", block: "blocks" };
  // What each filter asks of a sentence. A filter is a part of the address: #find?kind=event&type=ASSAULT
  const ASKS = {
    q: (item, value) => words(item).includes(value.toLowerCase()),
    kind: (item, value) => item.k === value,
    type: (item, value) => item.t === value,
    form: (item, value) => item.k === "quotation" && item.t === value,
    quad: (item, value) => data.quads[item.t] === value,
    modality: (item, value) => item.m === value,
    happened: (item) => item.m === "asserted" || item.m === "reported",
    country: (item, value) => (item.C || []).includes(value),
    from: (item, value) => Boolean(item.l) && item.l >= value,
    to: (item, value) => Boolean(item.l) && (item.f || item.l) <= value,
    confidence: (item, value) => item.c >= Number(value),
    once: (item) => item.k !== "event" || item.o === 1,
    actor: (item, value) => (item.A || []).includes(value),
    recipient: (item, value) => (item.R || []).includes(value),
    name: (item, value) => [...(item.A || []), ...(item.R || [])].includes(value),
    place: (item, value) => item.P === value,
    speaker: (item, value) => item.S === value,
    entity: (item, value) => item.E === value,
    date: (item, value) => item.D === value,
    label: (item, value) => item.B === value,
    kept: (item, value) => String(item.K) === value,
    article: (item, value) => data.articles[item.a].id === value,
    id: (item, value) => item.i === value,
  };
  const plainWords = new Map();
  let asked = new URLSearchParams();
  let shown = PAGE;

  function words(item) {
    if (!plainWords.has(item)) {
      const said = item.x.map((part) => (typeof part === "string" ? part : part[0])).join("");
      plainWords.set(item, `${said} ${data.articles[item.a].title} ${(item.A || []).join(" ")} ${item.S || ""}`.toLowerCase());
    }
    return plainWords.get(item);
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function isolated(text) {
    return element("bdi", text);
  }

  function passage(item) {
    const made = element("p", undefined, "passage");
    made.dir = "auto";
    for (const part of item.x) {
      if (typeof part === "string") made.append(part);
      else if (part[1] === "around") made.append(element("span", part[0], "around"));
      else {
        const marked = element("mark", part[0], part[1]);
        marked.title = part[1];
        made.append(marked);
      }
    }
    return made;
  }

  function facts(item) {
    const days = item.f === item.l ? item.l : `${item.f || "…"} to ${item.l || "…"}`;
    const kept = item.k === "block" && (item.K ? "kept" : "removed");
    const who = (item.A || item.R) && `${(item.A || ["unsaid"]).join(", ")} → ${(item.R || ["unsaid"]).join(", ")}`;
    return [
      data.quads[item.t], item.m, item.v, item.B, kept, who, item.S && `speaker: ${item.S}`, item.y && `says ${item.y}`,
      item.P && `in ${item.P}`, item.D && `value ${item.D}`, item.l && `${days}${item.b ? ` (${item.b})` : ""}`,
      item.n && `read against ${item.n}`, item.o === 0 && "told before", item.c !== undefined && `confidence ${item.c}`,
      `by ${item.u}`,
    ].filter(Boolean);
  }

  function entry(item) {
    const article = data.articles[item.a];
    const made = element("li");
    const head = element("p", undefined, "note");
    head.append(element("span", item.t && item.k !== "date" ? `${item.k} ${item.t}` : item.k, "tag"), " ");
    const all = element("a");
    all.href = PREFIX + new URLSearchParams({ article: article.id });
    all.append(isolated(article.title));
    head.append(all, article.day ? `, ${article.day}` : "", ", ", isolated(`texts/${article.id}.txt ${item.s}–${item.e}`));
    if (article.url) {
      const source = element("a", "source");
      source.href = article.url;
      source.rel = "noreferrer noopener external";
      head.append(", ", source);
    }
    const tail = element("p", undefined, "note");
    facts(item).forEach((fact, at) => tail.append(at ? "; " : "", isolated(fact)));
    made.append(head, passage(item), tail);
    return made;
  }

  function matching() {
    const questions = [...asked].filter(([name, value]) => ASKS[name] && value);
    return data.items.filter((item) => questions.every(([name, value]) => ASKS[name](item, value)));
  }

  function number(count) {
    return count.toLocaleString("en");
  }

  // How many sentences answer, and whether the dataset has more than this file carries.
  function counted(found) {
    const kinds = asked.get("kind") ? [asked.get("kind")] : Object.keys(KINDS);
    const short = kinds.filter((kind) => carried(kind) < data.totals[kind]).map((kind) => KINDS[kind]);
    const rest = short.length ? ` This file carries only a part of the ${short.join(", ")}; the tables have all.` : "";
    return `${number(found.length)} sentence${found.length === 1 ? "" : "s"}, ${number(Math.min(shown, found.length))} shown.${rest}`;
  }

  function carried(kind) {
    return data.items.reduce((sum, item) => sum + (item.k === kind), 0);
  }

  function render() {
    const found = matching();
    document.getElementById("found").replaceChildren(...found.slice(0, shown).map(entry));
    document.getElementById("count").textContent = counted(found);
    document.getElementById("more").hidden = found.length <= shown;
    const fields = new Set([...form.elements].map((field) => field.name));
    const chips = [...asked].filter(([name, value]) => value && ASKS[name] && !fields.has(name));
    document.getElementById("chips").replaceChildren(...chips.map(([name, value]) => chip(name, value)));
  }

  function chip(name, value) {
    const text = name === "happened" ? "asserted or reported" : name === "kept" ? (value === "1" ? "kept" : "removed") : `${name}: ${value}`;
    const made = element("button");
    made.type = "button";
    made.append(isolated(text), " ✕");
    made.setAttribute("aria-label", `Remove the filter ${text}`);
    made.addEventListener("click", () => {
      asked.delete(name);
      shown = PAGE;
      remember();
      render();
      document.getElementById("find-head").focus();
    });
    return made;
  }

  function remember() {
    history.replaceState(null, "", PREFIX + asked);
  }

  function fill() {
    for (const field of form.elements) {
      if (!field.name) continue;
      if (field.type === "checkbox") field.checked = asked.get(field.name) === field.value;
      else field.value = asked.get(field.name) || "";
    }
  }

  function follow() {
    if (!location.hash.startsWith(PREFIX)) return;
    asked = new URLSearchParams(location.hash.slice(PREFIX.length));
    shown = PAGE;
    fill();
    render();
    const head = document.getElementById("find-head");
    head.scrollIntoView();
    head.focus({ preventScroll: true });
  }

  form.addEventListener("input", () => {
    for (const field of form.elements) {
      if (!field.name) continue;
      const value = field.type === "checkbox" ? (field.checked ? field.value : "") : field.value;
      if (value) asked.set(field.name, value);
      else asked.delete(field.name);
    }
    shown = PAGE;
    remember();
    render();
  });
  form.addEventListener("submit", (happening) => happening.preventDefault());
  form.addEventListener("reset", (happening) => {
    happening.preventDefault();
    asked = new URLSearchParams();
    fill();
    remember();
    render();
  });
  document.getElementById("more").addEventListener("click", () => {
    const first = shown;
    shown += PAGE;
    render();
    const next = document.querySelectorAll("#found li")[first];
    if (next) next.querySelector("a").focus();
  });

  // In a chart one mark is reached by Tab and the others by the arrow keys: hundreds of stops would be a wall.
  for (const chart of document.querySelectorAll("svg.marks")) {
    const marks = [...chart.querySelectorAll("a")];
    marks.forEach((mark, at) => mark.setAttribute("tabindex", at ? "-1" : "0"));
    chart.addEventListener("keydown", (happening) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[happening.key];
      const at = marks.indexOf(happening.target.closest("a"));
      if (step === undefined || at < 0) return;
      happening.preventDefault();
      const next = marks[Math.max(0, Math.min(marks.length - 1, at + step))];
      marks[at].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  function cellValue(row, at) {
    const text = row.cells[at].textContent.trim();
    const value = Number(text.replaceAll(",", ""));
    return text !== "" && !Number.isNaN(value) ? value : text.toLowerCase();
  }

  function compared(one, other) {
    if (typeof one === typeof other) return one < other ? -1 : one > other ? 1 : 0;
    return typeof one === "number" ? -1 : 1;
  }

  function sortBy(table, head, at) {
    const descending = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    rows.sort((one, other) => compared(cellValue(one, at), cellValue(other, at)) * (descending ? -1 : 1));
    table.tBodies[0].append(...rows);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const row = table.tBodies[0].rows[0];
      if (row && row.cells[at].classList.contains("n")) head.classList.add("n");
      if (head.classList.contains("plain")) return;
      const button = element("button", head.textContent);
      button.type = "button";
      button.addEventListener("click", () => sortBy(table, head, at));
      head.replaceChildren(button);
    });
    const frame = table.closest(".scroll");
    if (table.tBodies[0].rows.length < 15 || frame.classList.contains("tall")) continue;
    const label = element("label", `Filter ${table.caption.textContent.toLowerCase()} `, "narrow");
    const field = element("input");
    field.type = "search";
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
    label.append(field);
    frame.before(label);
  }

  form.hidden = false;
  asked = new URLSearchParams({ kind: "event" });
  fill();
  render();
  addEventListener("hashchange", follow);
  follow();
})();
