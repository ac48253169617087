// Sitting a paper: every change is kept on this device first, then sent until the server has it.
// The page works without this file by posting the whole form.
const form = document.getElementById("attempt");
const words = form.dataset;
const questions = [...form.querySelectorAll(".question")];
const byNumber = new Map(questions.map((question) => [Number(question.dataset.n), question]));
const state = form.querySelector("[data-state]");
const problem = form.querySelector("[data-problem]");
const signedOut = form.querySelector("[data-signed-out]");
const dialog = document.getElementById("sure");
const links = new Map(
  [...form.querySelectorAll(".navigator a")].map((link) => [Number(link.hash.slice(2)), link]),
);

// --- What is kept on the device ----------------------------------------------------------------
// One entry a question, so that two tabs never overwrite each other's answers:
// kheo:<attempt>:<position> = {chosen, sequence, given}; it goes when the server has it.
const PREFIX = `kheo:${words.attempt}:`;
const memory = new Map();
// On a shared computer it goes when the page is closed.
const keeper = () => ("shared" in document.documentElement.dataset ? sessionStorage : localStorage);
let isLasting = true;

function read(key) {
  try {
    return isLasting ? keeper().getItem(key) : memory.get(key) || null;
  } catch {
    return memory.get(key) || null;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    keeper().setItem(key, value);
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

function keptKeys() {
  try {
    if (isLasting) return Object.keys(keeper());
  } catch {
    isLasting = false;
  }
  return [...memory.keys()];
}

function readEntry(position) {
  try {
    return JSON.parse(read(PREFIX + position));
  } catch {
    return null;
  }
}

function waiting() {
  const entries = [];
  for (const key of keptKeys()) {
    if (!key.startsWith(PREFIX)) continue;
    const position = Number(key.slice(PREFIX.length));
    const entry = readEntry(position);
    if (entry && byNumber.has(position)) entries.push({ position, ...entry });
  }
  return entries.sort((a, b) => a.sequence - b.sequence);
}

function newDevice() {
  const parts = crypto.getRandomValues(new Uint32Array(4));
  return [...parts].map((part) => part.toString(36)).join("-");
}

function device() {
  let name = read("kheo:device");
  if (!name) write("kheo:device", (name = newDevice()));
  return name;
}

function nextSequence() {
  const next = Number(read("kheo:sequence") || 0) + 1;
  write("kheo:sequence", String(next));
  return next;
}

function sweepOldAttempts() {
  const old = Date.now() - 14 * 24 * 3600 * 1000;
  for (const key of keptKeys()) {
    if (!/^kheo:[^:]+:(\d+|said)$/.test(key)) continue;
    try {
      if (JSON.parse(read(key)).given < old) forget(key);
    } catch {
      forget(key);
    }
  }
}

/** What the server has of this device's answers, for a page that was kept from before them. */
const SAID = `${PREFIX}said`;

function said() {
  try {
    return JSON.parse(read(SAID)) || {};
  } catch {
    return {};
  }
}

function rememberSaid(answers) {
  write(SAID, JSON.stringify({ ...said(), ...answers, given: Date.now() }));
}

// --- What is seen ------------------------------------------------------------------------------
function chosenOf(question) {
  return [...question.querySelectorAll(".choice input:checked")].map((input) => input.value);
}

function show(position, chosen) {
  for (const input of byNumber.get(position).querySelectorAll(".choice input")) {
    input.checked = chosen.includes(input.value);
  }
}

function mark(position, text, isWaiting) {
  const line = byNumber.get(position).querySelector("[data-mark]");
  line.textContent = text;
  line.classList.toggle("saved-waiting", Boolean(isWaiting));
}

function say(name, text) {
  if (state.dataset.state === name && state.textContent.trim() === text) return;
  state.dataset.state = name;
  state.querySelector("[data-words]").textContent = text;
}

function unanswered() {
  return questions.filter((question) => !chosenOf(question).length).map((q) => Number(q.dataset.n));
}

function countAnswers() {
  const missing = unanswered();
  const text = missing.length ? words.missing.replace("%s", missing.join(", ")) : words.all;
  form.querySelector("[data-count-now]").textContent = questions.length - missing.length;
  for (const line of document.querySelectorAll("[data-missing-words]")) line.textContent = text;
  links.forEach((link, position) => {
    const isAnswered = !missing.includes(position);
    link.classList.toggle("is-answered", isAnswered);
    link.setAttribute("aria-label", `${position}: ${isAnswered ? words.answered : words.unanswered}`);
  });
}

function tellProblem(text) {
  problem.textContent = text || "";
  problem.hidden = !text;
}

// --- The server's clock ------------------------------------------------------------------------
const clock = form.querySelector("[data-clock]");
const announced = new Set();
let endsAt = 0;
let isOver = false;

function setRemaining(seconds, since) {
  endsAt = since + seconds * 1000;
}

function tick() {
  const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  const minutes = Math.floor(left / 60);
  clock.textContent = `${minutes}:${String(left % 60).padStart(2, "0")}`;
  form.querySelector(".attempt-bar").classList.toggle("timer-soon", left <= 300);
  for (const limit of [5, 1]) {
    if (left && left <= limit * 60 && left > limit * 60 - 30 && !announced.has(limit)) {
      announced.add(limit);
      say(state.dataset.state, words.minutesLeft.replace("%s", limit));
    }
  }
  if (!left && !isOver) end();
}

function end() {
  isOver = true;
  for (const question of questions) question.disabled = true;
  say("saving", words.over);
  leave();
}

// --- Sending -----------------------------------------------------------------------------------
let version = Number(words.version);
let sending = null;
let failures = 0;
let retry = 0;

function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
}

function post(entries, keepalive) {
  const now = Date.now();
  const answers = entries.map((entry) => ({
    position: entry.position,
    sequence: entry.sequence,
    chosen: entry.chosen,
    age_ms: Math.max(0, now - entry.given),
  }));
  const cancel = new AbortController();
  const timer = setTimeout(() => cancel.abort(), 20000);
  return fetch(words.save, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ device: device(), answers }),
    redirect: "manual",
    credentials: "same-origin",
    signal: cancel.signal,
    keepalive,
  }).finally(() => clearTimeout(timer));
}

