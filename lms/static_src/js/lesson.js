// A lesson remembers, on this device, where one stopped reading; a practice question that could
// not be sent says so. The page works without this file.
const page = document.querySelector("[data-lesson]");
const body = document.querySelector("[data-body]");
const note = document.querySelector("[data-place]");
const key = page && `kheo:place:${page.dataset.lesson}`;
// Paragraphs, not pixels: the place stays right when the text size or the phone changes.
const stops = body ? [...body.querySelectorAll("p, h2, h3, li, figure, .practice, .case")] : [];

// Beside the lesson there is room for its outline.
if (matchMedia("(min-width: 56rem)").matches) document.querySelector("[data-outline]").open = true;

function remembered() {
  try {
    return Number(localStorage.getItem(key)) || 0;
  } catch {
    return 0;
  }
}

function remember(place) {
  try {
    if (place > 1) localStorage.setItem(key, String(place));
    else localStorage.removeItem(key);
  } catch {
    // Storage is full or closed: the lesson opens at its beginning next time.
  }
}

function firstSeen() {
  return Math.max(0, stops.findIndex((stop) => stop.getBoundingClientRect().bottom > 90));
}

function goOn() {
  const stop = stops[remembered()];
  if (!stop || location.hash || scrollY > 0 || remembered() < 2) return;
  stop.scrollIntoView({ block: "start", behavior: "instant" });
  note.hidden = false;
  setTimeout(() => (note.hidden = true), 8000);
  note.querySelector("button").addEventListener("click", () => {
    note.hidden = true;
    remember(0);
    scrollTo({ top: 0 });
    page.querySelector("h1").focus({ preventScroll: true });
  });
}

if (stops.length) {
  let waiting = 0;
  addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => remember(firstSeen()), 300);
  }, { passive: true });
  addEventListener("submit", (event) => {
    if ("done" in event.target.dataset) {
      clearTimeout(waiting);
      remember(0);
    }
  });
  goOn();
}

// What was said to an answer goes as soon as another one is chosen.
addEventListener("change", (event) => {
  const question = event.target.closest(".practice");
  if (!question) return;
  for (const said of question.querySelectorAll("[data-said]")) said.remove();
  for (const choice of question.querySelectorAll(".choice")) {
    choice.classList.remove("choice-right", "choice-wrong");
  }
});

function tellFailure(event) {
  const form = event.target.closest("form");
  if (!form || form.querySelector("[data-failure]")) return;
  const said = document.createElement("p");
  said.className = "error";
  said.setAttribute("role", "alert");
  said.dataset.failure = said.dataset.said = "";
  said.textContent = page.dataset.failed;
  form.lastElementChild.before(said);
}

addEventListener("htmx:beforeRequest", (event) => {
  for (const said of event.target.querySelectorAll("[data-failure]")) said.remove();
});

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  addEventListener(failure, tellFailure);
}
