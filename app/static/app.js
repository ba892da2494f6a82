// The list and the case page, alive: the stream comes back after a cut, and a form says when it could not be sent.
// Everything here is comfort: without scripts the same pages work by loading them again.
let stream, heard = Date.now();

document.addEventListener("htmx:sse:after:connection", (event) => { stream = event.detail.connection; heard = Date.now(); });
document.addEventListener("htmx:sse:after:message", () => { heard = Date.now(); });

function reconnect() {
  stream?.reader?.cancel();
  document.querySelectorAll("[data-stream]").forEach((element) => htmx.trigger(element, "flux"));
}

// The server speaks every 25 s: a minute of silence is a dead line. A first connection that failed is tried again.
setInterval(() => { if (Date.now() - heard > 60000 && !document.hidden) { heard = Date.now(); reconnect(); } }, 5000);
addEventListener("online", reconnect);

function say(form, text) {
  const place = form?.querySelector("[data-sending]");
  if (place) place.textContent = text;
}

// What is typed while a message is on its way is the next one's: the fresh form gets it.
let sent = "", since = "";
document.addEventListener("htmx:before:request", (event) => {
  const form = event.detail.ctx.sourceElement.closest("form[data-keep]");
  if (!form) return;
  say(form, "Envoi en cours…");
  sent = form.elements.message?.value ?? "";
});
document.addEventListener("htmx:before:swap", (event) => {
  const typed = event.detail.ctx.sourceElement?.closest?.("form[data-keep]")?.elements.message?.value ?? sent;
  since = typed.startsWith(sent) ? typed.slice(sent.length) : typed;
});

// The form's key makes a repeated send count once: it is tried again until an answer comes.
let retry;
function sendAgain() {
  clearTimeout(retry?.timer);
  const form = retry?.form;
  retry = null;
  if (form?.isConnected) form.requestSubmit();
}
document.addEventListener("htmx:error", (event) => {
  const form = event.detail.ctx?.sourceElement?.closest?.("form[data-keep]");
  if (!form) return;
  say(form, "Non envoyé : la ligne est coupée. Votre texte est gardé, l’envoi repart dès qu’elle revient.");
  clearTimeout(retry?.timer);
  retry = { form, timer: setTimeout(sendAgain, 3000) };
});
addEventListener("online", sendAgain);

document.addEventListener("htmx:after:swap", (event) => {
  const form = event.detail.ctx.sourceElement?.closest?.("form");
  if (form?.hasAttribute("data-keep")) {
    const field = document.getElementById("message");
    if (field && since) field.value += since;
    field?.focus();
  }
  else if (form && !form.isConnected) document.querySelector("#cloture input, #cloture h2")?.focus?.();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-print]")) return;
  event.preventDefault();
  print();
});
