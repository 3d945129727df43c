// A calendar with granularity: a day, week, month, quarter, year or decade is chosen by arrows, and its bounds shown.

import { get } from "./api.js";
import { button, dialog, fill, h } from "./dom.js";

const DAY = 86400000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const GRANULARITIES = ["day", "week", "month", "quarter", "year", "decade"];
const pad = (value, width = 2) => String(value).padStart(width, "0");
const make = (year, month, day) => {
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month, day);
  return date;
};
const iso = (date) => `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
const mondayOf = (date) => new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY);

/** The TIMEX3 value of what holds a day. */
export function valueOf(date, granularity) {
  const year = date.getUTCFullYear(),
    month = date.getUTCMonth();
  if (granularity === "year") return pad(year, 4);
  if (granularity === "decade") return pad(Math.floor(year / 10), 3);
  if (granularity === "month") return `${pad(year, 4)}-${pad(month + 1)}`;
  if (granularity === "quarter") return `${pad(year, 4)}-Q${Math.floor(month / 3) + 1}`;
  if (granularity === "week") {
    const thursday = new Date(mondayOf(date).getTime() + 3 * DAY);
    const first = make(thursday.getUTCFullYear(), 0, 4);
    return `${pad(thursday.getUTCFullYear(), 4)}-W${pad(1 + Math.round((mondayOf(date) - mondayOf(first)) / (7 * DAY)))}`;
  }
  return iso(date);
}

/** The day `steps` units away; months keep the day where they can. */
function moved(date, unit, steps) {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (unit === "day") return new Date(date.getTime() + steps * DAY);
  if (unit === "week") return new Date(date.getTime() + 7 * steps * DAY);
  const months = { month: 1, quarter: 3, year: 12, decade: 120 }[unit] * steps;
  const last = make(year, month + months + 1, 0).getUTCDate();
  return make(year, month + months, Math.min(day, last));
}

// What the arrows and page keys move by: left and right, up and down, page up and down.
const STEPS = {
  day: ["day", 1, "week", 1, "month", 1],
  week: ["week", 1, "week", 1, "month", 1],
  month: ["month", 1, "month", 3, "year", 1],
  quarter: ["quarter", 1, "year", 1, "decade", 1],
  year: ["year", 1, "year", 5, "decade", 1],
  decade: ["decade", 1, "decade", 5, "decade", 10],
};

/** Ask for a date. Resolves to `{value}`, or null. */
export function askDate(words, attributes, published) {
  return new Promise((resolve) => {
    const start = attributes.earliest || published?.slice(0, 10) || new Date().toISOString().slice(0, 10);
    const [year, month, day] = start.split("-").map(Number);
    let date = make(year, month - 1, day),
      taken = null,
      asked = 0;
    let granularity = GRANULARITIES.includes(attributes.granularity) ? attributes.granularity : "day";
    const grid = h("div", { class: "calendar-grid", role: "group", "aria-label": "Calendar" });
    const heading = h("p", { class: "calendar-title", "aria-live": "polite" });
    const bounds = h("p", { class: "note", role: "status" });
    const modes = h("div", { class: "actions", role: "group", "aria-label": "Granularity" });
    const take = () => {
      taken = { value: valueOf(date, granularity) };
      box.close();
    };
    const box = dialog(
      `When is “${words}”?`,
      h(
        "div",
        { class: "calendar" },
        attributes.anchor ? h("p", { class: "note" }, `read against ${attributes.anchor}`) : null,
        modes,
        h(
          "div",
          { class: "calendar-head" },
          button("◂", "", () => turn(-1), { "aria-label": "Earlier" }),
          heading,
          button("▸", "", () => turn(1), { "aria-label": "Later" }),
        ),
        grid,
        bounds,
        h("p", { class: "note" }, "Arrows move, Page keys move further, g changes the granularity, Enter takes it."),
        h("div", { class: "actions" }, button("Take it", "Enter", take, { class: "yes" })),
      ),
      { className: "aside", onclose: () => resolve(taken) },
    );

    const title = () => {
      const y = date.getUTCFullYear();
      if (granularity === "day" || granularity === "week") return `${MONTHS[date.getUTCMonth()]} ${y}`;
      return granularity === "month" || granularity === "quarter"
        ? `${y}`
        : granularity === "year"
          ? `${Math.floor(y / 10) * 10}s`
          : `${Math.floor(y / 100) * 100}s`;
    };
    const turn = (by) =>
      go(
        moved(
          date,
          { day: "month", week: "month", month: "year", quarter: "year", year: "decade", decade: "decade" }[
            granularity
          ],
          granularity === "decade" ? 10 * by : by,
        ),
      );
    const cellFor = (other, text) => {
      const chosen = valueOf(other, granularity) === valueOf(date, granularity);
      return h(
        "button",
        {
          type: "button",
          tabindex: chosen && (granularity !== "week" || other.getTime() === date.getTime()) ? "0" : "-1",
          "aria-pressed": String(chosen),
          "aria-label":
            granularity === "day"
              ? iso(other)
              : granularity === "week"
                ? `${valueOf(other, "week")}, ${iso(other)}`
                : valueOf(other, granularity),
          class:
            other.getUTCMonth() !== date.getUTCMonth() && (granularity === "day" || granularity === "week")
              ? "outside"
              : null,
          onclick: () => go(other),
          ondblclick: take,
        },
        text,
      );
    };
    const cells = () => {
      const y = date.getUTCFullYear();
      if (granularity === "month") return MONTHS.map((name, index) => cellFor(make(y, index, 1), name));
      if (granularity === "quarter")
        return [0, 1, 2, 3].map((index) => cellFor(make(y, 3 * index, 1), `Q${index + 1}`));
      if (granularity === "year")
        return Array.from({ length: 10 }, (_, index) => {
          const one = Math.floor(y / 10) * 10 + index;
          return cellFor(make(one, 0, 1), String(one));
        });
      if (granularity === "decade")
        return Array.from({ length: 10 }, (_, index) => {
          const one = Math.floor(y / 100) * 100 + 10 * index;
          return cellFor(make(one, 0, 1), `${one}s`);
        });
      const first = mondayOf(make(y, date.getUTCMonth(), 1));
      return Array.from({ length: 42 }, (_, index) => {
        const one = new Date(first.getTime() + index * DAY);
        return cellFor(one, String(one.getUTCDate()));
      });
    };
    async function describe() {
      const mine = ++asked,
        value = valueOf(date, granularity);
      bounds.textContent = value;
      try {
        const found = await get("dates", { value });
        if (mine === asked)
          bounds.textContent =
            found.earliest === found.latest
              ? `${found.value}: ${found.earliest}`
              : `${found.value}: ${found.earliest} to ${found.latest}`;
      } catch (error) {
        if (mine === asked) bounds.textContent = `${value}: ${error.message}`;
      }
    }
    function go(to, focus = true) {
      date = to;
      heading.textContent = title();
      grid.className = `calendar-grid by-${granularity}`;
      fill(
        grid,
        granularity === "day" || granularity === "week"
          ? ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"].map((name) =>
              h("span", { class: "note", "aria-hidden": "true" }, name),
            )
          : null,
        cells(),
      );
      fill(
        modes,
        GRANULARITIES.map((name) =>
          h(
            "button",
            {
              type: "button",
              "aria-pressed": String(name === granularity),
              onclick: () => {
                granularity = name;
                go(date);
              },
            },
            name,
          ),
        ),
      );
      if (focus) grid.querySelector('[tabindex="0"]')?.focus();
      describe();
    }
    box.addEventListener("keydown", (event) => {
      const [across, by, down, rows, page, pages] = STEPS[granularity];
      const steps = {
        ArrowLeft: [across, -by],
        ArrowRight: [across, by],
        ArrowUp: [down, -rows],
        ArrowDown: [down, rows],
        PageUp: [page, -pages],
        PageDown: [page, pages],
      };
      const inGrid = grid.contains(event.target);
      if (inGrid && steps[event.key]) go(moved(date, ...steps[event.key]));
      else if (inGrid && event.key === "Enter") take();
      else if (event.key === "g") {
        granularity = GRANULARITIES[(GRANULARITIES.indexOf(granularity) + 1) % GRANULARITIES.length];
        go(date);
      } else return;
      event.preventDefault();
    });
    go(date);
  });
}
