// One-key commands, and the place one comes back to. Announced in /aide, turned off in the profile (WCAG 2.1.4).
// Nothing while typing, nothing with Ctrl, Alt or ⌘ but Ctrl+Enter: those keys are the browser's and
// the screen reader's.
(() => {
  let asked = 0;

  const rows = () => [...document.querySelectorAll(".cases > li")].filter((row) => row.querySelector("a"));
  const link = (row) => row?.querySelector("a");

  function move(step) {
    const all = rows(), here = all.indexOf(document.activeElement.closest(".cases > li"));
    link(all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step])?.focus();
  }

  function go(selector) {
    const target = document.querySelector(selector);
    target?.focus();
    return target;
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    o: () => document.activeElement.closest(".cases > li a")?.click(),
    v: () => go("#voir")?.click(),
    n: () => go(".menu-new")?.click(),
    "/": () => go("#q").select(),
    r: () => go("#message"),
    s: () => go("[data-next]")?.click(),
    g: () => { asked = Date.now(); },
    d: () => { if (Date.now() - asked < 1500) location.href = "/demandes"; },
    "?": () => { location.href = "/aide#raccourcis"; },
  };

  const typing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");

  // In a message, Ctrl+Enter presses the form's first button, with its questions (answer.js has the rest, for referents).
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "message" && !event.repeat) event.target.form.querySelector("button").click();
    if (!document.documentElement.dataset.keys || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/" && !document.querySelector("#q")) return;
    if (!KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  // « Back » finds the row one opened, wherever it is in the list now; the browser itself keeps the height. htmx replaces a state
  // without its own mark.
  addEventListener("click", (event) => {
    const row = event.target.closest?.(".cases > li[id]");
    if (row && event.target.closest("a")) history.replaceState({ htmx: true, row: row.id }, "");
  });
  addEventListener("pageshow", () => {
    const row = document.getElementById(history.state?.row);
    link(row)?.focus({ preventScroll: true });
  });
})();
