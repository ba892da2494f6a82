// Keeps the wizard's draft on the server while it is being filled: after a pause, before leaving, and again when the
// line comes back. Without scripts, each « Continuer » keeps it.
const form = document.querySelector("form[data-draft]");
const said = document.getElementById("enregistrement");
let timer, dirty = false, warned = false;

function body() {
  const data = new FormData(form);
  data.set("enregistrer", "1");
  return new URLSearchParams(data);
}

async function save() {
  dirty = false;
  try {
    const answer = await fetch(form.action, { method: "POST", body: body(), redirect: "manual" });
    if (answer.status !== 204) throw answer;
    warned = false;
    said.textContent = "Brouillon enregistré.";
  } catch {
    dirty = true;
    said.textContent = "Non enregistré, nouvel essai dans quelques secondes…";
    clearTimeout(timer);
    timer = setTimeout(save, 5000);
  }
}

function leave() {
  if (!dirty) return;
  dirty = false;
  navigator.sendBeacon(form.action, body());
}

if (form) {
  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !dirty || event.ctrlKey || event.metaKey || link.hash || link.target) return;
    event.preventDefault();
    clearTimeout(timer);
    await save();
    if (dirty && !warned) {
      warned = true;
      said.textContent = "Non enregistré : ce que vous avez saisi n’est que sur cette page. Cliquez encore pour la quitter.";
      said.scrollIntoView({ block: "nearest" });
    } else location.href = link.href;
  });
  addEventListener("pagehide", leave);
  addEventListener("online", () => dirty && save());
}
