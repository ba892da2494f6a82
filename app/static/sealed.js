// What was typed in a message or a step, and that the server has not confirmed, is sealed in this browser: AES-GCM, under a key
// that pages give to the same person only. At the next opening offer.js shows it. See docs/security.md.
{
  const NAME = "saisi", SEALED = "form[data-message], form[data-draft]", PAUSE = 300, LEAVES = 50000;
  // LEAVES: what a browser surely sends as a page is left (64 kB for all that is on its way then).
  const given = document.currentScript.dataset.key, { subtle } = crypto; // undefined outside https and this machine
  const names = {}; // address of a form -> name of its entry
  const unsent = {}; // address of a form -> true once its sending or saving has begun, or failed
  const loose = new Set(); // forms whose words are on this page only
  let turn = Promise.resolve(), timer;

  const key = (async () => subtle.importKey("raw", Uint8Array.from(atob(given), (one) => one.charCodeAt()), "AES-GCM", false, ["encrypt", "decrypt"]))();
  const opened = new Promise((done, refused) => {
    const asked = indexedDB.open(NAME);
    asked.onupgradeneeded = () => asked.result.createObjectStore(NAME, { keyPath: "name" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = refused;
  });
  for (const one of [key, opened]) one.catch(() => {});

  // Resolves once it is on the disk. localStorage waits up to 5 s: a browser that is killed meanwhile loses it.
  async function ask(verb, ...what) {
    const transaction = (await opened).transaction(NAME, "readwrite", { durability: "strict" });
    const asked = transaction.objectStore(NAME)[verb](...what);
    return new Promise((done, refused) => {
      transaction.oncomplete = () => done(asked.result);
      transaction.onabort = refused;
    });
  }
  // One after the other: an older state never replaces a newer one. False where this browser keeps nothing.
  const next = (act) => (turn = turn.then(act).catch(() => false));
  const how = ({ name, iv }) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });

  const place = (form) => form.getAttribute("action");
  const shown = (form) => [...form.elements].filter((one) => one.name && !/hidden|submit|file/.test(one.type));
  const label = (one) => one.labels[0]?.textContent.trim();
  // [name, label, value, whether it is ticked: null for what is no box]
  const words = (form) => shown(form).map((one) => [one.name, label(one), one.value, /radio|checkbox/.test(one.type) ? one.checked : null]);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // An entry belongs to the open page that holds its lock: another one neither offers nor erases it. A page that is leaving
  // holds it a moment longer.
  const { locks } = navigator;
  const free = async (name, act) => (locks && AbortSignal.timeout ? locks.request(name, { signal: AbortSignal.timeout(3000) }, act) : act());
  function own(where, name) {
    if (names[where] !== name) locks?.request(name, () => new Promise(() => {})).catch(() => {});
    names[where] = name;
  }

  // True when what the form shows now lies sealed. A form that an answer has replaced seals nothing.
  async function seal(form, leaves) {
    if (!form.isConnected) return false;
    const where = place(form), { cle, message, pieces, version } = form.elements;
    if (unsent[where] ||= leaves) loose.add(form);
    const sealed = form.matches(SEALED) && await next(async () => {
      if (message && !message.value) return forget(form);
      const said = words(form), name = names[where] || crypto.randomUUID(), iv = crypto.getRandomValues(new Uint8Array(12));
      const files = Boolean(pieces?.value || form.querySelector("progress")), title = document.querySelector("h1")?.textContent || document.title;
      const kept = JSON.stringify({ where, said, files, title, cle: message && cle.value, saves: parseInt(version?.value), unsent: unsent[where] });
      await ask("put", { name, at: Date.now(), iv, box: await subtle.encrypt(how({ name, iv }), await key, new TextEncoder().encode(kept)) });
      own(where, name);
      return same(said, words(form));
    });
    if (sealed) loose.delete(form);
    return sealed;
  }

  function forget(form) {
    const where = place(form), name = names[where];
    delete names[where];
    delete unsent[where];
    loose.delete(form);
    return name && ask("delete", name);
  }

  function change(form) {
    const long = String(new URLSearchParams(new FormData(form))).length > LEAVES;
    if (long && !loose.has(form)) seal(form); // at once, and leaving warns until it is done
    if (long || unsent[place(form)]) loose.add(form);
    timer ||= setTimeout(() => { timer = 0; if (form.isConnected) seal(form); }, PAUSE);
  }

  window.sealed = {
    // What could not leave: said beside it, whether it outlives this page.
    async hold(form, line) {
      if (!shown(form).length) return;
      const before = line.firstChild, sealed = await seal(form, true);
      if (line.firstChild !== before || line.querySelector("[data-held]")) return;
      line.insertAdjacentHTML("beforeend", " <span data-held></span>");
      line.lastChild.textContent = sealed
        ? "Ce que vous avez saisi est gardé dans ce navigateur, même fermé (mais pas dans une fenêtre privée)."
        : "Ce que vous avez saisi n’est que sur cette page : laissez-la ouverte.";
    },
    // The server has kept this. What was typed since then is still to be kept.
    release(form, sent) {
      const has = ([name, , value, on]) => sent.getAll(name).includes(value) === (on !== false);
      next(() => words(form).every(has) && forget(form));
    },
  };

  async function offer() {
    const found = (await ask("getAll")).filter(({ name }) => !Object.values(names).includes(name));
    if (found[0]) (await import("/s/offer.js")).offer(found, { SEALED, ask, free, how, key, names, own, place, shown, label, words, same });
  }
  const offers = () => offer().catch(() => {});
  offers();

  addEventListener("input", ({ target: { form } }) => { if (form?.matches(SEALED)) change(form); });
  addEventListener("beforeunload", (event) => { if ([...loose].some((form) => form.isConnected)) event.preventDefault(); });
  addEventListener("submit", ({ target, defaultPrevented }) => { // sent without htmx: offer.js knows the page that confirms it
    if (defaultPrevented) return;
    timer = clearTimeout(timer);
    loose.delete(target);
    try { sessionStorage.sent = names[place(target)]; } catch { /* as in press-guard.js */ }
  });

  const formOf = (ctx) => ctx?.sourceElement?.closest?.("form[hx-post]");
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (formOf(ctx)?.matches(SEALED)) seal(formOf(ctx), true); });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const form = formOf(ctx), failed = ctx.response.status > 399;
    ctx.failed = failed && form;
    if (form && ctx.foreign) sealed.hold(form, form.querySelector("[data-sending]"));
    if (!form || failed || ctx.foreign) return;
    timer = clearTimeout(timer); // what was typed meanwhile is in the form that comes
    loose.delete(form);
    next(() => forget(form));
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const { failed } = ctx;
    if (failed?.isConnected) sealed.hold(failed, failed.querySelector("[data-sending]"));
    for (const { form, value, defaultValue } of document.querySelectorAll("#message")) if (value !== defaultValue) change(form);
    if (ctx.target?.id === "contenu") offers();
  });
}
