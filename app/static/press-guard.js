// The second press of a double click, a held Enter, a second Space reaches nothing that the first one has just brought. Without
// scripts, app.css alone guards what takes away or sends for good on a new page.
{
  const SPAN = 500, HALF = 22, GIVEN_UP = 10000, SENDS = "form[method=post] button, button[form], form[data-draft] .choice";
  const TEXT = "textarea, select, input:not([type=radio], [type=checkbox], [type=file])";
  const cover = document.createElement("div");
  const disabled = new Map(); // form -> { buttons, focused }: its answer is on its way
  let press = { at: -Infinity }, entered = -Infinity, guarded = 0, stopped, timer;
  // press: the last one of a pointer, and where; down: another one has begun since. entered: the last Enter or Space that
  // presses. guarded: until then another one reaches nothing. stopped: the last key did not.

  // A real element on top, and not a press that is ignored: what clicks by a script waits until it is gone.
  function lay(until = press.at + SPAN) {
    const right = document.documentElement.clientWidth - press.x, edge = (from) => `${Math.max(0, from - HALF)}px`;
    Object.assign(cover.style, { top: `${press.y - HALF}px`, left: edge(press.x), right: edge(right) });
    if (!cover.isConnected) document.body.append(cover);
    clearTimeout(timer);
    timer = setTimeout(() => cover.remove(), until - performance.now());
  }
  cover.className = "press-cover";
  cover.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays where it is

  // The last press, for the next page: a place and a time, nothing personal. Undefined where the browser keeps nothing.
  function carry(last) {
    try {
      if (last) sessionStorage.press = JSON.stringify(last);
      return JSON.parse(sessionStorage.press || "{}");
    } catch { /* storage is blocked, full, or forbidden in a private window */ }
  }

  addEventListener("pointerdown", () => { press.down = true; }, true);
  addEventListener("pointerup", ({ target, clientX: x, clientY: y }) => {
    press = { at: performance.now(), x, y };
    if (target === cover) lay();
    else cover.remove(); // a press elsewhere: the next one here is meant
    carry({ x, y, at: Date.now() });
  }, true);
  // What a stream brings is guarded for 500 ms from the press. An answer is guarded for 500 ms from its arrival: on a slow
  // line, a person presses again because nothing has happened.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const now = performance.now(), asked = /^(submit|click)$/.test(ctx.sourceEvent?.type), age = asked ? GIVEN_UP : SPAN;
    if (now - press.at < age) lay(SPAN + (asked ? now : press.at));
    if (now - entered < age) guarded = SPAN + (asked ? now : entered);
  });

  // Enter, or Space outside a text. Tab, or any other key, between two of them: the second one is meant.
  addEventListener("keydown", (event) => {
    const now = performance.now(), enter = event.key === "Enter";
    const presses = (enter || event.key === " ") && !event.target.matches?.(enter ? "textarea" : TEXT);
    stopped = presses && (now < guarded || enter && event.repeat);
    if (stopped) event.preventDefault();
    if (stopped || !presses) guarded = stopped ? now + SPAN : 0;
    entered = presses ? now : -Infinity;
  }, true);
  // Some browsers press when Space is released.
  addEventListener("keyup", (event) => { if (stopped && event.key === " ") event.preventDefault(); }, true);

  // While an answer is on its way, nothing of its form is pressed again.
  function disable(form) {
    if (disabled.has(form)) return;
    for (const gone of disabled.keys()) if (!gone.isConnected) disabled.delete(gone); // its answer took its place
    const buttons = [...form.elements].filter((one) => one.type === "submit" && !one.disabled);
    disabled.set(form, { buttons, focused: buttons.find((one) => one === document.activeElement) });
    for (const button of buttons) button.disabled = true;
  }
  function enable(form) {
    const { buttons = [], focused } = disabled.get(form) || {};
    disabled.delete(form);
    for (const button of buttons) button.disabled = false;
    if (focused?.isConnected && document.activeElement === document.body) focused.focus({ preventScroll: true });
  }
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches("form")) disable(ctx.sourceElement);
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    // keepIndicators: a new page is coming, unless it is stopped, which no event says
    if (ctx.keepIndicators) setTimeout(enable, GIVEN_UP, ctx.sourceElement);
    else enable(ctx.sourceElement);
  });
  // What the browser sends itself: first it reads the value of the button.
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    setTimeout(disable, 0, event.target);
    setTimeout(enable, GIVEN_UP, event.target);
  });

  // A new page, once its scripts are there: for 500 ms what sends is guarded at the place of the press that led to it.
  function near(element) {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left < press.x + HALF && right > press.x - HALF && top < press.y + HALF && bottom > press.y - HALF;
  }
  function watch(first) { // at each frame: the page may scroll, and a link there answers at once
    if (press !== first || performance.now() - first.at > SPAN) return;
    // A press that has begun here is not cut in two: with this script there, since a scroll uncovers for a frame; before it was
    // there, if later than a double click.
    if ((first.down || Date.now() - first.led > SPAN) && document.querySelector(":active")) return;
    if ([...document.querySelectorAll(SENDS)].some(near)) lay();
    else cover.remove();
    requestAnimationFrame(() => watch(first));
  }
  function arrive() {
    const last = carry(carry()), first = { ...last, led: last?.at, at: performance.now() };
    if (!last) return;
    if (document.referrer) document.documentElement.dataset.guarded = ""; // app.css leaves it to us
    if (!(Date.now() - last.at < GIVEN_UP)) return;
    press = first;
    watch(first);
    requestAnimationFrame(() => { first.at = performance.now(); }); // 500 ms from the first time that it is seen
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of [...disabled.keys()]) enable(form);
    arrive();
  });
  arrive();
}
