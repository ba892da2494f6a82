// A firewall may strip the HX-* headers of what htmx asks and of what it is answered, or answer itself. What is asked says the
// same in its address, what is answered in standard headers; and no whole page is ever put into a part of this one, nor
// what shows neither our policy nor an attribute of htmx.
{
  document.addEventListener("htmx:config:request", ({ detail: { ctx: { request } } }) => {
    request.action += `${request.action.includes("?") ? "&" : "?"}fragment=1`;
  });

  document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
    const { status, headers } = ctx.response;
    if (status === 204) ctx.hx.redirect ||= headers.get("Location");
    ctx.hx.pushurl ||= headers.get("Content-Location");
  });

  function say(element) {
    const form = element.closest("form"), near = (form || element.parentElement).querySelector("[data-sending]");
    const place = near || document.createElement("p");
    if (!near) {
      Object.assign(place, { className: "sending", role: "status" }).dataset.sending = "";
      if (form) form.append(place);
      else element.after(place);
    }
    place.textContent = "Réponse inattendue : le réseau a répondu à la place de la plateforme. Réessayez dans un instant.";
  }

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail, { raw, status } = ctx.response;
    const whole = /^\s*<(!doctype|html)/i.test(ctx.text);
    const part = /'none';frame-/.test(raw.headers.get("Content-Security-Policy")) || /[\s<]hx-/.test(ctx.text);
    if (status === 204 || part && !whole) return;
    const asked = /submit|click/.test(ctx.sourceEvent?.type), ours = whole && ctx.text.includes('<main id="contenu"');
    if (ours && asked && status > 399) { // an error page of ours, as without scripts
      ctx.target = document.body;
      ctx.swap = "innerHTML";
      return;
    }
    event.preventDefault();
    if (!asked) return; // the page asked by itself: what is typed here stays
    if (ctx.foreign = !ours) return say(ctx.sourceElement); // sealed.js keeps what was sent
    ctx.keepIndicators = true;
    location.href = raw.url.replace(/[?&]fragment=1/, "").replace(/^([^?]*)&/, "$1?");
  });
}

// A form that htmx sends: it says that it leaves, and until the server has answered, nothing of it is lost. It leaves again
// by itself when the line is back, and when one comes back to this tab after logging in. Every post counts once.
{
  const unsent = new Map(); // form -> the button that was pressed
  let timer;

  function say(form, text) {
    let place = form.querySelector("[data-sending]");
    if (!place) {
      form.insertAdjacentHTML("beforeend", '<p class="sending" role="status" data-sending></p>');
      place = form.lastElementChild;
    }
    place.textContent = text;
  }

  function formOf(ctx) {
    const from = ctx?.sourceElement?.closest?.("form[hx-post], form[hx-get], a[hx-get]");
    return from?.matches("form") ? from : null; // a link inside a form asks by itself, and sends nothing
  }

  function sendAgain() {
    clearTimeout(timer);
    const forms = [...unsent];
    unsent.clear();
    for (const [form, button] of forms) if (form.isConnected) form.requestSubmit(button?.isConnected ? button : null);
  }

  function cut(form, ctx) {
    say(form, "Non envoyé : la ligne est coupée. L’envoi repart dès qu’elle revient.");
    sealed.hold(form, form.querySelector("[data-sending]"));
    unsent.set(form, ctx.request.submitter);
    clearTimeout(timer);
    timer = setTimeout(sendAgain, 3000);
  }

  // What is typed while a message is on its way is the next one's: the fresh form gets it.
  let sent = "", leaving, since;
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const form = formOf(ctx);
    if (!form) return;
    unsent.delete(form);
    say(form, "Envoi en cours…");
    if (form.hasAttribute("data-keep")) sent = form.elements.message?.value ?? "";
  });
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (!formOf(ctx)) return; // the stream may bring the message before the answer does
    leaving = formOf(ctx);
    const typed = leaving.hasAttribute("data-keep") ? leaving.elements.message?.value ?? "" : sent;
    since = typed.startsWith(sent) ? typed.slice(sent.length) : typed;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!leaving || leaving.isConnected) return;
    if (leaving.hasAttribute("data-keep")) {
      const field = document.getElementById("message");
      if (field && since) {
        field.value = sent && field.value.startsWith(sent) ? field.value + since : since + field.value;
        const [before, after] = [leaving, field.form].map((form) => form.elements.lecteurs);
        if (after) after.value = before.value; // words meant for fewer readers stay so
        field.dispatchEvent(new Event("input", { bubbles: true })); // kept as if they were typed here
      }
      (field?.form.querySelector("[autofocus]") || field)?.focus(); // a question, or what is to correct
    }
    leaving = null;
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => { if (formOf(ctx)) cut(formOf(ctx), ctx); });
  // A relay answers in the place of a server that is not there; a session has ended: the page stays as it is.
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail, form = formOf(ctx), { status } = ctx.response, said = /^\s*<hx-partial/.test(ctx.text);
    if (!form) return;
    if (status > 501 && !said) { event.preventDefault(); cut(form, ctx); }
    else if (status === 401 || status > 501) unsent.set(form, ctx.request.submitter);
    if (status === 503 && said) timer = setTimeout(sendAgain, 60000); // maintenance, in words of ours
  });
  addEventListener("online", sendAgain);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAgain(); });
}

