// The form of an interactive content: texts with marks, fields that are shown by what others say,
// and files that are sent as soon as they are chosen.
const form = document.getElementById("content-form");

// --- Texts with marks: written as they will look. The textarea below stays what is sent; without
// scripts it shows the marks as they are written.
const tools = document.getElementById("rich-tools");

function show(area) {
  const box = document.createElement("div");
  const page = document.createElement("div");
  const label = area.labels[0];
  box.className = "rich";
  page.className = "rich-page";
  page.contentEditable = "true";
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  if (label) {
    label.id = label.id || `${area.id}-label`;
    page.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => page.focus());
  }
  // Parsed apart from the page: nothing in it runs or is fetched.
  page.append(...new DOMParser().parseFromString(area.value, "text/html").body.childNodes);
  page.addEventListener("input", () => {
    area.value = page.innerHTML;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  box.append(tools.content.cloneNode(true), page);
  for (const button of box.querySelectorAll("[data-mark]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the choice stays
    button.addEventListener("click", () => {
      page.focus();
      document.execCommand(button.dataset.mark);
    });
  }
  area.hidden = true;
  area.after(box);
}

function begin(within) {
  for (const area of within.querySelectorAll("textarea[data-rich]")) if (!area.hidden) show(area);
}

// --- Fields with a rule: the server has said what is shown; from here on each choice does ----------
function said(name) {
  const control = form.elements.namedItem(name);
  if (!control) return [];
  if (control.type === "checkbox") return [String(control.checked)];
  return control.multiple ? [...control.selectedOptions].map((option) => option.value) : [control.value];
}

/** What is hidden is sent all the same: nothing that was written is lost. */
function settle() {
  for (const box of form.querySelectorAll("[data-when]")) {
    const rule = JSON.parse(box.dataset.when);
    const holds = (part) =>
      said(part.name).some((value) => part.wanted.includes(part.is_library ? value.split(" ")[0] : value));
    box.hidden = !(rule.all ? rule.parts.every(holds) : rule.parts.some(holds));
  }
}

/** A browser cannot point at a field that it does not show. */
function uncover(field) {
  for (let box = field; box && box !== form; box = box.parentElement) {
    if (box.matches("details")) box.open = true;
    if (box.matches("[data-when]")) box.hidden = false;
  }
}

// --- Files ---------------------------------------------------------------------------------------
/** The form as the page would show it, with the one file that was chosen. */
function shownWith(input, tell) {
  const body = new FormData(form);
  for (const other of form.querySelectorAll(".entry-file-new")) if (other !== input) body.delete(other.name);
  body.set("do", "preview");
  return new Promise((done, miss) => {
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname);
    request.responseType = "document";
    request.upload.onprogress = (event) => tell(event.total ? Math.floor((event.loaded / event.total) * 10) * 10 : 0);
    request.onload = () => (request.response ? done(request.response) : miss(new Error("no page")));
    request.onerror = () => miss(new Error("no network"));
    request.send(body);
  });
}

async function send(field, input) {
  const state = field.querySelector("[data-file-state]");
  const tell = (percent) => {
    const words = percent ? `${field.dataset.sending} ${percent}%` : field.dataset.sending;
    if (state.textContent !== words) state.textContent = words;
  };
  tell(0);
  try {
    const fresh = (await shownWith(input, tell)).getElementById(field.id);
    if (!fresh) throw new Error("another page");
    field.replaceWith(fresh);
    const again = fresh.querySelector(".entry-file-new");
    if (!fresh.querySelector(".error")) fresh.querySelector("[data-file-state]").textContent = fresh.dataset.sent;
    again.focus();
    again.dispatchEvent(new Event("input", { bubbles: true })); // the preview follows
  } catch {
    state.textContent = field.dataset.unsent;
  }
}

if (tools) {
  document.execCommand("defaultParagraphSeparator", false, "p");
  begin(document);
}
if (form) {
  form.addEventListener("input", settle);
  form.addEventListener("change", (event) => {
    settle();
    const input = event.target;
    if (input.matches(".entry-file-new") && input.files.length) send(input.closest("[data-file]"), input);
  });
  form.addEventListener("invalid", (event) => uncover(event.target), true);
}
