// Passkeys: the device answers the server's question, and the answer goes with the form.
// <form data-passkey="create|get|login"> has a hidden [name=credential] and a [data-passkey-error];
// the question stands in the page (#js_data), for "login" it is asked for when it is needed.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const withBytes = (list) => (list || []).map((item) => ({ ...item, id: toBytes(item.id) }));

function creation(options, isPasskey) {
  const publicKey = options.publicKey;
  const key = isPasskey ? "required" : "discouraged";
  const selection = { ...publicKey.authenticatorSelection, residentKey: key, requireResidentKey: isPasskey };
  if (isPasskey) selection.userVerification = "required";
  return {
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: selection,
    },
  };
}

function asking(options) {
  const publicKey = options.publicKey;
  return {
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  };
}

function plain(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function question(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById("js_data").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function answer(form) {
  const asked = await question(form);
  if (form.dataset.passkey === "create") {
    const box = form.querySelector("[name=passwordless]");
    return navigator.credentials.create(creation(asked.creation_options, Boolean(box && box.checked)));
  }
  return navigator.credentials.get(asking(asked.request_options));
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const error = form.querySelector("[data-passkey-error]");
  const say = (words) => {
    error.hidden = false;
    if (words) error.querySelector("span").textContent = words;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      say(error.dataset.unsupported);
      return;
    }
    error.hidden = true;
    answer(form)
      .then((credential) => {
        form.querySelector("[name=credential]").value = JSON.stringify(plain(credential));
        form.submit();
      })
      .catch(() => say());
  });
}

// "A shared computer", ticked once, counts for every way in.
for (const box of document.querySelectorAll("[data-same-as]")) {
  const ticked = document.getElementById(box.dataset.sameAs);
  box.closest("form").addEventListener("submit", () => {
    box.checked = ticked.checked;
  });
}