// A text that is too long says so while it is typed or pasted: nothing of it is cut, and the server counts again.
{
  let timer;
  function count(field) {
    const { value, dataset: { most } } = field, next = field.nextElementSibling, shown = next?.matches("[data-over]");
    const length = value.length > most ? [...value.trim()].length : 0, grouped = (number) => number.toLocaleString("fr-FR");
    if (length > most && !shown) field.insertAdjacentHTML("afterend", '<p class="error" role="status" data-over></p>');
    if (length > most) field.nextElementSibling.textContent = `${grouped(length)} caractères, c’est ${grouped(length - most)} de trop.`;
    else if (shown) next.textContent = "";
  }
  addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    if (target.dataset.most) timer = setTimeout(count, 300, target);
  });
}
// Each save of a form carries its page's key and a number that grows: the server drops the older of two, and keeps both when
// another page has saved (app/domain/cases/form_saves.py). What leaves with a page may arrive after the next one was drawn:
// that page asks again. The browser keeps a version and a time, nothing that was typed.
const saves = {
  // Before the form is read: one more save.
  next(form) {
    const field = form.elements.version;
    if (field) field.value = field.value.replace(/^\d+/, (number) => +number + 1);
  },

  // A whole page that is none of ours: a firewall has answered, even with a status of ours (AWS's says 202).
  foreign: (text) => /^\s*<(!doctype|html)/i.test(text) && !text.includes('<main id="contenu"'),

  // What another page has kept, in the form. Its buttons come after the first one, which Enter presses.
  show(form, html) {
    let place = form.querySelector("[data-others]");
    if (!place) {
      const first = form.querySelector("button");
      first.insertAdjacentHTML("afterend", "<div data-others></div>");
      place = first.nextElementSibling;
    }
    if (place.shown === html) return;
    place.innerHTML = place.shown = html;
    place.animate({ pointerEvents: ["none", "none"] }, 500); // a press that was meant for what was here
  },

  leave(form, to, body) {
    const version = `${form.elements.cle?.value}.${parseInt(form.elements.version?.value)}`;
    navigator.sendBeacon(to, body);
    this.note({ to: form.action, version, tries: 0, at: Date.now() });
  },

  note(left) {
    try {
      if (left) sessionStorage.left = JSON.stringify(left);
      return JSON.parse(sessionStorage.left || "{}");
    } catch { return {}; /* storage is blocked, full, or forbidden in a private window */ }
  },

  arrive() {
    const left = this.note(), form = document.querySelector("[data-draft], [data-message]");
    if (!form || form.action !== left.to || Date.now() - left.at > 5000 || left.tries > 3) return;
    if (form.querySelector(`[value$="${left.version}"]`)) return this.note({});
    const timer = setTimeout(() => {
      this.note({ ...left, tries: left.tries + 1 });
      location.replace(location.pathname + location.search);
    }, 100 * 2 ** left.tries);
    addEventListener("input", () => clearTimeout(timer));
  },
};
saves.arrive();
