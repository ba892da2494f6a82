// The form of who answers. A ready phrase goes where the cursor is: nothing that is typed is replaced, and Ctrl+Z takes it
// back. An answer that it carries is ticked by the server, which draws the form again. Without this script, the server adds
// the words at the end.
{
  const touched = new WeakSet();
  let asking, timer;
  // touched: fields that had the focus; the cursor of another one is nowhere. asking: a phrase is on its way.
  const ask = (path) => fetch(path, { redirect: "manual", headers: { "HX-Request-Type": "partial" } });
  addEventListener("focusin", ({ target }) => { if (target.id === "message") touched.add(target); });

  function insert(field, words) {
    const { value } = field, at = touched.has(field) ? field.selectionEnd : value.length;
    const before = value.slice(0, at), after = value.slice(at);
    const gap = !before || /\s$/.test(before) ? "" : after.trim() ? " " : "\n\n", text = gap + words + (/^\S/.test(after) ? " " : "");
    field.focus();
    field.setSelectionRange(at, at);
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, at, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function choose(button, form) {
    asking = true;
    try {
      const { texte, reponse } = await (await ask(form.dataset.message.replace(/[^/]+$/, `phrases/${button.value}`))).json();
      if (texte) {
        insert(form.elements.message, texte);
        if (!reponse) {
          button.closest("details").open = false;
          document.getElementById("annonces").textContent = "Phrase ajoutée.";
          return;
        }
        button.insertAdjacentHTML("afterend", '<input type="hidden" name="inseree" value="oui">');
      }
      form.requestSubmit(button);
    } catch {
      form.requestSubmit(button); // the server adds the words, or the page says what is wrong
    } finally {
      asking = false;
    }
  }

  addEventListener("click", (event) => {
    const button = event.target.closest?.("form[data-message] button[name=phrase]"), form = button?.form;
    if (!form || form.elements.inseree || !event.isTrusted) return;
    event.preventDefault();
    if (!asking && event.detail < 2) choose(button, form);
  });

  // Titles and words are searched by the server: the page has the titles alone.
  async function search(box) {
    const { form, value } = box, answer = await ask(`${form.action}?fragment=1&q=${encodeURIComponent(value)}`).catch(() => ({})), found = box.closest("details").querySelector(".found");
    if (!answer.ok || box.value !== value) return;
    found.innerHTML = await answer.text();
    const { length } = found.querySelectorAll("button");
    document.getElementById("annonces").textContent = `${length} phrase${length > 1 ? "s" : ""}`;
  }
  addEventListener("toggle", ({ target }) => target.matches(".phrases") && target.querySelector("p").removeAttribute("hidden"), true);
  addEventListener("input", ({ target }) => {
    if (target.id !== "cherche-phrase") return;
    clearTimeout(timer);
    timer = setTimeout(search, 200, target);
  });
  addEventListener("submit", (event) => {
    if (event.target.id !== "chercher-phrase") return;
    event.preventDefault();
    document.querySelector(".found button")?.focus();
  });

  // Ctrl+Enter on the question that an answer asks confirms it. Once it has sent (keys.js), the focus is on the next case:
  // Enter opens it, and so does S.
  let sent;
  addEventListener("keydown", (event) => {
    const { target } = event, form = target.closest?.("[data-message]"), button = target.id === "titre-question" && form?.elements.confirmer;
    if (event.key !== "Enter" || !event.ctrlKey && !event.metaKey || event.repeat || !form) return;
    sent = true;
    if (button && !button.disabled && !event.defaultPrevented) form.requestSubmit(button);
  });
  document.addEventListener("htmx:after:swap", () => {
    const next = sent && document.querySelector("[data-next=envoye]");
    if (!next) return;
    sent = false;
    if (!document.querySelector("#message")?.value) next.focus();
  });
}
