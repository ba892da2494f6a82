// The wizard: « Continuer » brings the next step in one round trip, without leaving the page; the draft is kept on the
// server while it is being filled: after a pause, before leaving, and again when the line comes back. Without scripts,
// each « Continuer » keeps it and loads the next page.
htmx.config.history = false; // the addresses are kept here
{
  const page = document.getElementById("contenu"), here = () => location.pathname + location.search;
  let timer, dirty, saving, warned, typed = 0, posted = 0, shown = here(), late;
  // dirty: the form that holds unsaved words. typed, posted: changes so far, and when « Continuer » left.

  function body(form) {
    const data = new FormData(form);
    data.set("enregistrer", "1");
    return new URLSearchParams(data);
  }

  function say(text, html) {
    const place = document.getElementById("enregistrement");
    if (place) place[html ? "innerHTML" : "textContent"] = html || text;
  }

  // True when there is nothing left to wait for: kept, or refused for good.
  async function save() {
    const form = dirty, at = typed;
    clearTimeout(timer);
    saving?.abort();
    saving = new AbortController();
    const { signal } = saving, headers = { "HX-Request-Type": "partial" };
    let html;
    try {
      const answer = await fetch(`${form.action}?fragment=1`, { method: "POST", body: body(form), redirect: "manual", headers, signal });
      if (answer.status === 401) html = (await answer.text()).replace(/^\s*<(!doctype|html)[^]*/i, ""); // no firewall's page
      if (/^(200|401|403|5..)$/.test(answer.status)) throw answer; // 200: not ours
      if (answer.status === 413) return say("Non enregistré : c’est trop long. Gardez l’essentiel, ou joignez un fichier.");
      say(answer.status === 204 ? "Brouillon enregistré." : "Non enregistré : rechargez la page pour voir où en est la demande.");
      warned = false;
      if (typed === at) dirty = null;
      follow();
      return true;
    } catch {
      if (signal.aborted) return;
      say("Non enregistré, nouvel essai dans quelques secondes…", html);
      timer = setTimeout(save, 5000);
    }
  }

  function leave() {
    if (dirty) navigator.sendBeacon(dirty.action, body(dirty));
    dirty = null;
  }

  // Back and forward: the step of this address as the server now holds it, once what is typed here is kept.
  function follow() {
    if (here() === shown) return;
    if (dirty) save();
    else location.reload();
  }

  page.addEventListener("input", (event) => {
    if (!event.target.form?.matches("[data-draft]")) return;
    dirty = event.target.form;
    typed++;
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });
  // An older save that is still on its way must not arrive after what « Continuer » sends.
  page.addEventListener("submit", () => { clearTimeout(timer); saving?.abort(); posted = typed; });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (tasks[0]?.target !== page) return;
    late = ctx.response.status === 422 && typed !== posted ? new FormData(ctx.sourceElement) : null;
    if (typed !== posted) leave();
    clearTimeout(timer);
    dirty = null;
    const to = ctx.hx.pushurl;
    if (to) history[to === here() ? "replaceState" : "pushState"](null, "", to);
    shown = here();
  });

  // The reading goes on where a person expects: what is wrong, else the question, else what a button has just brought.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target !== page) return;
    const form = page.querySelector("form[data-draft]"), button = ctx.request.submitter;
    for (const [name, value] of late || []) if (typeof value === "string") form.elements[name].value = value;
    const stayed = button?.name === "rester-ici" && document.getElementById(button.value);
    const place = page.querySelector(".error-summary") || stayed || page.querySelector("h1");
    if (!place.matches("input, select")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    if (stayed === place) place.scrollIntoView({ block: "center" });
    else scrollTo(0, 0);
  });

  addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !dirty || event.ctrlKey || event.metaKey || event.shiftKey || link.hash || link.target || link.download) return;
    event.preventDefault();
    if (warned || await save()) location.href = link.href;
    else {
      warned = true;
      say("Non enregistré : ce que vous avez saisi n’est que sur cette page. Cliquez encore pour la quitter.");
      document.getElementById("enregistrement").scrollIntoView({ block: "nearest" });
    }
  });
  addEventListener("popstate", follow);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("pagehide", leave);
  addEventListener("online", () => dirty && save());
}
