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

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const own = /^(submit|click)$/.test(ctx.sourceEvent?.type), lines = tasks.flatMap(({ fragment }) => [...fragment.querySelectorAll(".happening")]);
    for (const task of [...tasks]) {
      if (own && task.type === "main" || !task.target?.querySelectorAll) continue;
      const forms = [...task.target.querySelectorAll("form[method=post]")].filter(begun);
      if (forms.length) tasks.splice(tasks.indexOf(task), 1);
      for (const form of forms) say(form, `${lines.at(-1)?.firstChild.data || "La demande a changé"} : votre saisie est restée ici. Pour voir la demande telle qu’elle est, rechargez la page.`);
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
