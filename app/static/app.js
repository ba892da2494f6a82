// The list and the case page, alive: the stream comes back after a cut. Comfort only: without scripts the same pages work
// by loading them again.
let stream, heard = Date.now();

document.addEventListener("htmx:sse:after:connection", (event) => { stream = event.detail.connection; heard = Date.now(); });
document.addEventListener("htmx:sse:after:message", () => { heard = Date.now(); count(); });

// « (3) Mes demandes »: how many wait, in the browser's tab too.
function count() {
  const figure = document.getElementById("a-traiter");
  if (!document.getElementById("demandes") || !figure) return;
  document.title = (figure.hidden ? "" : `(${parseInt(figure.textContent)}) `) + document.title.replace(/^\(\d+\) /, "");
}

function reconnect() {
  stream?.reader?.cancel();
  document.querySelectorAll("[data-stream]").forEach((element) => htmx.trigger(element, "flux"));
}

// The server speaks every 25 s: a minute of silence is a dead line. A first connection that failed is tried again.
setInterval(() => { if (Date.now() - heard > 60000 && !document.hidden) { heard = Date.now(); reconnect(); } }, 5000);
addEventListener("online", reconnect);

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-print]")) return;
  event.preventDefault();
  print();
});
