// The service worker: without a network it gives back what this device was allowed to keep, else
// the house's own page that says so. `self.kheo` comes before it: version, page, shell.
// A server's answer is kept only when its header Kheo-Keep says so; signing out forgets them all.
const SHELL = `kheo-shell-${self.kheo.version}`;
const PAGES = "kheo-pages";
const FILES = "kheo-files";
const ANY = { ignoreVary: true };
const MOST_PAGES = 24;
const MOST_FILES = 80;
// Frames of interactive content are put here by the page around them (player/keeping.js).
const FRAME = "kheo-frame:";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(
    caches.open(SHELL).then((shell) =>
      shell.addAll(self.kheo.shell.map((path) => new Request(path, { cache: "no-cache" }))),
    ),
  );
});

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("kheo-shell-") && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

/** The newest last; what is too much goes, the oldest first. */
async function keep(name, request, response, most) {
  const cache = await caches.open(name);
  await cache.delete(request, ANY);
  await cache.put(request, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((old) => cache.delete(old)));
}

/** A page as it will be given back: it says that it was kept, and when. */
async function asKept(response) {
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const html = await response.text();
  return new Response(html.replace("<html ", `<html data-kept="${Date.now()}" `), { headers });
}

const isLeaving = (url) => /^\/tai-khoan\/(dang-xuat|dang-nhap)\//.test(new URL(url).pathname);

/** Signing out leaves nothing of what was learnt. */
async function forget() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name === PAGES || name.startsWith(FRAME)).map((name) => caches.delete(name)),
  );
}

/** A player's frame: without a network as it was kept, if it shuts itself off as it must. */
async function openFrame(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    const path = new URL(event.request.url).pathname;
    const name = FRAME + path;
    const kept = (await caches.has(name)) && (await (await caches.open(name)).match(path, ANY));
    const policy = (kept && kept.headers.get("Content-Security-Policy")) || "";
    return policy.startsWith("sandbox allow-scripts;") ? kept : Response.error();
  }
}

async function open(event) {
  const request = event.request;
  let response;
  try {
    response = (await event.preloadResponse) || (await fetch(request));
  } catch {
    const pages = await caches.open(PAGES);
    return (await pages.match(request, ANY)) || (await caches.match(self.kheo.page, ANY)) || Response.error();
  }
  if (isLeaving(response.url || request.url)) event.waitUntil(forget());
  else if (response.ok && response.headers.has("Kheo-Keep")) {
    const copy = response.clone();
    event.waitUntil(asKept(copy).then((page) => keep(PAGES, request.url, page, MOST_PAGES)));
  }
  return response;
}

/** Styles, scripts, typefaces and the pictures of lessons: from the network, else as last seen. */
async function load(event) {
  const request = event.request;
  try {
    const response = await fetch(request);
    if (response.status === 200 && !(await caches.match(request, ANY))) {
      event.waitUntil(keep(FILES, request, response.clone(), MOST_FILES));
    }
    return response;
  } catch (failure) {
    const seen = await caches.match(request, ANY);
    if (seen) return seen;
    throw failure;
  }
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname.startsWith("/tep/tuong-tac/")) {
    event.respondWith(openFrame(event));
  } else if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(open(event));
    else if (isLeaving(request.url)) event.waitUntil(forget());
  } else if (request.method === "GET" && /^\/(static|tep\/images)\//.test(url.pathname)) {
    event.respondWith(load(event));
  }
});
