// Units are found while one types, and the tree is walked with arrows. The page works without this
// file: the form is sent with its button, and branches open by themselves.
const form = document.querySelector("[data-units]");
const place = document.querySelector("[data-units-found]");
let wanted = 0;

async function find() {
  const query = new URLSearchParams(new FormData(form));
  for (const name of [...query.keys()]) if (!query.get(name)) query.delete(name);
  const address = `${location.pathname}?${query}`;
  wanted += 1;
  const mine = wanted;
  place.setAttribute("aria-busy", "true");
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-units-found]");
  if (mine !== wanted || !found) return;
  place.replaceChildren(...found.childNodes);
  place.removeAttribute("aria-busy");
  history.replaceState(null, "", address);
}

if (form && place) {
  let waiting;
  form.elements.q.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find().catch(() => form.submit()), 250);
  });
}

const isShown = (item) => !item.closest("details:not([open]) > :not(summary)");
const steps = (tree) => [...tree.querySelectorAll("summary, a")].filter(isShown);

function goTo(item) {
  if (item) item.focus();
  return Boolean(item);
}

function open(item, next) {
  const branch = item.matches("summary") && item.parentElement;
  if (!branch) return false;
  if (branch.open) return goTo(next);
  branch.open = true;
  return true;
}

function close(item) {
  const own = item.matches("summary") && item.parentElement.open && item.parentElement;
  if (own) {
    own.open = false;
    return true;
  }
  const from = item.matches("summary") ? item.parentElement.parentElement : item;
  const above = from.closest("details");
  return goTo(above && above.querySelector("summary"));
}

function spell(items, at, letter) {
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  // "Phường Hoa Lư" is met under its last words too: the level says little.
  const meets = (item) => fold(item.textContent.trim()).split(/\s+/).some((word) => word.startsWith(letter));
  return goTo([...items.slice(at + 1), ...items.slice(0, at)].find(meets));
}

document.addEventListener("keydown", (event) => {
  const tree = event.target.closest("[data-tree]");
  if (!tree || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = steps(tree);
  const at = items.indexOf(event.target);
  const deeds = {
    ArrowDown: () => goTo(items[at + 1]),
    ArrowUp: () => goTo(items[at - 1]),
    Home: () => goTo(items[0]),
    End: () => goTo(items[items.length - 1]),
    ArrowRight: () => open(event.target, items[at + 1]),
    ArrowLeft: () => close(event.target),
  };
  const deed = deeds[event.key] || (/^[a-z]$/.test(event.key) && (() => spell(items, at, event.key)));
  if (deed && deed()) event.preventDefault();
});
