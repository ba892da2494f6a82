// The wizard: « Continuer » brings the next step in one round trip, without leaving the page; the draft is kept on the
// server while it is being filled: after a pause, before leaving, and again when the line comes back. Without scripts,
// each « Continuer » keeps it and loads the next page.
htmx.config.history = false; // the addresses are kept here
{
  const page = document.getElementById("contenu"), here = () => location.pathname + location.search;
  let timer, dirty, saving, warned, typed = 0, posted = 0, shown = here(), at;
  const late = new Map();
  // dirty: the form that holds unsaved words. typed, posted: changes so far, and when the step was sent. late: the fields
  // changed while an answer is on its way, and their labels. at: the one of them that has the focus.

  function body(form) {
    saves.next(form);
    const data = new FormData(form);
    data.set("enregistrer", "1");
    return new URLSearchParams(data);
  }

  function say(text, html) {
    const place = document.getElementById("enregistrement");
    if (place) place[html ? "innerHTML" : "textContent"] = html || text;
    return place;
  }

  // True when there is nothing left to wait for: kept, or refused for good.
  async function save() {
    const form = dirty, at = typed;
    clearTimeout(timer);
    if (!form) return true;
    const kept = body(form);
    saving?.abort();
    saving = new AbortController();
    const { signal } = saving, headers = { "HX-Request-Type": "partial" };
    let html;
    try {
      const answer = await fetch(`${form.action}?fragment=1`, { method: "POST", body: kept, redirect: "manual", headers, signal });
      const { status } = answer, text = await answer.text(), foreign = status !== 413 && saves.foreign(text);
      if (status === 401 && !foreign) html = text;
      if (foreign || /^(200|401|5..)$/.test(status)) throw answer; // 200: not ours
      if (status === 410) return sealed.hold(form, say("", text)); // sent from another page
      if (status === 413) return sealed.hold(form, say("Non enregistré : c’est trop long. Gardez l’essentiel, ou joignez un fichier."));
      if (status === 202) saves.show(form, text);
      const place = say({ 202: "Enregistré à part : un autre texte, écrit depuis une autre page, est affiché au-dessus.", 204: "Brouillon enregistré." }[status]
        || "Non enregistré : rechargez la page pour voir où en est la demande.");
      if (status < 300) sealed.release(form, kept);
      else sealed.hold(form, place);
      warned = false;
      if (typed === at) dirty = null;
      follow();
      return true;
    } catch {
      if (signal.aborted) return;
      sealed.hold(form, say("Non enregistré, nouvel essai dans quelques secondes…", html));
      timer = setTimeout(save, 5000);
    }
  }

  function leave() {
    clearTimeout(timer);
    if (dirty && typed === posted) navigator.sendBeacon(dirty.action, body(dirty));
    else if (dirty) saves.leave(dirty, dirty.action, body(dirty));
    dirty = null;
  }

  // Back and forward: the step of this address as the server now holds it, once what is typed here is kept.
  function follow() {
    if (here() === shown) return;
    if (dirty) save();
    else location.reload();
  }

  const labelOf = (field) => field.labels?.[0]?.textContent;

  // The same field in the page that came, by its label: fields are numbered, and one may have been added or removed.
  function fillAgain(was, label) {
    const same = (one) => one.type === was.type && labelOf(one) === label;
    const field = label && was.type !== "file" && [...page.querySelectorAll("input, select, textarea")].find(same);
    if (!field) return;
    if (/checkbox|radio/.test(was.type)) field.checked = was.checked;
    else field.value = was.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return field;
  }

  page.addEventListener("input", (event) => {
    late.set(event.target, labelOf(event.target));
    if (!event.target.form?.matches("[data-draft]")) return;
    dirty = event.target.form;
    typed++;
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });
  // An older save that is still on its way must not arrive after what « Continuer » sends.
  page.addEventListener("submit", ({ target }) => {
    clearTimeout(timer);
    saving?.abort();
    saves.next(target);
    say("");
    posted = typed;
  }, true);
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (ctx.target === page) late.clear(); });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (tasks[0]?.target !== page) return;
    const to = ctx.hx.pushurl, { status } = ctx.response;
    const sameStep = !to || new URL(to, location).pathname === location.pathname;
    if (![409, 422].includes(status) && (status > 399 || !sameStep)) {
      if (late.size) leave();
      late.clear();
    }
    at = late.has(document.activeElement) && document.activeElement;
    clearTimeout(timer);
    dirty = null;
    if (to) history[to === here() ? "replaceState" : "pushState"](null, "", to);
    shown = here();
  });

  // The reading goes on where a person expects: the field being filled, else what is wrong, else what a button or the
  // address names, else the question.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target !== page) return;
    const button = ctx.request.submitter, again = new Map([...late].map(([was, label]) => [was, fillAgain(was, label)]));
    late.clear();
    const named = document.getElementById(button?.name === "rester-ici" ? button.value : location.hash.slice(1));
    const place = again.get(at) || page.querySelector(".error-summary, [data-others] .notice") || named || page.querySelector("h1");
    if (!place) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    if (place.matches("h1, .error-summary, .notice")) scrollTo(0, 0);
    else place.scrollIntoView({ block: "center" });
  });

  addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !dirty || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.download) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    if (warned || await save()) location.href = link.href;
    else {
      warned = true;
      sealed.hold(dirty, say("Non enregistré. Cliquez encore pour quitter cette page."));
      document.getElementById("enregistrement").scrollIntoView({ block: "nearest" });
    }
  });
  addEventListener("popstate", follow);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("beforeunload", () => {
    const form = dirty;
    leave();
    if (form) setTimeout(() => { // the person was asked, and stayed
      dirty = form;
      save();
    }, 2000);
  });
  addEventListener("pagehide", leave);
  addEventListener("online", () => dirty && save());
}
