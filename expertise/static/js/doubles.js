// While somebody types a new contact: who is known already by nearly this name or address.
// Without JavaScript a button asks the same, and saving does at the latest.
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
