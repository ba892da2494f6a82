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
    return ctx?.sourceElement?.closest?.("form[hx-post], form[hx-get]");
  }

  function sendAgain() {
    clearTimeout(timer);
    const forms = [...unsent];
    unsent.clear();
    for (const [form, button] of forms) if (form.isConnected) form.requestSubmit(button?.isConnected ? button : null);
  }

  function cut(form, ctx) {
    say(form, "Non envoyé : la ligne est coupée. Ce que vous avez saisi est gardé, l’envoi repart dès qu’elle revient.");
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
        field.value = since + field.value;
        const [before, apart] = [leaving, field.form].map((form) => form.elements["entre-referents"]);
        if (apart) apart.checked = before.checked; // words meant for referents alone stay so
      }
      field?.focus();
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
