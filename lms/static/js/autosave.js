// Each answer is saved as it is given. The button saves too: this is only comfort. One request at a time, so
// that an older answer never arrives after a newer one. The words are the form's own data attributes.
function autosave(form) {
  const status = form.querySelector("[data-save-status]");
  const stop = new AbortController();
  let changed = false;
  let busy = false;

  async function send() {
    try {
      const { status: code } = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "autosave" },
        redirect: "manual",
        keepalive: true,
        signal: stop.signal,
      });
      if (code === 204) return "saved";
      return code === 429 || code >= 500 ? "waiting" : "refused";
    } catch {
      return "waiting";
    }
  }

  async function save() {
    changed = true;
    if (busy) return;
    busy = true;
    let pause = 1000;
    while (changed && !stop.signal.aborted) {
      changed = false;
      status.textContent = form.dataset.saving;
      const result = await send();
      if (!changed) status.textContent = form.dataset[result];
      if (result !== "waiting") continue;
      changed = true;
      await new Promise((resume) => setTimeout(resume, pause));
      pause = Math.min(2 * pause, 30000);
    }
    busy = false;
  }

  form.addEventListener("change", save);
  form.addEventListener("submit", () => stop.abort());
}

document.querySelectorAll("form[data-autosave]").forEach(autosave);
