// What sealed.js kept and the server has not confirmed, shown at the next opening. It never replaces by itself what a form has now.
const DAYS = 7, DAY = 86400000;

export async function offer(entries, tools) {
  for (const { name } of entries) tools.free(name, () => read(name, tools)).catch(() => {}); // an open page has it
}

async function read(name, tools) {
  const entry = await tools.ask("get", name);
  if (!entry || Date.now() - entry.at > DAYS * DAY) return tools.ask("delete", name);
  const kept = await crypto.subtle.decrypt(tools.how(entry), await tools.key, entry.box).catch(() => null); // another person's
  if (kept) show(entry, JSON.parse(new TextDecoder().decode(kept)), tools);
}

function show(entry, kept, { SEALED, ask, free, names, own, place, shown, label, words, same }) {
  const { where, said, cle } = kept, at = location.pathname, { name } = entry;
  const form = [...document.querySelectorAll(SEALED)].find((one) => place(one) === where);
  if (document.getElementById(name)) return;
  if (wasConfirmed()) return ask("delete", name);
  if (form && same(said, words(form))) return found();
  if (form || (at === "/demandes" ? kept.unsent : at.includes(where.split("/")[2]))) draw();

  // Sent without htmx: this page is the answer, and says so.
  function wasConfirmed() {
    try { return sessionStorage.sent === name && document.querySelector(".notice-success"); } catch { return false; }
  }

  // The server had kept the words. Of a message that may have left all the same, the key stays: it counts once.
  function found() {
    if (!cle || !kept.unsent) return ask("delete", name);
    own(where, name);
    sameMessage();
  }

  // Its saves are newer than all those of the page that it comes from, which had counted some more since it was sealed.
  function sameMessage() {
    const { elements } = form;
    elements.cle.value = cle;
    elements.version.value = elements.version.value.replace(/^\d+/, kept.saves + 1000);
  }

  function draw() {
    const date = new Date(entry.at).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" });
    const what = cle ? `Un message que vous aviez écrit le ${date} n’est peut-être pas parti.` : `Ce que vous aviez saisi le ${date} n’a peut-être pas été enregistré.`;
    const text = what + (kept.files ? " Les fichiers choisis alors sont à joindre de nouveau." : "");
    const box = document.createElement("div");
    box.className = "notice notice-warning";
    box.id = name;
    box.tabIndex = -1;
    fill(box, text, said.filter(([, , value, on]) => value && on !== false).map(([, text, value, on]) => (on ? text : `${text} : ${value}`)));
    if (form) button(box, "Reprendre", "primary", () => resume(box));
    else box.firstChild.append(" ", link());
    button(box, "Effacer", "quiet", () => free(name, () => ask("delete", name)).then(() => erased(box), () => box.remove()));
    if (form) (form.closest("#reponse") || form).before(box);
    else if (document.querySelector("h1")) document.querySelector("h1").after(box);
    else document.getElementById("contenu").prepend(box);
    document.getElementById("annonces").textContent = text;
    return box;
  }

  // Until this page is left, they can be brought back.
  function erased(box) {
    fill(box, "C’est effacé.", []);
    button(box, "Annuler", "quiet", () => {
      ask("put", entry);
      box.remove();
      draw().focus();
    });
    box.focus();
  }

  function link() {
    const link = document.createElement("a");
    link.href = where.replace(/\/messages$/, "");
    link.textContent = kept.title;
    return link;
  }

  function fill(box, text, lines) {
    box.innerHTML = '<p></p><p class="facts"></p><p class="actions"></p>';
    box.firstChild.textContent = text;
    box.children[1].textContent = lines.join("\n");
    box.animate({ pointerEvents: ["none", "none"] }, 500); // a press that was meant for what was here: press-guard.js
  }

  function button(box, text, kind, act) {
    const one = document.createElement("button");
    Object.assign(one, { type: "button", className: `button-${kind}`, textContent: text });
    one.addEventListener("click", act);
    box.lastChild.append(one);
  }

  // Of the readers of a message, the first choice is everyone.
  function narrower(one) {
    const all = [...one.form.elements.lecteurs];
    return all.findIndex((other) => other.checked) > all.indexOf(one);
  }

  function resume(box) {
    const before = names[where], replaced = shown(form).map(put).filter(Boolean);
    if (before && before !== name) ask("delete", before);
    own(where, name);
    if (cle) sameMessage();
    for (const one of shown(form)) one.dispatchEvent(new Event("input", { bubbles: true }));
    if (replaced.length) fill(box, "C’est repris. La page disait avant :", replaced);
    else box.remove();
    shown(form).find((one) => /text/.test(one.type))?.focus();
  }

  // What it says in the place of what, when words were replaced. Of a long text, both stay.
  function put(one) {
    const [, , value, on] = said.find(([name, text, value, on]) => name === one.name && text === label(one) && (on === null || value === one.value)) || [];
    const now = one.value;
    if (value === undefined) return;
    if (on !== null) one.checked = one.name === "lecteurs" ? one.checked || on && !narrower(one) : on; // words for fewer readers stay so
    else if (one.type === "textarea" && now && !value.startsWith(now)) one.value = now.startsWith(value) ? now : `${value}\n\n${now}`;
    else {
      one.value = value;
      return now && now !== value && `${label(one)} : ${now}`;
    }
  }
}
