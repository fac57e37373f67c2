// Each answer is saved as it is given. The button saves too, so this is only comfort.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-save-status]");
  const words = form.dataset;
  let wanted = 0;

  const save = async (turn, wait) => {
    if (turn !== wanted) return;
    status.textContent = words.saving;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "autosave" },
        keepalive: true,
      });
      if (turn !== wanted) return;
      if (answer.ok) {
        status.textContent = words.saved;
      } else if (answer.status < 500) {
        status.textContent = words.refused;
      } else {
        throw new Error(answer.status);
      }
    } catch {
      if (turn !== wanted) return;
      status.textContent = words.waiting;
      setTimeout(() => save(turn, Math.min(2 * wait, 30000)), wait);
    }
  };

  form.addEventListener("change", () => save(++wanted, 1000));
}
