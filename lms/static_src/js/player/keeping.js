// A frame kept on this device with the page around it: its document and all its files in one cache
// of their own, complete or not at all. The worker gives the document back when the network does not
// answer; the files are carried in by message, since a frame without an origin has no worker.
const MOST_KEPT = 12;
const MOST_BYTES = 60 * 1024 * 1024;

const plain = (address) => address.split(/[?#]/)[0];
const nameOf = (address) => `kheo-frame:${new URL(plain(address)).pathname}`;

async function fetched(address, cache, count) {
  const response = await fetch(address, { credentials: "omit" });
  if (response.status !== 200) throw new Error(`${response.status} ${address}`);
  const blob = await response.blob();
  count(blob.size);
  await cache.put(plain(address), new Response(blob, { headers: { "Content-Type": blob.type } }));
  return blob;
}

async function hashOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}

/** The policy for a page whose only script is its own and whose files come as blobs. */
function keptPolicy(policy, hash) {
  return policy
    .split("; ")
    .map((rule) => {
      if (rule.startsWith("script-src ")) return `script-src ${hash} blob:`;
      if (/^(style|font)-src /.test(rule)) return `${rule} blob:`;
      return rule;
    })
    .join("; ");
}

async function filesOf(page, count, cache) {
  const told = JSON.parse(page.getElementById("playable").textContent);
  const styles = [...page.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.getAttribute("href"));
  const found = new Set([...told.scripts, ...told.files.map((file) => `${told.base}/${file}`)]);
  for (const address of styles) {
    const text = await (await fetched(address, cache, count)).text();
    for (const match of text.matchAll(/url\((['"]?)([^'")]+)\1\)/g)) {
      const name = match[2];
      if (!/^(data:|#)/.test(name)) found.add(plain(new URL(name, address).href));
    }
  }
  return { told, styles, found };
}

async function keepAs(name, address) {
  const cache = await caches.open(name);
  let bytes = 0;
  const count = (size) => {
    bytes += size;
    if (bytes > MOST_BYTES) throw new Error("too much to keep");
  };
  const response = await fetch(address, { credentials: "omit" });
  if (response.status !== 200 || !response.headers.has("Kheo-Keep")) throw new Error("not to be kept");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const files = await filesOf(page, count, cache);
  for (const file of files.found) await fetched(file, cache, count);
  const script = page.querySelector("script[src]");
  const code = (await (await fetch(script.src, { credentials: "omit" })).text()).replace(/<\/script/gi, "<\\/script");
  for (const link of page.querySelectorAll('link[rel="stylesheet"]')) link.remove();
  script.removeAttribute("src");
  script.textContent = code;
  // What one has answered is carried in as well: it changes, the page does not.
  page.getElementById("playable").textContent = JSON.stringify({ ...files.told, state: {} }).replace(/</g, "\\u003c");
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": keptPolicy(response.headers.get("Content-Security-Policy"), await hashOf(code)),
    "Kheo-Files": String(files.found.size + files.styles.length),
  };
  const html = `<!doctype html>${page.documentElement.outerHTML}`;
  await cache.put(plain(address), new Response(html, { headers }));
}

/** Keeps what the frame at this address needs, unless it is kept already; true when it is. */
export async function keep(address) {
  const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  if (!("caches" in window) || !crypto.subtle || !worker) return false;
  if (await isKept(address)) return true;
  const name = nameOf(address);
  try {
    await keepAs(name, address);
  } catch {
    await caches.delete(name);
    return false;
  }
  const kept = (await caches.keys()).filter((other) => other.startsWith("kheo-frame:"));
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST_KEPT))) await caches.delete(old);
  return true;
}

export async function isKept(address) {
  if (!("caches" in window)) return false;
  const name = nameOf(address);
  if (!(await caches.has(name))) return false;
  return Boolean(await (await caches.open(name)).match(plain(address), { ignoreVary: true }));
}

/** Every kept file but the page, by its address. */
export async function keptFiles(address) {
  const cache = await caches.open(nameOf(address));
  const files = {};
  for (const request of await cache.keys()) {
    if (request.url === plain(address)) continue;
    files[request.url] = await (await cache.match(request)).blob();
  }
  return files;
}
