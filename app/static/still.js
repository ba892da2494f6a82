// What comes from a stream or a poll moves neither the focus nor what has it: the page scrolls by as much as its content grew.
// app.js loads it with the first focus. Without a focus in sight, the browser's own scroll anchoring holds what is read.
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]", page = document.documentElement;

function hold(focus) {
  const host = focus.closest("[id]"), place = focus.getBoundingClientRect(), { selectionStart, selectionEnd } = focus;
  const order = [...host.querySelectorAll(FOCUSABLE)].indexOf(focus);
  return { focus, id: host.id, order, place, selectionStart, selectionEnd };
}

// The focus goes to what has taken the place of its element: the same link of the row that has changed.
function refocus({ focus, id, order, selectionStart, selectionEnd }) {
  if (focus.isConnected) return focus;
  const host = document.getElementById(id), now = order < 0 ? host : host?.querySelectorAll(FOCUSABLE)[order];
  now?.focus({ preventScroll: true });
  if (typeof selectionStart === "number") now?.setSelectionRange?.(selectionStart, selectionEnd);
  return now;
}

// Where the page cannot scroll that far, it gets longer, or begins lower.
function put(element, top) {
  const moved = () => element.getBoundingClientRect().top - top;
  scrollBy({ top: moved(), behavior: "instant" });
  const rest = moved(), side = rest > 0 ? "paddingBottom" : "paddingTop", blank = innerHeight - page.getBoundingClientRect().bottom;
  if (Math.abs(rest) < 1) return;
  page.style[side] = `${parseFloat(getComputedStyle(page)[side]) + Math.abs(rest) + (rest > 0 ? Math.max(0, blank) : 0)}px`;
  scrollBy({ top: moved(), behavior: "instant" });
}

// htmx puts the new content in before it waits for anything: the microtask comes before the page is painted.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const focus = document.activeElement;
  if (/^(submit|click)$/.test(ctx.sourceEvent?.type) || !focus?.closest("main")) return;
  const held = hold(focus), { top, bottom } = held.place, inSight = bottom > 0 && top < innerHeight;
  if (inSight) page.style.overflowAnchor = "none"; // the browser would scroll too
  queueMicrotask(() => {
    const now = refocus(held);
    if (now && inSight) put(now, top);
    page.style.overflowAnchor = "";
  });
});