/** Sends what waits (or asks what the server has, when nothing waits); true when all is there. */
function flush() {
  if (!sending) {
    sending = sendAll().finally(() => {
      sending = null;
    });
  }
  return sending;
}

async function sendAll() {
  clearTimeout(retry);
  do {
    const entries = waiting().slice(0, 100);
    if (entries.length) say("saving", words.saving);
    let response;
    let reply = {};
    const asked = performance.now();
    try {
      response = await post(entries);
      if (/json/.test(response.headers.get("Content-Type"))) reply = await response.json();
    } catch {
      return failed();
    }
    if (!take(response, reply, asked)) return false;
    if (reply.version > version && !reply.responses && !(await catchUp())) return failed();
  } while (waiting().length);
  failures = 0;
  if (!isOver && !isLeaving) say("saved", lastSaved ? words.savedAt.replace("%s", lastSaved) : words.saved);
  return true;
}

let lastSaved = "";

function take(response, reply, asked) {
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
    signedOut.hidden = false;
    return failed();
  }
  signedOut.hidden = true;
  if (response.status >= 500 || response.status === 429 || !reply.receipts) {
    if (response.status >= 500 || response.status === 429) return failed();
    tellProblem(reply.detail || words.offline);
    return failed();
  }
  tellProblem(response.status === 409 ? reply.detail : "");
  const received = performance.now();
  setRemaining(reply.remaining, received - (received - asked) / 2);
  for (const receipt of reply.receipts) settle(receipt, reply.at);
  if (reply.responses) adopt(reply);
  return true;
}

/** Nothing is lost: it stays on the device and is tried again, more and more patiently. */
function failed() {
  failures += 1;
  const left = waiting();
  for (const entry of left) mark(entry.position, words.waiting, true);
  say("offline", isLasting ? words.offline : words.memory);
  if (isLeaving) tellProblem(words.stuck.replace("%s", left.length));
  const pause = Math.min(30000, 1000 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2);
  clearTimeout(retry);
  retry = setTimeout(flush, pause);
  return false;
}

function settle(receipt, at) {
  const position = receipt.position;
  const entry = readEntry(position);
  if (!entry || entry.sequence !== receipt.sequence) return;
  forget(PREFIX + position);
  if (receipt.verdict === "accepted") {
    lastSaved = at;
    form.elements[`b${position}`].value = entry.chosen.join(",");
    rememberSaid({ [position]: entry.chosen });
    mark(position, words.savedAt.replace("%s", at));
  } else {
    mark(position, words.late, true);
  }
}

async function catchUp() {
  const asked = performance.now();
  try {
    const response = await post([]);
    return take(response, await response.json(), asked);
  } catch {
    return false;
  }
}

/** Another device has answered: its answers are shown, except where this one has something new. */
function adopt(reply) {
  if (reply.finished) {
    location.replace(words.result);
    return;
  }
  version = Math.max(version, reply.version);
  rememberSaid(reply.responses);
  for (const position of byNumber.keys()) {
    if (readEntry(position)) continue;
    const chosen = reply.responses[position] || [];
    form.elements[`b${position}`].value = chosen.join(",");
    show(position, chosen);
  }
  countAnswers();
}

