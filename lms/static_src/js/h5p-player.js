// Players of interactive content on a page of the house. Each is a frame without an origin: what it
// says is checked, kept and sent on from here. components/player.html has the words and addresses.
import { checked, limiter } from "./player/checking.js";
import { isKept, keep, keptFiles } from "./player/keeping.js";
import { Outbox, sweep } from "./player/outbox.js";

const LEAST = 80;
const MOST = 12000;
// The frame itself waits 10 s for a script; one that says nothing at all is given a little longer.
const SILENCE_MS = 15000;
const players = new Set();
const theme = () => document.documentElement.dataset.theme;

class Player {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.stage = root.querySelector("[data-stage]");
    this.line = root.querySelector("[data-state]");
    this.failure = root.querySelector("[data-failure]");
    this.wait = root.querySelector("[data-wait]");
    this.fullButton = root.querySelector("[data-full]");
    this.leaveButton = root.querySelector("[data-leave]");
    this.frame = null;
    this.timer = 0;
    this.isFull = false;
    this.outbox = new Outbox(this.words, (name) => this.say(name));
    this.fullButton.addEventListener("click", () => this.enterFull());
    this.leaveButton.addEventListener("click", () => this.leaveFull());
    root.querySelector("[data-again]").addEventListener("click", () => this.open(true));
    document.addEventListener("fullscreenchange", () => this.fullChanged());
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isFull) this.leaveFull();
    });
  }

  // --- Opening -----------------------------------------------------------------------------------
  /** `takesFocus`: asked for by hand, so the reader goes on inside. */
  async open(takesFocus) {
    this.close();
    this.failure.hidden = true;
    this.wait.hidden = false;
    this.root.dataset.phase = "opening";
    const isOffline = !navigator.onLine || "kept" in document.documentElement.dataset;
    this.isCarried = isOffline && (await isKept(this.frameAddress()));
    this.frame = this.newFrame();
    this.allow = limiter();
    this.takesFocus = takesFocus;
    this.watch();
    this.stage.append(this.frame);
  }

  frameAddress() {
    return new URL(this.words.address, location.href).href;
  }

  newFrame() {
    const frame = document.createElement("iframe");
    const address = this.frameAddress();
    frame.title = this.words.title;
    frame.className = "player-frame";
    frame.referrerPolicy = "no-referrer";
    frame.allow = "";
    // The worker sees only frames without the attribute; a kept page is shut by its own policy, and
    // the worker gives back no other (worker.js).
    if (!this.isCarried) frame.setAttribute("sandbox", "allow-scripts");
    frame.src = this.isCarried ? address.split("?")[0] : address;
    frame.addEventListener("load", () => this.loaded());
    return frame;
  }

  close() {
    clearTimeout(this.timer);
    if (this.frame) this.frame.remove();
    this.frame = null;
    this.hasSpoken = this.isReady = false;
  }

  watch() {
    clearTimeout(this.timer);
    if (!this.isReady) this.timer = setTimeout(() => this.fail(), SILENCE_MS);
  }

  /** A page that came and does not speak is not ours: an error, or a ticket that is too old. */
  loaded() {
    if (this.hasSpoken || !this.frame) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(), 2000);
  }

  fail(reason) {
    this.close();
    this.wait.hidden = true;
    this.failure.hidden = false;
    this.root.dataset.phase = "failed";
    const words = reason === "content" ? this.words.broken : navigator.onLine ? this.words.failed : this.words.offline;
    this.failure.querySelector("[data-failure-words]").textContent = words;
    if (this.isFull) this.leaveFull();
  }

  // --- What the frame says -----------------------------------------------------------------------
  hear(event) {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== "null") return;
    if (!this.allow()) return;
    const said = checked(event.data);
    if (!said) return;
    this.hasSpoken = true;
    this[`on_${said.type}`](said);
  }

  tell(type, rest) {
    // A document without an origin can be named only by its window.
    if (this.frame) this.frame.contentWindow.postMessage({ kheo: 1, type, ...rest }, "*");
  }

  async on_hello() {
    if (this.isStarted === this.frame) return;
    const frame = (this.isStarted = this.frame);
    this.watch();
    const files = this.isCarried ? await keptFiles(this.frameAddress()) : {};
    if (frame === this.frame) {
      this.tell("start", { state: this.outbox.states(this.isCarried), files, theme: theme() });
    }
  }

  on_progress() {
    this.watch();
  }

  on_ready() {
    this.isReady = true;
    clearTimeout(this.timer);
    this.wait.hidden = true;
    this.root.dataset.phase = "ready";
    if (this.takesFocus) this.frame.focus();
    this.outbox.flush();
    this.keepHere();
  }

  /** The frame stays on this device with its page, unless its reader saves data. */
  async keepHere() {
    if (!("kept" in this.words) || (navigator.connection && navigator.connection.saveData)) return;
    if (await keep(this.frameAddress())) this.words.kept = "here";
  }

  on_failed(said) {
    if (!this.isReady) this.fail(said.reason);
  }

  on_resize(said) {
    this.frame.style.height = `${Math.min(MOST, Math.max(LEAST, Math.ceil(said.height)))}px`;
  }

  on_state(said) {
    this.outbox.keepState(said);
  }

  on_done(said) {
    try {
      JSON.parse(said.data);
    } catch {
      return;
    }
    this.outbox.keepAnswers(said.data);
    this.root.dispatchEvent(new CustomEvent("kheo:done", { bubbles: true }));
  }

  on_event(said) {
    const detail = { verb: said.verb, whole: said.whole };
    this.root.dispatchEvent(new CustomEvent("kheo:event", { bubbles: true, detail }));
  }

  on_fullscreen(said) {
    if (!said.on) this.leaveFull();
    // Only in answer to a touch or a key: else any content could cover the page.
    else if (!navigator.userActivation || navigator.userActivation.isActive) this.enterFull();
  }

  // --- Full screen -------------------------------------------------------------------------------
  enterFull() {
    if (this.isFull) return;
    const filled = () => this.showFull(true);
    if (!this.root.requestFullscreen) filled();
    else this.root.requestFullscreen().then(() => {}, filled);
  }

  leaveFull() {
    if (document.fullscreenElement === this.root) document.exitFullscreen();
    else this.showFull(false);
  }

  fullChanged() {
    this.showFull(document.fullscreenElement === this.root);
  }

  showFull(isOn) {
    if (isOn === this.isFull) return;
    this.isFull = isOn;
    this.root.classList.toggle("is-full", isOn);
    document.documentElement.classList.toggle("has-full-player", isOn);
    this.fullButton.hidden = isOn;
    this.leaveButton.hidden = !isOn;
    (isOn ? this.leaveButton : this.fullButton).focus();
    this.tell("fullscreen", { on: isOn });
  }

  // --- What is said of sending -------------------------------------------------------------------
  say(name) {
    if (this.line.dataset.state === name) return;
    this.line.dataset.state = name;
    this.line.textContent = this.words[name] || "";
  }
}

addEventListener("message", (event) => {
  for (const player of players) player.hear(event);
});

// Far down the page it costs nothing until one comes near.
const nearby =
  "IntersectionObserver" in window &&
  new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        nearby.unobserve(entry.target);
        entry.target.player.open(false);
      }
    },
    { rootMargin: "300px" },
  );

function begin(within) {
  for (const root of within.querySelectorAll("[data-player]")) {
    if (root.player) continue;
    root.player = new Player(root);
    players.add(root.player);
    if (nearby) nearby.observe(root);
    else root.player.open(false);
  }
}

new MutationObserver(() => {
  for (const player of players) player.tell("theme", { theme: theme() });
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });

sweep();
begin(document);
addEventListener("htmx:load", (event) => begin(event.target));
