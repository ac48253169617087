// Texts with marks, in the form of an interactive content: written as they will look. The textarea
// below stays what is sent; without scripts it shows the marks as they are written.
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

if (tools) {
  document.execCommand("defaultParagraphSeparator", false, "p");
  begin(document);
}
