// The list: all its rows ticked at once, and the thread of a case beside it. Without scripts each row has its own box and link.
// app.js loads it on the first move towards a row.
const form = document.getElementById("lot"), list = document.getElementById("demandes");
const boxes = () => [...list.querySelectorAll("[name=demande]")], rowOf = (element) => element.closest?.("#demandes > li");
const make = (name, values) => Object.assign(document.createElement(name), values);

// The page that answers a gesture is the list: loading it again sends nothing.
if (location.pathname !== "/demandes") history.replaceState(history.state, "", `/demandes${location.search}`);

const all = make("input", { type: "checkbox" }), label = make("label");
label.append(all, " Tout cocher");
label.style.fontWeight = "400";
form.prepend(label);

// Once a row is ticked the bar stays in sight, below the row that has the focus.
const STUCK = "; position: fixed; inset: auto 0 0; z-index: 1; flex-wrap: nowrap; overflow: auto; white-space: nowrap; margin: 0; padding: 0 .75rem; background: var(--tint)";
function count() {
  all.checked = boxes().every((box) => box.checked);
  const some = boxes().some((box) => box.checked);
  form.style.cssText = `align-items: center${some ? STUCK : ""}`;
  document.body.style.paddingBottom = some ? "4rem" : "";
}
document.documentElement.style.scrollPaddingBottom = "4rem";
document.addEventListener("change", ({ target }) => {
  if (target === all) for (const box of boxes()) box.checked = all.checked;
  count();
});
list.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.name) event.preventDefault(); // it would press the first button
});

// A row that changes while it is ticked stays ticked.
let ticked = [];
document.addEventListener("htmx:before:swap", () => { ticked = boxes().filter((box) => box.checked).map((box) => box.value); });
document.addEventListener("htmx:after:swap", () => {
  for (const box of boxes()) box.checked ||= ticked.includes(box.value);
  if (!look.isConnected) offer({ target: list.querySelector("li:hover") || document.activeElement });
  count();
});

// Rows come, go and change places by the chosen order (data-order), 25 a page. While the pointer or the focus is among them, what
// a person is about to press stays where it is: rows change in place, and the rest waits. A link does it at once.
const MOST = 25, waiting = new Map(); // id -> the row that comes, or null for one that goes
const update = make("a", { href: "#demandes", className: "button-primary arrived", textContent: "Mettre la liste à jour", hidden: true });
form.after(update);
const pointed = (element) => matchMedia("(hover: hover)").matches && element.matches(":hover");
const busy = () => !document.hidden && [list, update].some((place) => pointed(place) || place.contains(document.activeElement));
const inOrder = () => [...list.children].sort((one, other) => other.dataset.order - one.dataset.order);
function arrange() {
  for (const [id, row] of waiting) row ? document.getElementById(id) || list.append(row) : document.getElementById(id)?.remove();
  waiting.clear();
  update.hidden = true;
  const rows = inOrder();
  if (rows.some((row, place) => row !== list.children[place])) list.append(...rows);
  for (const row of rows.slice(MOST)) row.querySelector(":checked") || row.remove();
}
function settle() {
  if (!busy()) return arrange();
  update.hidden = !waiting.size && !inOrder().some((row, place) => row !== list.children[place]);
}
document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
  if (!busy()) return;
  for (const task of [...tasks]) {
    const gone = task.swapSpec?.style === "delete" && rowOf(task.target);
    if (gone) tasks.splice(tasks.indexOf(task), 1), waiting.set(gone.id, null);
    for (const row of task.swapSpec?.style === "upsert" ? [...task.fragment.children] : []) {
      if (document.getElementById(row.id)) waiting.delete(row.id);
      else waiting.set(row.id, row), row.remove();
    }
  }
});
document.addEventListener("htmx:after:swap", settle);
for (const leaves of ["pointerout", "focusout"]) addEventListener(leaves, () => update.hidden || setTimeout(settle));
document.addEventListener("visibilitychange", settle);
update.onclick = () => (arrange(), list.querySelector("a")?.focus(), false);
settle();

// « (3) Mes demandes »: how many wait, in the browser's tab too, where a hidden list says it all the same.
function entitle() {
  const figure = document.getElementById("a-traiter");
  document.title = (figure.hidden ? "" : `(${figure.firstChild.data}) `) + document.title.replace(/^\(.*?\) /, "");
}
document.addEventListener("htmx:after:swap", entitle);
entitle();

// One button goes to the row under the pointer, or that has the focus. Its panel closes with Escape, or a press elsewhere.
// The animation that guards other buttons (app.css) would let a press through to the row each time it comes to another one.
const place = make("div", { id: "apercu", className: "panel", popover: "auto" });
const look = make("button", { type: "button", className: "button-quiet", id: "voir", textContent: "Aperçu" });
place.style.cssText = "inset: 0 0 0 auto; width: min(36rem, 100%); height: auto; max-height: none; margin: 0";
look.style.cssText = "position: absolute; grid-area: 1 / 1 / 3 / 2; inset: auto 0 0 auto; min-height: 0; padding: 0; background: var(--paper); animation: none";
form.after(place);
function offer({ target }) {
  const row = rowOf(target);
  if (!row || target === look || look.parentElement === row) return;
  look.ariaLabel = `Aperçu : ${row.querySelector("a").textContent}`;
  row.append(look);
}
addEventListener("pointerover", offer);
addEventListener("focusin", offer);
look.addEventListener("mousedown", (event) => event.preventDefault()); // a row that gets the focus grows, and moves it
look.addEventListener("click", async (event) => {
  if (!place.showPopover) return rowOf(look).querySelector("a").click(); // an old browser opens the page
  const path = `/demandes/${rowOf(look).id.slice(2)}/apercu${location.search}`;
  place.replaceChildren();
  await htmx.ajax("GET", path, { source: look, event, target: place });
  if (place.firstChild) place.showPopover?.();
});
offer({ target: document.querySelector("#demandes > li:hover") || document.activeElement });
count();