// --- Answering ---------------------------------------------------------------------------------
let soon = 0;

/** Keeps what a question now says on this device, and sends it soon. */
function keep(question) {
  const position = Number(question.dataset.n);
  const entry = { chosen: chosenOf(question), sequence: nextSequence(), given: Date.now() };
  write(PREFIX + position, JSON.stringify(entry));
  mark(position, failures ? words.waiting : words.saving, true);
  if (!failures) say("saving", words.saving);
  countAnswers();
  clearTimeout(soon);
  soon = setTimeout(flush, 500);
}

form.addEventListener("change", (event) => {
  const question = event.target.closest(".question");
  if (question && !isOver) keep(question);
});

/** On a slow network one may answer before this file has come: those answers are kept too. */
function keepEarlyAnswers() {
  for (const question of questions) {
    const base = form.elements[`b${question.dataset.n}`].value.split(",").sort().join();
    if (chosenOf(question).sort().join() !== base) keep(question);
  }
}

/** A page kept from before some answers is brought to what the server has by now. */
function showSaid() {
  const known = said();
  for (const position of byNumber.keys()) {
    const chosen = known[position];
    if (!chosen) continue;
    form.elements[`b${position}`].value = chosen.join(",");
    show(position, chosen);
    mark(position, words.saved);
  }
}

// Another tab of this device: its answers appear here, and its receipts count here.
addEventListener("storage", (event) => {
  if (!event.key || !event.key.startsWith(PREFIX)) return;
  const position = Number(event.key.slice(PREFIX.length));
  if (!byNumber.has(position)) return;
  const chosen = JSON.parse(event.newValue || event.oldValue).chosen;
  show(position, chosen);
  mark(position, event.newValue ? words.saving : words.saved, Boolean(event.newValue));
  if (!event.newValue) form.elements[`b${position}`].value = chosen.join(",");
  countAnswers();
});

// --- Submitting --------------------------------------------------------------------------------
let isLeaving = false;
let isReleased = false;

/** Submits once the server has every answer; without network it waits and says so. */
async function leave() {
  if (isLeaving && !isOver) return;
  isLeaving = true;
  if (!isOver) say("saving", words.submitting);
  for (const button of form.querySelectorAll("[data-submit]")) button.setAttribute("aria-busy", "true");
  while (!(await flush())) {
    await new Promise((go) => {
      addEventListener("online", go, { once: true });
      setTimeout(go, 3000);
    });
  }
  if (isReleased) return;
  isReleased = true;
  form.elements.ask.disabled = true;
  form.submit();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const missing = unanswered();
  if (!missing.length || isOver) leave();
  else if (dialog.showModal) dialog.showModal();
  else if (confirm(words.missing.replace("%s", missing.join(", ")))) leave();
});

dialog.addEventListener("click", (event) => {
  const choice = event.target.dataset;
  if ("stay" in choice || "leave" in choice) dialog.close();
  if ("stay" in choice && unanswered().length) location.hash = `c${unanswered()[0]}`;
  if ("leave" in choice) leave();
});

// --- The map of questions ----------------------------------------------------------------------
const map = form.querySelector("[data-map]");
const isWide = matchMedia("(min-width: 60rem)");
map.open = isWide.matches;
map.addEventListener("click", (event) => {
  if (event.target.closest("a") && !isWide.matches) map.open = false;
});

if ("IntersectionObserver" in window) {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(Number(entry.target.dataset.n)).setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-30% 0px -60% 0px" },
  );
  for (const question of questions) watcher.observe(question);
}

// --- Beginning, coming and going ---------------------------------------------------------------
function hurry() {
  const entries = waiting();
  if (entries.length) post(entries, true).catch(() => {});
}

addEventListener("online", flush);
addEventListener("offline", failed);
addEventListener("pagehide", hurry);
addEventListener("pageshow", (event) => event.persisted && flush());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") flush();
  else hurry();
});

sweepOldAttempts();
const visit = performance.getEntriesByType("navigation")[0];
const keptAt = Number(document.documentElement.dataset.kept);
const age = keptAt ? Math.max(0, (Date.now() - keptAt) / 1000) : 0;
setRemaining(Number(words.remaining) - age, visit ? visit.responseStart : 0);
if (keptAt) showSaid();
keepEarlyAnswers();
for (const entry of waiting()) {
  show(entry.position, entry.chosen);
  mark(entry.position, words.waiting, true);
}
countAnswers();
tick();
setInterval(tick, 500);
if (waiting().length || keptAt) flush();
