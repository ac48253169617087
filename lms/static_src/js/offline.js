// The page shown without a network lists what this device has kept of its reader's pages.
const list = document.querySelector("[data-kept-pages]");

async function titleOf(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.title.replace(/ · Khéo$/, "");
}

async function listKept() {
  if (!("caches" in window) || !(await caches.has("kheo-pages"))) return;
  const cache = await caches.open("kheo-pages");
  for (const request of (await cache.keys()).reverse()) {
    const link = document.createElement("a");
    const words = document.createElement("span");
    const item = document.createElement("li");
    link.className = "line";
    link.href = request.url;
    words.textContent = await titleOf(await cache.match(request));
    link.append(words);
    item.append(link);
    list.querySelector("ul").append(item);
    list.hidden = false;
  }
}

/** A device says "online" too soon, or never: only an answer of the server is believed. */
async function tryAgain() {
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer) location.reload();
}

listKept();
addEventListener("online", tryAgain);
setInterval(() => document.hidden || tryAgain(), 5000);
