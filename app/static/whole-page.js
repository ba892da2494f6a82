// A firewall may strip the HX-* headers of what htmx asks and of what it is answered, or answer itself. What is asked says the
// same in its address, what is answered in standard headers; and no whole page is ever put into a part of this one.
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
    place.textContent = "Réponse inattendue : un équipement du réseau a répondu à la place de la plateforme. Rien n’est perdu sur cette page. Réessayez dans un instant.";
  }

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail, { raw, status } = ctx.response;
    const whole = /^\s*<(!doctype|html)/i.test(ctx.text), html = /html|event-stream/.test(raw.headers.get("Content-Type"));
    if (!ctx.text || html && !whole) return;
    const asked = /submit|click/.test(ctx.sourceEvent?.type), ours = whole && ctx.text.includes('<main id="contenu"');
    if (ours && asked && status > 399) { // an error page of ours, as without scripts
      ctx.target = document.body;
      ctx.swap = "innerHTML";
      return;
    }
    event.preventDefault();
    if (!asked) return; // the page asked by itself: what is typed here stays
    if (!ours) return say(ctx.sourceElement);
    ctx.keepIndicators = true;
    location.href = raw.url.replace(/[?&]fragment=1/, "").replace(/^([^?]*)&/, "$1?");
  });
}
