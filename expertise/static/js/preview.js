// Shows what Markdown will look like, beside the field, without leaving the page.
// Without JavaScript the same button submits the form, and the server shows the preview.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

for (const text of document.querySelectorAll("textarea[data-preview-url]")) {
  const button = document.querySelector(`button[name="preview"][value="${CSS.escape(text.name)}"]`);
  const region = document.getElementById(`${text.id}-preview`);
  if (!button || !region) continue;
  const show = async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(text.dataset.previewUrl, {
        method: "POST",
        headers: { "X-CSRFToken": token },
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
