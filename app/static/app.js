// The list and the case page, alive: the stream comes back after a cut. Where something on the way holds the stream back
// or cuts it, the page asks for what is new instead, each half minute, until the next page. Comfort only: without scripts
// the same pages work by loading them again.
{
  const place = document.querySelector("[data-stream]"), LATE = 8000, EVERY = 30000;
  let stream, said = 0, asked = Date.now(), strikes = 0, polling, last, timer;
  // said: words heard on this connection (the first comes at once). asked: when it began, or when it last spoke.
  let seen = /depuis=([\w-]+)/.exec(place?.getAttribute("hx-sse:connect"))?.[1];

  document.addEventListener("htmx:sse:after:connection", (event) => {
    stream = event.detail.connection;
    if (polling) stream.abortController.abort();
  });
  document.addEventListener("htmx:sse:before:connection", (event) => {
    if (polling) return event.preventDefault();
    if (stream) forget();
    if (said === 1) doubt(); // cut as soon as it had greeted
    if (said) asked = Date.now();
    said = 0;
  });
  document.addEventListener("htmx:sse:after:message", (event) => {
    asked = Date.now();
    if (++said > 1) strikes = 0;
    seen = event.detail.message.id || seen;
  });

  // Who is there is not known without a stream. The one that comes back says it again.
  function forget() {
    for (const part of document.querySelectorAll("#presents, #ecrit")) part.replaceChildren();
  }

  // The server speaks every 25 s: a minute of silence is a dead line. A list in a tab that is put away has no stream: it asks
  // each minute, so that the figure in its title stays true.
  setInterval(async () => {
    if (!place || polling || document.hidden && !list || Date.now() - asked < (said || document.hidden ? 60000 : LATE)) return;
    said = 0;
    asked = Date.now();
    if (document.hidden) return await ask() === null && (asked = Infinity);
    await doubt();
    if (!polling) reconnect();
  }, 2000);

  // Three times the page's own question came through and the stream did not: it will not.
  async function doubt() {
    const answered = await ask();
    strikes = answered ? strikes + 1 : 0;
    if (polling || strikes < 3 && answered !== null) return;
    polling = true;
    forget();
    stream?.abortController.abort();
    htmx.trigger(place, "htmx:abort");
    if (answered) later();
  }

  function reconnect() {
    if (stream?.reader) return stream.reader.cancel();
    htmx.trigger(place, "htmx:abort"); // one that never began
    setTimeout(() => htmx.trigger(place, "flux"));
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(poll, EVERY * (1 + Math.random() / 5));
  }

  async function poll() {
    if (document.hidden && !list || await ask() !== null) later();
  }

  // True when the server answered, false when it could not be reached, null when this page is over for this person.
  async function ask() {
    last = Date.now();
    const address = place.getAttribute("hx-sse:connect").replace("flux", "nouvelles");
    try {
      const answer = await fetch(address, { cache: "no-store", redirect: "manual", headers: { "If-None-Match": `"${seen}"`, "HX-Request-Type": "partial" } });
      const text = await answer.text();
      if (saves.foreign(text)) return false;
      if (answer.status === 410) document.dispatchEvent(new CustomEvent("ended", { detail: text }));
      if (answer.status === 200) {
        seen = answer.headers.get("ETag").replace(/W\/|"/g, "");
        if (stream) stream.lastEventId = seen;
        await htmx.swap({ sourceElement: place, target: place, swap: "none", text });
      }
      return answer.status === 200 || answer.status === 304 || (answer.status > 499 ? false : null);
    } catch {
      return false;
    }
  }

  function again() {
    said = 0;
    asked = Date.now();
    if (!place || document.hidden) return;
    if (!polling) reconnect();
    else if (asked - last > EVERY) poll();
  }
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => {
    if (polling) again();
    said = 0; // a tab that is put away ends its stream itself
    asked = Date.now();
  });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-print]")) return;
  event.preventDefault();
  print();
});

// News from a stream or a poll never replaces a form that a person has begun to fill in: the form stays as it is and says what
// has happened. What answers the person's own press comes in its place as before.
{
  // Words that the server keeps (data-message) come back with the new form. Elsewhere, what an answer has shown again counts too.
  function filled(field, kept) {
    if (/radio|checkbox/.test(field.type)) return field.checked !== (kept && field.defaultChecked);
    if (field.options) return field.selectedIndex > 0;
    return field.type !== "hidden" && "defaultValue" in field && field.value !== (kept ? field.defaultValue : "");
  }

  function begun(form) {
    const kept = form.hasAttribute("data-message"), focused = document.activeElement;
    return [...form.elements].some((field) => filled(field, kept) || field === focused && field.defaultValue)
      || form.querySelector("progress"); // a file on its way
  }

  function say(form, text) {
    if (!form.querySelector("[data-sending]")) form.insertAdjacentHTML("beforeend", '<p class="sending" role="status" data-sending></p>');
    form.querySelector("[data-sending]").textContent = text;
  }

  // A form that the page of now does not offer keeps its words and loses its buttons, until it is offered again.
  function offer(form, offered) {
    form.toggleAttribute("data-stopped", !offered);
    for (const button of form.querySelectorAll("button")) button.disabled = !offered;
  }

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const own = /^(submit|click)$/.test(ctx.sourceEvent?.type), lines = tasks.flatMap(({ fragment }) => [...fragment.querySelectorAll(".happening")]);
    for (const task of [...tasks]) {
      if (own && task.type === "main" || !task.target?.querySelectorAll) continue;
      const forms = [...task.target.querySelectorAll("form[method=post]")].filter(begun);
      if (forms.length) tasks.splice(tasks.indexOf(task), 1);
      for (const form of forms) {
        offer(form, [...task.fragment.querySelectorAll("form")].some((one) => one.getAttribute("action") === form.getAttribute("action")));
        say(form, `${lines.at(-1)?.firstChild.data || "La demande a changé"} : votre saisie est restée ici. Pour voir la demande telle qu’elle est, rechargez la page.`);
      }
    }
  });

  // The person may no longer read the case. Each form keeps its words, to copy, and loses the buttons that can send nothing.
  // « ended »: the answer that says so, to a request that htmx did not make.
  document.addEventListener("ended", ({ detail }) => htmx.swap({ sourceElement: document.body, target: document.body, swap: "none", text: detail }));
  document.addEventListener("htmx:after:swap", () => {
    const ended = document.querySelector("[data-ended]");
    for (const form of ended ? document.querySelectorAll("main form[method]") : []) {
      if (begun(form)) say(form, ended.querySelector("p").firstChild.data);
      for (const button of form.querySelectorAll("button")) button.remove();
      for (const file of form.querySelectorAll("[type=file]")) file.disabled = true;
    }
  });
}

const later = () => {}; // a script that a cut line kept away is asked for again at the next occasion
// The link to a message that has arrived out of sight comes with the first one.
document.addEventListener("htmx:after:swap", () => {
  const { top = 1, bottom } = document.querySelector(".message.arriving")?.getBoundingClientRect() ?? {};
  if (bottom < 0 || top > innerHeight) import("/s/arrived.js").catch(later);
});

// What keeps the focus in its place comes with the focus; the list's own script with the first move towards a row, and with
// the first row that changes.
const list = document.getElementById("demandes"), wake = () => import("/s/list.js").catch(later);
addEventListener("focusin", () => import("/s/still.js").catch(later));
if (list) {
  list.onpointerover = list.onkeyup = wake;
  document.addEventListener("htmx:before:swap", wake);
}
