// What was played is kept on this device first, then sent until the server has it.
// kheo:play:<registration>:s:<sub>:<kind> = {data, at, sequence, sent}: the newest state, kept after
// it is sent, for a page opened without network. kheo:play:<registration>:d:<id> = {data, at}: a
// submission; it goes when the server has it.
const DAYS = 14;
const memory = new Map();
let isLasting = true;

// On a shared computer it goes when the page is closed.
const keeper = () => ("shared" in document.documentElement.dataset ? sessionStorage : localStorage);

function read(key) {
  try {
    return JSON.parse(isLasting ? keeper().getItem(key) : memory.get(key) || null);
  } catch {
    return null;
  }
}

function write(key, value) {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    keeper().setItem(key, text);
  } catch {
    isLasting = false;
  }
}

function forget(key) {
  memory.delete(key);
  try {
    keeper().removeItem(key);
  } catch {
    isLasting = false;
  }
}

function keys(prefix) {
  let all = [...memory.keys()];
  try {
    if (isLasting) all = Object.keys(keeper());
  } catch {
    isLasting = false;
  }
  return all.filter((key) => key.startsWith(prefix));
}

export function sweep() {
  const old = Date.now() - DAYS * 24 * 3600 * 1000;
  for (const key of keys("kheo:play:")) {
    const entry = read(key);
    if (!entry || entry.at < old) forget(key);
  }
}

function newId() {
  const parts = crypto.getRandomValues(new Uint8Array(16));
  parts[6] = (parts[6] & 15) | 64;
  parts[8] = (parts[8] & 63) | 128;
  const hex = [...parts].map((part) => part.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Outbox {
  /** `say(name)`: saving, saved, waiting, signedOut or refused. */
  constructor(words, say) {
    this.prefix = `kheo:play:${words.registration}:`;
    this.stateUrl = words.stateUrl;
    this.submitUrl = words.submitUrl;
    this.csrf = words.csrf;
    this.say = say;
    this.failures = 0;
    this.sending = null;
    addEventListener("online", () => this.flush());
    addEventListener("pagehide", () => this.hurry());
    addEventListener("pageshow", (event) => event.persisted && this.flush());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.hurry() : this.flush()));
  }

  keepState(said) {
    const key = `${this.prefix}s:${said.sub}:${said.kind}`;
    const before = read(key);
    const sequence = ((before && before.sequence) || 0) + 1;
    const entry = { sub: said.sub, kind: said.kind, data: said.data, sequence, at: Date.now(), sent: false };
    write(key, entry);
    this.flushSoon();
  }

  keepAnswers(data) {
    const id = newId();
    write(`${this.prefix}d:${id}`, { id, data, at: Date.now() });
    this.flush();
  }

  /** What the server may not have yet, or all that this device knows of (without network). */
  states(all) {
    const states = {};
    for (const key of keys(`${this.prefix}s:`)) {
      const entry = read(key);
      if (!entry || entry.data === null || (entry.sent && !all)) continue;
      states[entry.sub] = { ...states[entry.sub], [entry.kind]: entry.data };
    }
    return states;
  }

  entries(kind) {
    const all = keys(`${this.prefix}${kind}:`).map((key) => ({ key, ...read(key) }));
    return all.filter((entry) => entry.at && !entry.sent).sort((a, b) => a.at - b.at);
  }

  waiting() {
    return { states: this.entries("s").slice(0, 50), answers: this.entries("d") };
  }

  flushSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.flush(), 800);
  }

  flush() {
    if (!this.sending) {
      this.sending = this.sendAll().finally(() => {
        this.sending = null;
      });
    }
    return this.sending;
  }

  async sendAll() {
    clearTimeout(this.retry);
    const waiting = this.waiting();
    const states = waiting.states;
    const answers = waiting.answers;
    if (!states.length && !answers.length) return;
    this.say("saving");
    for (const entry of answers) {
      if (!(await this.send(this.submitUrl, this.submission(entry), () => forget(entry.key)))) return;
    }
    if (states.length && !(await this.send(this.stateUrl, this.told(states), () => this.settle(states)))) return;
    this.failures = 0;
    const left = this.waiting();
    if (left.states.length || left.answers.length) this.flushSoon();
    else this.say("saved");
  }

  submission(entry) {
    return { submission: entry.id, data: JSON.parse(entry.data), age_ms: Math.max(0, Date.now() - entry.at) };
  }

  told(states) {
    return {
      states: states.map((entry) => ({
        sub: entry.sub,
        kind: entry.kind,
        data: entry.data,
        sequence: entry.sequence,
        age_ms: Math.max(0, Date.now() - entry.at),
      })),
    };
  }

  settle(states) {
    for (const entry of states) {
      const now = read(entry.key);
      if (now && now.sequence === entry.sequence) write(entry.key, { ...now, sent: true });
    }
  }

  post(address, body, keepalive) {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const cancel = new AbortController();
    const timer = setTimeout(() => cancel.abort(), 20000);
    return fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": cookie ? cookie[1] : this.csrf,
      },
      body: JSON.stringify(body),
      redirect: "manual",
      credentials: "same-origin",
      signal: cancel.signal,
      keepalive,
    }).finally(() => clearTimeout(timer));
  }

  /** True when the server has it, or will never take it. */
  async send(address, body, done) {
    let response;
    try {
      response = await this.post(address, body);
    } catch {
      return this.failed("waiting");
    }
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      return this.failed("signedOut");
    }
    if (response.status >= 500 || response.status === 408 || response.status === 429) {
      return this.failed("waiting");
    }
    done();
    if (!response.ok) this.say("refused");
    return response.ok;
  }

  /** Nothing is lost: it stays on the device and is tried again, more and more patiently. */
  failed(word) {
    this.failures += 1;
    this.say(word);
    const pause = Math.min(30000, 1000 * 2 ** Math.min(this.failures, 5)) * (0.75 + Math.random() / 2);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.flush(), pause);
    return false;
  }

  /** The page is going: what it still has is sent on its way; it stays kept until answered. */
  hurry() {
    const waiting = this.waiting();
    const states = waiting.states;
    if (states.length) this.post(this.stateUrl, this.told(states), true).catch(() => {});
    for (const entry of waiting.answers) this.post(this.submitUrl, this.submission(entry), true).catch(() => {});
  }
}
