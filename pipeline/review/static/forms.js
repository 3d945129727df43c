// What can be changed about an item, by layer: the fields of the panel.

import { button, entry, field, h, select, short } from "./dom.js";

const SIDES = [
  ["actors", "Who", "s"],
  ["recipients", "To whom", "o"],
];
const MOST = 100; // things to link an event with that one list offers

/** The words in a stretch, or a sign that there are none. */
const words = (text) => h("span", { class: "quoted", dir: "auto" }, short(text, 90));

/** A participant as it is written: the server finds its words itself. */
export const bare = ({ span, entity, country, sector }) => ({
  span,
  entity: entity ?? "",
  country: country ?? "",
  sector: sector ?? "",
});

/** The bounds in words; one of them may be open. */
function days({ earliest, latest }) {
  if (!earliest || !latest) return earliest ? `from ${earliest}` : latest ? `until ${latest}` : "";
  return latest === earliest ? earliest : `${earliest} to ${latest}`;
}

export class Forms {
  /** `panel`: knows the labels, once they are there; `act`: what the buttons do (see article.js). */
  constructor(panel, desk, act) {
    Object.assign(this, { panel, desk, act });
  }

  values(name) {
    return (this.panel.labels?.attributes[name] ?? []).map((one) => (typeof one === "string" ? one : one.label));
  }

  set(name, value) {
    return this.act.edit({ attributes: { [name]: value } });
  }

  /** The fields of an item. */
  of(item) {
    const makers = {
      entities: this.ofEntity,
      dates: this.ofDate,
      quotations: this.ofQuotation,
      events: this.ofEvent,
      blocks: this.ofBlock,
    };
    return h("div", { class: "fields", "data-layer": item.layer }, makers[item.layer].call(this, item));
  }

  ofBlock({ attributes, label }) {
    return [
      h(
        "p",
        {},
        attributes.kept
          ? "Kept: part of the article."
          : "Removed: not part of the article. Nothing in it need be decided.",
      ),
      attributes.published !== undefined && (attributes.published || label === "dateline")
        ? field(
            "Published",
            entry(attributes.published, (value) => this.set("published", value), {
              "data-focus": "published",
              placeholder: "2011-09-29",
            }),
          )
        : null,
    ];
  }

  ofEntity({ attributes }) {
    return [
      field(
        "Name",
        entry(attributes.name, (value) => this.set("name", value), { "data-focus": "name" }),
        "e",
      ),
      field(
        "Country",
        this.country(attributes.country, (value) => this.set("country", value), "country"),
      ),
      field(
        "Mention",
        select(this.values("mention"), attributes.mention, (value) => this.set("mention", value), {
          "data-focus": "mention",
        }),
      ),
      h(
        "p",
        { class: "linked" },
        h("span", { class: "field-name" }, "Entity"),
        ` ${attributes.name} `,
        button("Join another", "j", () => this.act.join(), { class: "small" }),
        button("On its own", "", () => this.set("entity", ""), { class: "small" }),
      ),
    ];
  }

  country(value, onchange, focus) {
    return entry(value, (found) => onchange(found.trim().toUpperCase()), {
      list: "countries",
      "data-focus": focus,
      size: 6,
      placeholder: "ISO code",
    });
  }

  ofDate({ attributes }) {
    return [
      h(
        "p",
        { class: "chip-line" },
        h(
          "button",
          { type: "button", class: "chip", onclick: () => this.act.calendar(), "data-focus": "chip" },
          h("strong", {}, attributes.value || "no value"),
          h("span", {}, days(attributes) || "no bounds"),
          attributes.granularity ? h("span", { class: "note" }, attributes.granularity) : null,
          h("kbd", { "aria-hidden": "true" }, "d"),
        ),
      ),
      attributes.anchor
        ? h("p", {}, h("span", { class: "field-name" }, "Read against"), ` ${attributes.anchor}`)
        : null,
      field(
        "Value",
        entry(attributes.value, (value) => this.set("value", value), { "data-focus": "value" }),
        "e",
      ),
      field(
        "Modifier",
        select(["", ...this.values("mod")], attributes.mod, (value) => this.set("mod", value), { "data-focus": "mod" }),
      ),
      field(
        "Earliest",
        entry(attributes.earliest, (value) => this.set("earliest", value), {
          "data-focus": "earliest",
          placeholder: "YYYY-MM-DD",
        }),
      ),
      field(
        "Latest",
        entry(attributes.latest, (value) => this.set("latest", value), {
          "data-focus": "latest",
          placeholder: "YYYY-MM-DD",
        }),
      ),
    ];
  }

  /** A stretch that can be gone to, set by key, or taken away. */
  stretch(name, key, span, text, onset, onclear) {
    return h(
      "div",
      { class: "stretch" },
      h("span", { class: "field-name" }, name),
      span
        ? h("button", { type: "button", class: "quiet jump", onclick: () => this.act.point(span) }, words(text))
        : h("span", { class: "missing" }, "not said"),
      h(
        "span",
        { class: "stretch-tools" },
        button("Set", key, onset, { class: "small", "aria-label": `Set ${name.toLowerCase()}` }),
        span
          ? h(
              "button",
              { type: "button", class: "small", onclick: onclear, "aria-label": `Take ${name.toLowerCase()} away` },
              "✕",
            )
          : null,
      ),
    );
  }

