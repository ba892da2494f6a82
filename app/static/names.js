// « @ » in a message proposes the names of one's own side who may read it. message-draft.js loads it with the first « @ ».
// The focus stays in the message, and the list follows it. While it is closed, each key does what it does without it.
const CALL = /(?:^|[^\p{L}\p{N}_.@-])@((?=[^\s@])[^\n@]{0,60})?$/u, MOST = 8, ID = "noms";
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const said = document.getElementById("annonces"), lists = new Map();
let list, field, start, chosen, dropped;
// start: where the name begins. dropped: the one that Escape, or a choice, has closed.

// The readers of the message may change at any time: a list for each.
function names() {
  const readers = new FormData(field.form).get("lecteurs") || "", path = field.form.dataset.message.replace(/[^/]+$/, `noms?lecteurs=${readers}`);
  if (!lists.has(path)) lists.set(path, load(path));
  return lists.get(path);
}

async function load(path) {
  const answer = await fetch(path, { redirect: "manual", headers: { "HX-Request-Type": "partial" } }).catch(() => ({}));
  if (!answer.ok) lists.delete(path);
  return answer.ok ? (await answer.json()).noms : [];
}

async function look(target) {
  if (target.id !== "message" || !target.form?.dataset.message) return;
  field = target;
  const { value, selectionStart: at, selectionEnd } = field, call = at === selectionEnd && CALL.exec(value.slice(0, at));
  const begins = call ? at - (call[1] || "").length : -1;
  if (begins !== dropped) dropped = -1;
  if (!call || begins === dropped) return close();
  const typed = fold(call[1] || ""), all = await names();
  if (field !== target || field.value !== value || document.activeElement !== field) return;
  const found = all.filter((name) => ` ${fold(name)}`.includes(` ${typed}`)).slice(0, MOST);
  if (!found.length || found.length === 1 && fold(found[0]) === typed) return close();
  start = begins;
  open(found);
}

function make(kind, attributes) {
  const one = document.createElement(kind);
  for (const name in attributes) one.setAttribute(name, attributes[name]);
  return one;
}

function open(found) {
  const { parentNode: place } = field, before = list?.isConnected && list.children.length;
  if (before === found.length && found.every((name, at) => list.children[at].textContent === name)) return;
  if (!list?.isConnected) {
    place.style.position = "relative"; // what offsetTop is counted from
    list = make("ul", { id: ID, role: "listbox", "aria-label": "Collègues à prévenir" });
    Object.assign(list.style, { position: "absolute", zIndex: 3, top: `${field.offsetTop + field.offsetHeight}px`, width: `${field.offsetWidth}px`, maxWidth: "100%", margin: 0, padding: ".25rem", listStyle: "none", background: "var(--paper)", border: "1px solid var(--soft)", borderRadius: "var(--radius)" });
    list.onpointerdown = (event) => event.preventDefault(); // the focus stays in the message
    list.onclick = ({ target }) => target !== list && put(target);
    place.append(list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", ID);
  }
  list.replaceChildren(...found.map((name, order) => {
    const option = make("li", { id: `${ID}-${order}`, role: "option" });
    option.textContent = name;
    Object.assign(option.style, { padding: ".6rem .75rem", borderRadius: "var(--radius)", cursor: "pointer", overflowWrap: "anywhere" });
    return option;
  }));
  choose(0);
  list.scrollIntoView({ block: "nearest" });
  if (before !== found.length) said.textContent = `${found.length} nom${found.length > 1 ? "s" : ""}. Flèches pour choisir, Entrée pour écrire le nom.`;
}

function choose(order) {
  chosen = order;
  for (const [at, option] of [...list.children].entries()) {
    option.setAttribute("aria-selected", at === order);
    Object.assign(option.style, at === order ? { background: "var(--blue)", color: "var(--paper)" } : { background: "", color: "" });
  }
  field.setAttribute("aria-activedescendant", `${ID}-${order}`);
}

function close() {
  if (!list?.isConnected) return;
  list.remove();
  for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) field.removeAttribute(name);
}

// As in answer.js: Ctrl+Z takes it back.
function put(option) {
  const text = `${option.textContent} `;
  dropped = start;
  close();
  field.setSelectionRange(start, field.selectionEnd);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, start, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const KEYS = {
  ArrowDown: (last) => choose(chosen < last ? chosen + 1 : 0),
  ArrowUp: (last) => choose(chosen ? chosen - 1 : last),
  Enter: () => put(list.children[chosen]),
  Tab: () => put(list.children[chosen]),
  Escape: () => {
    dropped = start;
    close();
  },
};

addEventListener("keydown", (event) => {
  if (event.target !== field || !list?.isConnected || !KEYS[event.key] || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  KEYS[event.key](list.children.length - 1);
}, true);
addEventListener("input", ({ target }) => look(target));
document.addEventListener("selectionchange", () => list?.isConnected && look(document.activeElement));
addEventListener("focusout", ({ target }) => target === field && close());
look(document.activeElement);
