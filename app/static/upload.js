// Files leave as soon as they are chosen, piece by piece: a cut line goes on where it stopped, without choosing again.
// A photo is made lighter first. Without scripts the same field sends its files with the form.
{
  const MOST = 10 * 1024 * 1024, LIGHT = 500 * 1000, SIDES = [2000, 1600, 1200], QUALITIES = [0.85, 0.7, 0.55, 0.45];
  const SMALLEST = 32 * 1024, LARGEST = 512 * 1024;
  const waiting = new Map(); // form -> how many files are on their way
  const held = new Map(); // form -> the button that was pressed meanwhile
  let size = 64 * 1024;

  const pause = (ms) => new Promise((done) => {
    const timer = setTimeout(go, ms);
    function go() {
      clearTimeout(timer);
      removeEventListener("online", go);
      document.removeEventListener("visibilitychange", seen);
      done();
    }
    function seen() { if (!document.hidden) go(); } // who has logged in beside is back
    addEventListener("online", go);
    document.addEventListener("visibilitychange", seen);
  });

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  }

  // Upright, at most 2000 pixels, under 500 kB: the words of a photographed letter stay legible. What is no photo, or
  // what this browser cannot read, leaves as it is. This spares the line and nothing else: the server removes the
  // position and the device from every image, and turns HEIC into JPEG.
  async function lighten(file) {
    if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || file.size <= LIGHT) return file;
    try {
      const image = await createImageBitmap(file);
      for (const side of SIDES) {
        const canvas = drawn(image, side);
        for (const quality of QUALITIES) {
          const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
          if (blob && blob.size <= LIGHT) return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: blob.type });
        }
      }
    } catch { /* unreadable here: the server will say what it thinks of it */ }
    return file;
  }

  function drawn(image, side) {
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function post(form, address, fields) {
    const data = new FormData();
    data.set("jeton", form.querySelector("[name=jeton]").value);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    address += `${address.includes("?") ? "&" : "?"}fragment=1`;
    return fetch(address, { method: "POST", body: data, redirect: "manual", headers: { "HX-Request-Type": "partial" } });
  }

  // The server's answer: how far it has come, or its line once it is complete; a refusal in words is final.
  async function heard(answer) {
    const text = await answer.text(), unexpected = { meanwhile: "Réponse inattendue du réseau : nouvel essai bientôt." };
    if (answer.status < 500 && answer.status !== 413 && saves.foreign(text)) throw unexpected;
    if (answer.status === 422) throw { why: text.trim() };
    if (answer.status === 410) document.dispatchEvent(new CustomEvent("ended", { detail: text })); // app.js
    if (answer.status === 400 || answer.status === 404 || answer.status === 410 || answer.status === 413) {
      throw { why: "Ce fichier n’a pas pu être joint. Choisissez-le de nouveau." };
    }
    if (answer.status === 401 || answer.status === 403) {
      throw { meanwhile: "Votre session a pris fin : l’envoi reprendra ici, une fois connecté.", signedOut: true };
    }
    if (!answer.ok) throw { meanwhile: "Le fichier n’a pas pu être enregistré pour le moment : nouvel essai bientôt." };
    const line = answer.status === 200 ? text : "";
    const offset = /\d+/.exec(answer.headers.get("Upload-Offset") || answer.headers.get("ETag"));
    if (!offset || /^\s*<(!doctype|html)/i.test(line)) throw unexpected;
    return { offset: Number(offset[0]), line };
  }

  // Announcing again asks how far it has come: that is all that resuming needs.
  async function send(input, file, place) {
    const id = newId();
    for (let tries = 0; ; tries++) {
      try {
        const announced = { piece: id, nom: file.name, taille: file.size };
        if (input.form.elements.lecteurs) announced.lecteurs = input.form.elements.lecteurs.value;
        let state = await heard(await post(input.form, input.dataset.upload, announced));
        while (!state.line) {
          place.show(state.offset / file.size);
          const start = performance.now(), piece = file.slice(state.offset, state.offset + size);
          state = await heard(await post(input.form, `/pieces/${id}/reception`, { depuis: state.offset, morceau: piece }));
          adapt(performance.now() - start);
          tries = 0;
        }
        return state.line;
      } catch (failure) {
        if (failure.why) throw failure;
        size = SMALLEST;
        place.say(failure.meanwhile || "La ligne est coupée : l’envoi reprendra de lui-même où il s’est arrêté.");
        if (failure.signedOut) place.offerLogin();
        await pause(Math.min(1000 * 2 ** tries, 10000));
      }
    }
  }

  // A weak line gets small pieces, so that a cut costs little; a good one is not made to wait.
  function adapt(took) {
    if (took < 1500) size = Math.min(size * 2, LARGEST);
    if (took > 6000) size = Math.max(size / 2, SMALLEST);
  }

  function placeFor(input, name) {
    const line = document.createElement("li"), label = document.createElement("span");
    const bar = document.createElement("progress"), words = document.createElement("span");
    label.textContent = name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Envoi de ${name}`);
    words.className = "attachment-facts";
    words.textContent = "en préparation…";
    line.append(label, bar, words);
    list(input).append(line);
    return {
      line,
      show(part) { bar.value = part; words.textContent = `${Math.floor(part * 100)} % envoyés`; },
      say(text) { words.textContent = text; announce(input, text); },
      offerLogin() {
        const link = document.createElement("a");
        Object.assign(link, { href: "/login", target: "_blank", rel: "noopener", textContent: "Connectez-vous dans un nouvel onglet" });
        words.append(" ", link);
      },
    };
  }

  const list = (input) => input.closest(".field").querySelector("[data-waiting]");
  function announce(input, text) { input.closest(".field").querySelector("[data-uploading]").textContent = text; }

  async function join(input, chosen) {
    const place = placeFor(input, chosen.name);
    try {
      const file = await lighten(chosen);
      if (file.size > MOST) throw { why: `« ${chosen.name} » dépasse 10 Mo. Réduisez-le, ou séparez-le en plusieurs fichiers.` };
      if (!file.size) throw { why: `« ${chosen.name} » est vide. Vérifiez-le sur votre poste, puis joignez-le de nouveau.` };
      announce(input, `Envoi de ${chosen.name}…`);
      place.line.outerHTML = await send(input, file, place);
      announce(input, `${chosen.name} est reçu.`);
    } catch (failure) {
      announce(input, "");
      place.line.className = "error";
      place.line.setAttribute("role", "alert");
      place.line.textContent = failure.why || `« ${chosen.name} » n’a pas pu être lu. Choisissez-le de nouveau.`;
    }
  }

  // One after the other: on a weak line, two files at once would both be late.
  let turn = Promise.resolve();
  function take(input) {
    const form = input.form;
    for (const file of [...input.files]) {
      waiting.set(form, (waiting.get(form) || 0) + 1);
      turn = turn.then(() => join(input, file)).finally(() => arrived(form));
    }
    input.value = "";
  }

  function arrived(form) {
    waiting.set(form, waiting.get(form) - 1);
    if (waiting.get(form)) return;
    waiting.delete(form);
    const pressed = held.get(form);
    held.delete(form);
    if (pressed !== undefined && form.isConnected) form.requestSubmit(pressed);
  }

  function ready(root) {
    for (const input of root.querySelectorAll("input[data-upload]")) {
      for (const button of input.closest(".field").querySelectorAll("[data-by-hand]")) button.hidden = true;
      if (input.files.length) take(input);
    }
  }

  document.addEventListener("change", (event) => { if (event.target.matches("input[data-upload]")) take(event.target); });
  document.addEventListener("submit", (event) => {
    if (!waiting.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.set(event.target, event.submitter?.isConnected ? event.submitter : null);
    announce(event.target.querySelector("input[data-upload]"), "Dès que les fichiers sont reçus, la suite se fait d’elle-même.");
  }, true);
  document.addEventListener("htmx:after:swap", () => ready(document));
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
  ready(document);
}
