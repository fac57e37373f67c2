// A preview shows a page again as soon as its file was saved. Only `alongside courses preview` has it.
const preview = document.querySelector("[data-preview]");

async function waitForNews() {
  try {
    const answer = await fetch(preview.dataset.preview);
    if (answer.status === 205) {
      if ("posted" in preview.dataset) location.replace(location.href);
      else location.reload();
      return;
    }
  } catch {
    await new Promise((wake) => setTimeout(wake, 1000));
  }
  waitForNews();
}

if (preview) waitForNews();
