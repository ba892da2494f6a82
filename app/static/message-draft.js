// Keeps what is typed on a case on the server, after a pause and before leaving, for its author alone.
// Its form may be replaced by htmx at any time: everything is read when it happens.
(() => {
  let timer, waiting, leaving; // leaving: what was sent and is not answered yet, the form it came from

  const formOf = (element) => element.closest?.("form[data-message]");

  function body(form) {
    const data = new FormData(form), kept = new URLSearchParams();
    for (const name of ["jeton", "cle", "message", "entre-referents"]) if (data.has(name)) kept.set(name, data.get(name));
    return kept;
  }

  function say(form, text) {
    const place = form.querySelector("[data-kept]");
    if (place) place.textContent = text;
    return place;
  }

  async function keep(form) {
    waiting = null;
    if (!form.isConnected) return;
    const kept = body(form);
    try {
      const answer = await fetch(form.dataset.message, { method: "POST", body: kept, redirect: "manual", headers: { "HX-Request-Type": "partial" } });
      if (answer.status === 410) return document.dispatchEvent(new CustomEvent("ended", { detail: await answer.text() }));
      if (answer.status !== 204) throw answer;
      say(form, "Message gardé : vous seul le retrouverez ici.");
      sealed.release(form, kept);
    } catch (refused) {
      sealed.hold(form, say(form, refused.status === 413 ? "Message pas enregistré : il est trop long. Gardez l’essentiel, ou joignez un fichier." : "Message pas encore enregistré."));
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
  function send(form) {
    forget();
    leaving = { to: form.dataset.message, body: body(form) };
  }

  addEventListener("submit", (event) => formOf(event.target) && send(formOf(event.target)));
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => formOf(ctx.sourceElement) && send(formOf(ctx.sourceElement)));
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => { if (formOf(ctx.sourceElement)) leaving = null; });
  // What left and may not arrive is kept too: after the message itself, the server knows it by its key and forgets it.
  addEventListener("pagehide", () => {
    const kept = waiting?.isConnected ? { to: waiting.dataset.message, body: body(waiting) } : leaving;
    if (kept) navigator.sendBeacon(kept.to, kept.body);
    forget();
  });
})();
