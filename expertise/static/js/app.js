// Small comforts on top of pages that work without them.

const typing = (el) => el.closest("input, textarea, select, [contenteditable]");

// "/" goes to the search box; each account can switch that off.
// Escape closes an open menu and gives the focus back to what opened it.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.body.dataset.shortcut === "on" && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.getElementById("find");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  } else if (event.key === "Escape") {
    for (const open of document.querySelectorAll(".bar details[open]")) {
      const inside = open.contains(document.activeElement);
      open.open = false;
      if (inside) open.querySelector("summary").focus();
    }
  }
});

// A click elsewhere closes the menu of the account.
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".me[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// A form that takes something away says what will be gone, and asks once.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// In a time band the arrow keys step through the marks by date; the band is one stop for the Tab key.
for (const band of document.querySelectorAll(".band")) {
  const left = (el) => el.querySelector("svg").x.baseVal.value;
  const spots = [...band.querySelectorAll("a.spot")].sort((a, b) => left(a) - left(b));
  const choose = (index) => spots.forEach((spot, i) => spot.setAttribute("tabindex", i === index ? 0 : -1));
  choose(spots.length - 1);
  // On a small screen the band scrolls; what is recent is seen first.
  const plot = band.querySelector(".band-plot");
  plot.scrollLeft = plot.scrollWidth;
  band.addEventListener("keydown", (event) => {
    const here = spots.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -spots.length, End: spots.length }[event.key];
    if (here < 0 || !step) return;
    event.preventDefault();
    const next = Math.min(Math.max(here + step, 0), spots.length - 1);
    choose(next);
    spots[next].focus();
  });
}

// After a refusal the list of errors is where to begin.
document.querySelector(".errors")?.focus();
