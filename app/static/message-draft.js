// Keeps what is typed on a case on the server, after a pause and before leaving, for its author alone.
// Its form may be replaced by htmx at any time: everything is read when it happens.
(() => {
  const KEPT = ["jeton", "cle", "version", "message", "lecteurs", "signature", "rappel"];
  let timer, waiting, leaving, typed = 0;
  // waiting: the form whose words are not kept yet. leaving: what was sent and is not answered yet. typed: changes so far.

  const formOf = (element) => element.closest?.("form[data-message]");

  function body(form) {
    saves.next(form);
    const data = new FormData(form), kept = new URLSearchParams();
    for (const name of KEPT) if (data.has(name)) kept.set(name, data.get(name));
    return kept;
  }

  function say(form, text) {
    const place = form.querySelector("[data-kept]");
    if (place) place.textContent = text;
    return place;
  }

  async function keep(form) {
    const at = typed;
    clearTimeout(timer);
    if (!form.isConnected) return;
    const kept = body(form);
    try {
      const answer = await fetch(`${form.dataset.message}?fragment=1`, { method: "POST", body: kept, redirect: "manual", headers: { "HX-Request-Type": "partial" } });
      const text = await answer.text(), both = answer.status === 202;
      if (saves.foreign(text)) throw answer;
      if (answer.status === 410) {
        sealed.hold(form, say(form, ""));
        return document.dispatchEvent(new CustomEvent("ended", { detail: text }));
      }
      if (answer.status === 409) return say(form, "Ce message est déjà parti : il est dans le fil.");
      if (answer.status !== 204 && !both) throw answer;
      if (typed === at) waiting = null;
      say(form, both ? "Message gardé à part : un autre texte, écrit depuis une autre page, est gardé aussi." : "Message gardé : vous seul le retrouverez ici.");
      sealed.release(form, kept);
      if (!both) return;
      saves.show(form, text);
      document.getElementById("annonces").textContent = "Un texte écrit depuis une autre page est gardé aussi : il est affiché au-dessus du formulaire.";
    } catch (refused) {
      sealed.hold(form, say(form, refused.status === 413 ? "Message pas enregistré : il est trop long. Gardez l’essentiel, ou joignez un fichier." : "Message pas encore enregistré."));
      if (form.isConnected && !/413|422/.test(refused.status)) later(form, 5000);
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
    if (event.data === "@") import("/s/names.js");
    if (form && KEPT.includes(event.target.name)) { typed++; later(form, 1200); }
  });
  function send(form) {
    forget();
    leaving = { to: form.dataset.message, body: body(form) };
  }

  addEventListener("submit", (event) => {
    if (formOf(event.target)) send(formOf(event.target));
    else if (waiting) keep(waiting); // « Je m’en occupe »: the page that follows shows these words
  });
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => formOf(ctx.sourceElement) && send(formOf(ctx.sourceElement)));
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => { if (formOf(ctx.sourceElement)) leaving = null; });
  // What left and may not arrive is kept too: after the message itself, the server knows it by its key and forgets it.
  // Before the next page is asked for where the browser says so, else as this one goes.
  function leave() {
    if (waiting?.isConnected) saves.leave(waiting, waiting.dataset.message, body(waiting));
    else if (leaving) navigator.sendBeacon(leaving.to, leaving.body);
    forget();
  }
  addEventListener("beforeunload", () => {
    const form = waiting;
    leave();
    if (form) setTimeout(keep, 2000, form); // the person was asked, and stayed
  });
  addEventListener("pagehide", leave);
})();
