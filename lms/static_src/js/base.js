// What every page has: toasts, display settings, the menu, confirming by name, the state of the network.
// Every page works without this file.
const root = document.documentElement;
root.classList.add("js");

export function toast(text, kind = "info") {
  const region = document.querySelector("[data-toasts]");
  const template = document.getElementById("toast-template");
  if (!region || !template) return;
  const item = template.content.firstElementChild.cloneNode(true);
  item.className = `toast toast-${kind}`;
  item.querySelector("p").textContent = text;
  region.append(item);
  if (kind !== "error") setTimeout(() => item.remove(), 8000);
}

// A page names its place when the address does not.
const place = document.body.dataset.nav;
if (place) {
  for (const link of document.querySelectorAll("[data-nav].nav-item, [data-nav].tabbar-item")) {
    if (link.dataset.nav === place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function applyDisplay(form, button) {
  if (button.name === "theme") root.dataset.theme = button.value;
  if (button.name === "text_size") root.dataset.textSize = button.value;
  for (const other of form.querySelectorAll(`[name="${button.name}"]`)) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const body = new FormData(form);
  body.append(button.name, button.value);
  return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
}

// A form with data-confirm="what will happen" is sent only after its reader has agreed to just that.
function askFirst(form, submitter) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const title = document.createElement("h2");
  title.textContent = form.dataset.confirm;
  const actions = document.createElement("div");
  actions.className = "actions";
  const go = document.createElement("button");
  const isDanger = form.dataset.confirmKind !== "plain";
  go.className = `button ${isDanger ? "button-danger" : "button-primary"}`;
  go.textContent = form.dataset.confirmVerb || (submitter && submitter.textContent.trim()) || "OK";
  const back = document.createElement("button");
  back.className = "button";
  back.textContent = form.dataset.confirmBack || document.body.dataset.back;
  back.autofocus = true;
  actions.append(go, back);
  dialog.append(title);
  if (form.dataset.confirmNote) {
    const note = document.createElement("p");
    note.textContent = form.dataset.confirmNote;
    dialog.append(note);
  }
  dialog.append(actions);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  back.addEventListener("click", () => dialog.close());
  go.addEventListener("click", () => {
    form.dataset.agreed = "";
    dialog.close();
    form.requestSubmit(submitter || undefined);
  });
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const submitter = event.submitter;
  if ("display" in form.dataset && submitter) {
    event.preventDefault();
    applyDisplay(form, submitter).catch(() => {});
    return;
  }
  if (form.dataset.confirm && !("agreed" in form.dataset)) {
    if (!window.HTMLDialogElement || !form.requestSubmit) {
      if (!window.confirm(form.dataset.confirm)) event.preventDefault();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    askFirst(form, submitter);
    return;
  }
  delete form.dataset.agreed;
  // A second tap on a slow network sends nothing twice.
  if (form.method === "post" && submitter && !event.defaultPrevented && !("again" in form.dataset)) {
    setTimeout(() => {
      if (event.defaultPrevented) return;
      submitter.setAttribute("aria-busy", "true");
      submitter.disabled = true;
    });
  }
}, true);

// Coming back by the browser's arrow finds the buttons awake.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll('[aria-busy="true"]:disabled')) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-dismiss]")) target.closest("[data-toast]").remove();
  const opener = target.closest("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (target.closest("[data-close]")) target.closest("dialog").close();
  if (target.closest("[data-print]")) window.print();
  const menu = document.querySelector("[data-menu][open]");
  if (menu && !menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("[data-menu][open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Seeing what one types helps on a small keyboard.
document.addEventListener("change", (event) => {
  const field = event.target.dataset.reveal && document.getElementById(event.target.dataset.reveal);
  if (field) field.type = event.target.checked ? "text" : "password";
});

// Among many choices one finds by typing, with or without accents; what is chosen stays in sight.
const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
for (const search of document.querySelectorAll("[data-sift]")) {
  const choices = document.getElementById(search.dataset.sift).querySelectorAll("label");
  search.addEventListener("input", () => {
    const wanted = folded(search.value.trim());
    for (const choice of choices) {
      const isChosen = choice.querySelector("input").checked;
      choice.hidden = !isChosen && !folded(choice.textContent).includes(wanted);
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// A filter that has data-auto sends itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && "auto" in form.dataset) form.requestSubmit();
});

const connection = document.querySelector("[data-connection]");
if (connection) {
  const keptAt = Number(root.dataset.kept);
  const show = () => {
    connection.hidden = navigator.onLine && !keptAt;
  };
  if (keptAt) {
    const time = new Date(keptAt).toTimeString().slice(0, 5);
    connection.querySelector("span").textContent = connection.dataset.kept.replace("%s", time);
  }
  addEventListener("online", () => {
    connection.hidden = true;
    toast(connection.dataset.online, "success");
  });
  addEventListener("offline", show);
  show();
}

if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
