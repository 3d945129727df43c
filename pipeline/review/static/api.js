// Talking to the server: reading, and writing in such a way that no decision is lost.

import { say } from "./dom.js";

export const annotator = document.body.dataset.annotator ?? "";
const TRIES = [300, 700, 1500, 3000, 5000]; // milliseconds before a write is sent again
const PATIENCE = 60000; // milliseconds until an answer is given up
// by folder and name: one browser may serve several
const dataset = document.body.dataset.dataset ?? "";
const STORE = `review/${dataset}/${annotator}/`;

/** The server understood and said no. */
export class Refused extends Error {
  constructor(status, answer) {
    super(answer?.error ?? `the server answered ${status}`);
    this.status = status;
    this.answer = answer ?? {};
  }
}

function address(path, parameters = {}) {
  const query = parameters instanceof URLSearchParams ? new URLSearchParams(parameters) : new URLSearchParams();
  if (!(parameters instanceof URLSearchParams)) {
    for (const [name, value] of Object.entries(parameters))
      if (value !== null && value !== undefined && value !== "") query.append(name, value);
  }
  if (annotator) query.set("annotator", annotator);
  if (dataset) query.set("dataset", dataset);
  return `/api/${path}?${query}`;
}

async function answerOf(response) {
  const type = response.headers.get("content-type") ?? "";
  const answer = type.includes("json") ? await response.json() : { error: (await response.text()).slice(0, 300) };
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

/** Read something. */
export async function get(path, parameters) {
  return answerOf(await fetch(address(path, parameters), { headers: { accept: "application/json" } }));
}

/** Send bytes; used for imports only, which show their answer and are not queued. */
export async function send(path, parameters, bytes) {
  return answerOf(
    await fetch(address(path, parameters), {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: bytes,
    }),
  );
}

export const part = (text) => encodeURIComponent(text);

/** The address of a page, with the annotator in it: two tabs may be two people. */
export function pageOf(path, parameters = {}, place = "") {
  const query = new URLSearchParams(parameters);
  query.set("annotator", annotator);
  return `${path}?${query}${place ? `#${encodeURIComponent(place).replace("%3D", "=")}` : ""}`;
}

/** The server does not know this browser: it was started anew with another token. */
const isLocked = (error) => error instanceof Refused && error.status === 403 && error.message.includes("token");
/** Another folder is served at this address by now: what is not sent waits for its own. */
const isElsewhere = (error) => error instanceof Refused && error.status === 421;

/**
 * The writes that wait for an answer, sent one after the other in the order they were made.
 *
 * A write is kept in the browser's storage until the server has answered it, and sent again with the same uuid when
 * there was no answer; a page that is opened after a crash sends what the last one left behind. Events: `state` (how
 * many wait, and whether something is wrong), `answer` ({write, answer}), `refused` ({write, error}).
 */
class Writes extends EventTarget {
  constructor() {
    super();
    this.waiting = [];
    this.failures = 0;
    this.trouble = "";
    this.sending = false;
    this.count = 0;
  }

  /** Queue what another page left behind. */
  restore() {
    const left = Object.keys(localStorage)
      .filter((key) => key.startsWith(STORE))
      .sort();
    for (const key of left) {
      const known = this.waiting.some((write) => write.key === key);
      try {
        if (!known) this.waiting.push({ ...JSON.parse(localStorage.getItem(key)), key, restored: true });
      } catch {
        localStorage.removeItem(key);
      }
    }
    this.pump();
  }

  /** Queue a write; `extra` gives what only counts at the moment of sending, such as the version. */
  add(path, body, { extra = () => ({}), about = null } = {}) {
    const write = {
      path,
      body: { uuid: crypto.randomUUID(), ...body },
      key: `${STORE}${Date.now()}-${String(this.count++).padStart(6, "0")}`,
      about,
    };
    try {
      localStorage.setItem(write.key, JSON.stringify({ path, body: write.body }));
    } catch {
      /* full or forbidden: the page still holds it */
    }
    write.extra = extra;
    const done = new Promise((resolve, reject) => {
      write.resolve = resolve;
      write.reject = reject;
    });
    done.catch(() => {});
    this.waiting.push(write);
    this.pump();
    return done;
  }

  /** Resolves when every write made so far has its answer. */
  settled() {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.waiting.length) {
          this.removeEventListener("state", look);
          resolve();
        }
      };
      this.addEventListener("state", look);
      look();
    });
  }

  changed() {
    this.dispatchEvent(new CustomEvent("state"));
  }

  async pump() {
    this.changed();
    if (this.sending) return;
    this.sending = true;
    while (this.waiting.length) {
      const write = this.waiting[0];
      try {
        const body = JSON.stringify({ ...(write.extra?.() ?? {}), ...write.body });
        const response = await fetch(address(write.path), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          signal: AbortSignal.timeout(PATIENCE),
        });
        const answer = await answerOf(response);
        this.done(write);
        write.resolve?.(answer);
        this.dispatchEvent(new CustomEvent("answer", { detail: { write, answer } }));
      } catch (error) {
        if (error instanceof Refused && error.status < 500 && !isLocked(error) && !isElsewhere(error)) {
          this.done(write);
          write.reject?.(error);
          this.dispatchEvent(new CustomEvent("refused", { detail: { write, error } }));
        } else {
          await this.wait(error);
        }
      }
    }
    this.sending = false;
    this.changed();
  }

  done(write) {
    this.waiting.shift();
    localStorage.removeItem(write.key);
    this.failures = 0;
    this.trouble = "";
    this.changed();
  }

  async wait(error) {
    this.trouble = isLocked(error)
      ? "the server was started anew; open the address it printed in another tab"
      : isElsewhere(error)
        ? error.message
        : "the server does not answer";
    const pause = TRIES[Math.min(this.failures++, TRIES.length - 1)];
    this.changed();
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, pause);
      addEventListener(
        "online",
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}

export const writes = new Writes();

/** Show how many decisions wait, and warn before a page with unsaved ones is left. */
export function watchWrites(place) {
  writes.addEventListener("state", () => {
    const waiting = writes.waiting.length;
    const text = writes.trouble
      ? `${waiting} not saved yet: ${writes.trouble}. Trying again…`
      : waiting
        ? `Saving ${waiting}…`
        : "All saved";
    const kind = writes.trouble ? "trouble" : waiting ? "busy" : "calm";
    if (place.textContent !== text) place.textContent = text;
    if (place.dataset.state !== kind) place.dataset.state = kind;
  });
  writes.addEventListener("refused", ({ detail: { write, error } }) => {
    if (write.restored) say(`A decision of an earlier page was refused: ${error.message}`, "bad");
  });
  addEventListener("beforeunload", (event) => {
    if (writes.waiting.length) event.preventDefault();
  });
}
