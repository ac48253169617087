// Sending a certificate's link, and the sample page that follows the issuer's form as it is filled in.
for (const place of document.querySelectorAll("[data-share]")) {
  const url = place.dataset.share;
  const title = place.dataset.shareTitle;
  const copy = place.querySelector("[data-share-copy]");
  const send = place.querySelector("[data-share-send]");
  copy.hidden = !navigator.clipboard;
  send.hidden = !navigator.share;
  place.hidden = copy.hidden && send.hidden;
  copy.addEventListener("click", async () => {
    const words = copy.textContent;
    await navigator.clipboard.writeText(url);
    copy.textContent = place.dataset.copied;
    setTimeout(() => {
      copy.textContent = words;
    }, 4000);
  });
  send.addEventListener("click", () => navigator.share({ title, url }).catch(() => {}));
}

const form = document.querySelector("[data-sample-form]");
const sheet = document.querySelector("[data-sample]");

// Drawn anew when a field is left; while the form is unfit the last page stays.
async function redraw() {
  const answer = await fetch(sheet.dataset.sample, { method: "POST", body: new FormData(form) });
  if (!answer.ok) return;
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    sheet.querySelector("img").src = reader.result;
    sheet.hidden = false;
  });
  reader.readAsDataURL(await answer.blob());
}

if (form && sheet) form.addEventListener("change", () => redraw().catch(() => {}));
