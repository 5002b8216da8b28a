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
  // On a small screen the band scrolls; today is seen first, with what led to it.
  const plot = band.querySelector(".band-plot");
  const today = band.querySelector("line.today");
  const at = today ? today.x1.baseVal.value : plot.scrollWidth;
  plot.scrollLeft = at - plot.clientWidth * 0.8;
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

// Shows what Markdown will look like, beside the field, without leaving the page.
// Without JavaScript the same button submits the form, and the server shows the preview.
for (const text of document.querySelectorAll("textarea[data-preview-url]")) {
  const button = document.querySelector(`button[name="preview"][value="${CSS.escape(text.name)}"]`);
  const region = document.getElementById(`${text.id}-preview`);
  if (!button || !region) continue;
  const show = async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(text.dataset.previewUrl, {
        method: "POST",
        headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "" },
        body: new URLSearchParams({ text: text.value }),
      });
      if (!answer.ok || answer.redirected) throw new Error("no preview");
      // The server has cleaned this HTML, and the content policy refuses scripts in it all the same.
      region.innerHTML = await answer.text();
    } catch {
      // No line, or signed out: let the form do it, and the server says what is the matter.
      button.removeEventListener("click", show);
      button.click();
    }
  };
  button.addEventListener("click", show);
}

// While typing in the search box: titles that begin like it, as links below it. Enter searches, as ever.
const box = document.getElementById("find");
const list = document.getElementById("find-titles");
if (box && list) {
  let waiting, asked;
  const links = () => [...list.querySelectorAll("a")];
  const hide = () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); };
  const show = async () => {
    asked?.abort();
    const text = box.value.trim();
    if (text.length < 3) return hide();
    asked = new AbortController();
    try {
      const answer = await fetch(`${list.dataset.url}?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      const { titles } = await answer.json();
      list.replaceChildren(...titles.map((one) => {
        const link = Object.assign(document.createElement("a"), { href: one.url, textContent: one.title, lang: one.language });
        link.append(Object.assign(document.createElement("small"), { textContent: one.kind, lang: "" }));
        const item = document.createElement("li");
        item.append(link);
        return item;
      }));
      if (titles.length && document.activeElement === box) {
        list.hidden = false;
        box.setAttribute("aria-expanded", "true");
      } else hide();
    } catch {
      hide(); // no line, signed out, or typed on: the box still searches
    }
  };
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 180); });
  box.form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { hide(); box.focus(); return; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || list.hidden) return;
    event.preventDefault();
    const stops = [box, ...links()];
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });
  box.form.addEventListener("focusout", (event) => { if (!box.form.contains(event.relatedTarget)) hide(); });
}

// While somebody types a new contact: who is known already by nearly this name or address.
// Without JavaScript a button asks the same, and saving does at the latest.
{
  const place = document.getElementById("alike");
  const form = place?.closest("form");
  if (form) {
    const fields = ["name", "email", "organisation"].map((name) => form.elements[name]);
    let waiting, asked, last = "";
    const look = async () => {
      const kind = form.querySelector("[name=kind]:checked")?.value ?? "";
      const query = new URLSearchParams([...fields.map((field) => [field.name, field.value.trim()]), ["kind", kind]]).toString();
      if (query === last || (fields[0].value.trim().length < 4 && !fields[1].value.includes("@"))) return;
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${place.dataset.url}?${query}`, { signal: asked.signal });
        if (!answer.ok || answer.redirected) return;
        // Made by our own template, with every text escaped; the content policy refuses scripts in it all the same.
        place.innerHTML = await answer.text();
        last = query;
      } catch {
        // No line, or typed on: saving asks the same.
      }
    };
    for (const field of fields) field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 300); });
    form.addEventListener("change", look);
    document.getElementById("alike-check").hidden = true;
    look();
  }
}

// After a refusal the list of errors is where to begin.
document.querySelector(".errors")?.focus();
