// Keeps what is typed on a case on the server, after a pause and before leaving, for its author alone.
// Its form may be replaced by htmx at any time: everything is read when it happens.
(() => {
  let timer, waiting;

  const formOf = (element) => element.closest?.("form[data-message]");

  function body(form) {
    const data = new FormData(form), kept = new URLSearchParams();
    for (const name of ["jeton", "cle", "message", "entre-referents"]) if (data.has(name)) kept.set(name, data.get(name));
    return kept;
  }

  function say(form, text) {
    const place = form.querySelector("[data-kept]");
    if (place) place.textContent = text;
  }

  async function keep(form) {
    waiting = null;
    if (!form.isConnected) return;
    try {
      const answer = await fetch(form.dataset.message, { method: "POST", body: body(form), redirect: "manual" });
      if (answer.status !== 204) throw answer;
      say(form, "Message gardé : vous seul le retrouverez ici.");
    } catch (refused) {
      say(form, "Message pas encore gardé.");
      if (!(refused instanceof Response)) later(form, 5000);
    }
  }

  function later(form, pause) {
    waiting = form;
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), pause);
  }

  function forget() {
    waiting = null;
    clearTimeout(timer);
  }

  addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (form && /^(message|entre-referents)$/.test(event.target.name)) later(form, 1200);
  });
  addEventListener("submit", (event) => formOf(event.target) && forget());
  document.addEventListener("htmx:before:request", (event) => formOf(event.detail.ctx.sourceElement) && forget());
  addEventListener("pagehide", () => {
    if (waiting?.isConnected) navigator.sendBeacon(waiting.dataset.message, body(waiting));
    forget();
  });
})();