  ofQuotation({ attributes }) {
    return [
      this.stretch(
        "Speaker",
        "s",
        attributes.speaker,
        attributes.speaker_text ?? "",
        () => this.act.chooseSpeaker(),
        () => this.act.edit({ attributes: { speaker: null, speaker_entity: "", speaker_name: "" } }),
      ),
      field(
        "Full name",
        entry(attributes.speaker_name, (value) => this.set("speaker_name", value), { "data-focus": "speaker_name" }),
        "e",
      ),
      this.stretch(
        "Cue",
        "c",
        attributes.cue,
        attributes.cue_text ?? "",
        () => this.act.chooseCue(),
        () => this.set("cue", null),
      ),
      field(
        "Type",
        select(this.values("type"), attributes.type, (value) => this.set("type", value), { "data-focus": "type" }),
      ),
    ];
  }

  /** The items of a layer that stand nearest, in the order of the text, and the one that is chosen. */
  near(item, layer, chosen) {
    const far = (one) => Math.abs(one.spans[0][0] - item.spans[0][0]);
    const all = this.desk.items.filter((one) => one.layer === layer && one.id !== item.id && one.status !== "rejected");
    const few = new Set(all.length > MOST ? [...all].sort((one, other) => far(one) - far(other)).slice(0, MOST) : all);
    return all.filter((one) => few.has(one) || one.id === chosen);
  }

  ofEvent(item) {
    const { attributes } = item;
    const modes = (this.panel.labels?.attributes.modes?.[item.label] ?? []).map((one) =>
      typeof one === "string" ? one : one.label,
    );
    const contexts = this.values("contexts");
    const dates = this.near(item, "dates", attributes.date);
    const quotations = this.near(item, "quotations", attributes.quotation);
    const events = this.near(item, "events", attributes.same_event);
    return [
      SIDES.map(([side, name, key]) =>
        h(
          "div",
          { class: "side" },
          attributes[side].length ? null : this.stretch(name, key, null, "", () => this.act.chooseSide(side)),
          attributes[side].map((one, place) => this.participant(side, name, key, attributes[side], one, place)),
        ),
      ),
      this.stretch(
        "Where",
        "w",
        attributes.location?.span,
        attributes.location?.text ?? "",
        () => this.act.chooseSide("location"),
        () => this.set("location", null),
      ),
      field(
        "When",
        select(
          [["", "not said"], ...dates.map((one) => [one.id, `${one.text} · ${one.attributes.value}`])],
          attributes.date,
          (value) => this.set("date", value),
          { "data-focus": "date" },
        ),
        "d",
      ),
      h(
        "p",
        { class: "note" },
        [
          days(attributes),
          attributes.basis,
          attributes.quad && `${attributes.quad} ${attributes.score ?? ""}`,
          attributes.attributed_to && `said by ${attributes.attributed_to}`,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      field(
        "Modality",
        select(this.values("modality"), attributes.modality, (value) => this.set("modality", value), {
          "data-focus": "modality",
        }),
        "e",
      ),
      modes.length || attributes.mode
        ? field(
            "Mode",
            select(
              ["", ...new Set([...modes, attributes.mode].filter(Boolean))],
              attributes.mode,
              (value) => this.set("mode", value),
              { "data-focus": "mode" },
            ),
          )
        : null,
      h(
        "details",
        { class: "contexts" },
        h("summary", {}, `Context: ${attributes.context.join(", ") || "none"}`),
        h(
          "div",
          { class: "checks" },
          contexts.map((name) =>
            h(
              "label",
              {},
              h("input", {
                type: "checkbox",
                checked: attributes.context.includes(name),
                "data-focus": `context-${name}`,
                onchange: (event) =>
                  this.set(
                    "context",
                    event.target.checked
                      ? [...attributes.context, name]
                      : attributes.context.filter((one) => one !== name),
                  ),
              }),
              ` ${name}`,
            ),
          ),
        ),
      ),
      quotations.length
        ? field(
            "In quotation",
            select(
              [["", "none"], ...quotations.map((one) => [one.id, short(one.text, 50)])],
              attributes.quotation,
              (value) => this.set("quotation", value),
              { "data-focus": "quotation" },
            ),
          )
        : null,
      events.length
        ? field(
            "Same event as",
            select(
              [
                ["", "none"],
                ...(attributes.same_event && !this.desk.byId.has(attributes.same_event)
                  ? [[attributes.same_event, attributes.same_event]]
                  : []),
                ...events.map((one) => [one.id, `${one.label} ${one.text}`]),
              ],
              attributes.same_event,
              (value) => this.set("same_event", value),
              { "data-focus": "same" },
            ),
          )
        : null,
    ];
  }

  participant(side, name, key, all, one, place) {
    const put = (fields) =>
      this.set(
        side,
        all.map((other, at) => ({ ...bare(other), ...(at === place ? fields : {}) })),
      );
    return h(
      "div",
      { class: "participant" },
      this.stretch(
        place ? "and" : name,
        key,
        one.span,
        one.text ?? "",
        () => this.act.chooseSide(side),
        () => this.set(side, all.filter((_, at) => at !== place).map(bare)),
      ),
      h(
        "span",
        { class: "codes" },
        entry(one.country, (value) => put({ country: value.trim().toUpperCase() }), {
          list: "countries",
          size: 5,
          placeholder: "country",
          "aria-label": `Country of ${short(one.text ?? "", 30)}`,
          "data-focus": `${side}-${place}-country`,
        }),
        select(
          ["", ...new Set([...this.values("sectors"), one.sector].filter(Boolean))].map((value) => [
            value,
            value || "sector",
          ]),
          one.sector,
          (value) => put({ sector: value }),
          { "aria-label": `Sector of ${short(one.text ?? "", 30)}`, "data-focus": `${side}-${place}-sector` },
        ),
      ),
    );
  }
}
