// Decisions about the item under the cursor, about many at once, and back again.

import { say } from "./dom.js";

/** What keys and buttons decide. `page`: the parts of the page by name (see article.js). */
export function decisions(page) {
  const { cursor, desk, edges, panel, text } = page;

  function decide(change, { advance = true } = {}) {
    edges.flush();
    desk.decide([change]);
    if (advance) cursor.step(1);
    else panel.show(cursor.current);
  }

  function goToChanged(answer) {
    const item = answer?.items?.find((one) => desk.byId.has(one.id));
    if (item) cursor.goTo(desk.byId.get(item.id));
    else panel.show(cursor.current);
  }

  const act = {
    next: () => cursor.step(1),
    previous: () => cursor.step(-1),
    accept: () => {
      const item = cursor.need();
      if (item) decide({ op: "accept", item: item.id });
    },
    reject() {
      const item = cursor.need();
      if (!item) return;
      if (item.layer === "blocks") act.keep(!item.attributes.kept);
      else decide({ op: "reject", item: item.id });
    },
    clear: () => {
      const item = cursor.need();
      if (item) decide({ op: "clear", item: item.id }, { advance: false });
    },
    edit(change) {
      const item = cursor.need();
      edges.flush();
      if (item) desk.decide([{ op: "edit", item: item.id, ...change }]).then(() => panel.show(cursor.current));
      if (item) panel.show(cursor.current);
    },
    relabel: (label) => act.edit({ label }),
    keep(kept) {
      const item = cursor.current;
      const block =
        item?.layer === "blocks"
          ? item
          : desk.items.find(
              (one) =>
                one.layer === "blocks" &&
                item &&
                one.spans[0][0] <= item.spans[0][0] &&
                item.spans[0][0] < one.spans[0][1],
            );
      if (!block) return say("Choose a block, or an item in it, first.", "bad");
      const done = desk.decide([{ op: kept ? "keep" : "remove", item: block.id }]);
      // What stands in a block that comes back is to be decided now: go on when that is known.
      if (kept) done.then((answer) => answer && cursor.current?.id === item.id && cursor.step(1));
      else cursor.step(1);
      panel.show(cursor.current);
      return undefined;
    },
    bulk(action, corpus = false) {
      const item = cursor.need();
      if (!item) return;
      const change =
        item.layer === "blocks"
          ? { op: "bulk", action, scope: "filter", filters: "layer=blocks" }
          : { op: "bulk", action, scope: item.layer === "entities" ? "entity" : "same", item: item.id, corpus };
      desk.decide([change], [item.id]).then((answer) => answer && cursor.step(1));
      panel.show(item);
    },
    sentence: () => {
      const item = cursor.need();
      if (item)
        desk
          .decide([{ op: "bulk", action: "accept", scope: "sentence", item: item.id }], [item.id])
          .then((answer) => answer && cursor.step(1));
    },
    visible() {
      const seen = text.visible();
      const open = desk.items.filter((item) => seen.has(item.id) && desk.isOpen(item)).map((item) => item.id);
      if (!open.length) return say("Nothing undecided is on the screen.");
      desk
        .decide([{ op: "bulk", action: "accept", scope: "items", items: open }], open)
        .then((answer) => answer && cursor.step(1));
      return undefined;
    },
    filtered: () =>
      desk
        .decide([{ op: "bulk", action: "accept", scope: "filter", filters: desk.filters.toString() }], [])
        .then((answer) => answer && cursor.step(1)),
    undo: () => {
      edges.flush();
      desk.undo().then(goToChanged);
    },
    redo: () => {
      edges.flush();
      desk.redo().then(goToChanged);
    },
  };
  return act;
}
