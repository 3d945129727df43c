// What is chosen from a list or a calendar: labels, entities, speakers, cues, participants, dates.

import { get } from "./api.js";
import { askDate } from "./calendar.js";
import { choose } from "./choose.js";
import { short } from "./dom.js";
import { bare } from "./forms.js";

const PLACES = ["GPE", "LOC", "FAC"];

/** What keys and buttons link. `page`: the parts of the page by name (see article.js). */
export function links(page) {
  const { article, cursor, desk, panel, selection, tabs, text } = page;

  /** Entities in order of likelihood for a speaker or a participant. */
  async function candidates(item) {
    const found = await get("speakers", { article, item: item.id });
    return found.candidates.map((one) => ({
      ...one,
      text: one.name || one.text,
      note: one.text && one.text !== one.name ? `“${one.text}”` : "",
    }));
  }

  /** Words near a quotation and outside of it: what may be its cue, reporting words first. */
  async function cues(item) {
    const found = await get("cues", { article, item: item.id });
    return found.candidates.map((one) => ({ span: one.span, text: one.text, note: one.cue ? "reporting word" : "" }));
  }

  const made = {
    async chooseLabel() {
      const layer = selection.span ? selection.layer : cursor.need()?.layer;
      if (!layer) return;
      const option = await choose(
        "Label",
        panel.labelsOf(layer).map(({ label, definition }) => ({ value: label, text: label, note: definition })),
      );
      if (option && selection.span) selection.add(option.value);
      else if (option) page.act.relabel(option.value);
    },
    async join() {
      const item = cursor.need(["entities"]);
      if (!item) return;
      const known = new Map();
      for (const one of desk.items)
        if (
          one.layer === "entities" &&
          one.status !== "rejected" &&
          one.attributes.entity !== item.attributes.entity &&
          !known.has(one.attributes.entity)
        )
          known.set(one.attributes.entity, {
            value: one.attributes.entity,
            text: one.attributes.name,
            note: one.label,
          });
      const option = await choose(
        "The same as",
        [...known.values()].sort((one, other) => one.text.localeCompare(other.text)),
      );
      if (option) page.act.edit({ attributes: { entity: option.value } });
    },
    async chooseSpeaker() {
      const item = cursor.need(["quotations"], "Speakers belong to quotations: choose one first.");
      if (!item) return;
      const option = await choose("Who says it?", candidates(item), {
        preview: (one) => one.span && text.point(one.span),
        hint: "In order of likelihood.",
      });
      text.point(null);
      if (option)
        page.act.edit({
          attributes: { speaker_entity: option.entity, ...(option.span ? { speaker: option.span } : {}) },
        });
    },
    async chooseCue() {
      const item = cursor.need(["quotations"], "Cues belong to quotations: choose one first.");
      if (!item) return;
      const option = await choose("Which word introduces it?", cues(item), { preview: (one) => text.point(one.span) });
      text.point(null);
      if (option) page.act.edit({ attributes: { cue: option.span } });
    },
    async chooseSide(side) {
      const item = cursor.need(["events"], "Choose an event first.");
      if (!item) return;
      const places = () =>
        desk.items
          .filter(
            (one) =>
              one.layer === "entities" &&
              PLACES.includes(one.label) &&
              one.status !== "rejected" &&
              !desk.isHidden(one),
          )
          .sort(
            (one, other) =>
              Math.abs(one.spans[0][0] - item.spans[0][0]) - Math.abs(other.spans[0][0] - item.spans[0][0]),
          )
          .map((one) => ({
            span: one.spans[0],
            text: one.text,
            note: `${one.label} ${one.attributes.country}`,
            country: one.attributes.country,
          }));
      const title = { actors: "Who did it?", recipients: "To whom?", location: "Where?" }[side];
      const option = await choose(title, side === "location" ? places() : candidates(item), {
        preview: (one) => one.span && text.point(one.span),
      });
      text.point(null);
      if (!option?.span) return;
      const now = cursor.current;
      if (side === "location")
        page.act.edit({ attributes: { location: { span: option.span, country: option.country ?? "" } } });
      else
        page.act.edit({
          attributes: {
            [side]: [...now.attributes[side].map(bare), { span: option.span, entity: option.entity ?? "" }],
          },
        });
    },
    async calendar() {
      const item = cursor.need(["dates", "events"], "Choose a date first.");
      if (!item) return;
      if (item.layer === "events") {
        const dates = desk.items
          .filter((one) => one.layer === "dates" && one.status !== "rejected")
          .sort(
            (one, other) =>
              Math.abs(one.spans[0][0] - item.spans[0][0]) - Math.abs(other.spans[0][0] - item.spans[0][0]),
          );
        const option = await choose(
          "When?",
          [
            ...dates.map((one) => ({ value: one.id, span: one.spans[0], text: one.text, note: one.attributes.value })),
            { value: "", text: "not said" },
          ],
          { preview: (one) => one.span && text.point(one.span) },
        );
        text.point(null);
        if (option) page.act.edit({ attributes: { date: option.value } });
        return;
      }
      const found = await askDate(short(item.text, 40), item.attributes, desk.document?.published);
      if (found) page.act.edit({ attributes: { value: found.value } });
    },
    cell(event, cell, span) {
      if (selection.span && cell !== "date") {
        const use = cell === "trigger" ? "edges" : cell;
        cursor.goTo(event);
        return selection.use(use);
      }
      cursor.goTo(event, { focus: false });
      tabs.show("events");
      if (span) return text.point(span);
      if (cell === "date") return made.calendar();
      if (cell !== "trigger") return made.chooseSide(cell);
      return undefined;
    },
  };
  return made;
}
