// A link leads to the first message that has arrived out of sight, until it is seen. Loaded by the first arrival (app.js).
const link = document.createElement("a");
link.className = "button-primary arrived on-screen";
link.href = "#fil";
document.querySelector(".said > section")?.after(link);
document.addEventListener("htmx:after:swap", look);
addEventListener("scroll", look);
look();

function look() {
  link.hidden = true;
  for (const one of document.querySelectorAll(".message.arriving")) {
    const { top, bottom } = one.getBoundingClientRect();
    if (one.met ||= bottom > 0 && top < innerHeight) continue;
    link.textContent = `Un nouveau message plus ${top > 0 ? "bas" : "haut"}`;
    link.onclick = () => (one.tabIndex = -1, one.focus(), false);
    return link.hidden = false;
  }
}
