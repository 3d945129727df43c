// The three tabs of the panel: the item, the table of events, the history.

import { byId } from "./dom.js";
import { showHistory } from "./history.js";

const TABS = ["item", "events", "history"];

export class Tabs {
  constructor(page) {
    this.page = page;
    for (const name of TABS) {
      byId(`tab-${name}`).addEventListener("click", () => this.show(name));
      byId(`tab-${name}`).addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!by) return;
        const next = TABS[(TABS.indexOf(name) + by + TABS.length) % TABS.length];
        this.show(next);
        byId(`tab-${next}`).focus();
      });
    }
  }

  show(name) {
    const { frames } = this.page;
    for (const tab of TABS) {
      const on = tab === name;
      byId(`tab-${tab}`).setAttribute("aria-selected", String(on));
      byId(`tab-${tab}`).tabIndex = on ? 0 : -1;
      byId(`page-${tab}`).hidden = !on;
    }
    if (name === "events" && frames.stale) frames.draw();
    if (name === "history") showHistory(this.page);
  }
}
