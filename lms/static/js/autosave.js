// Each answer is saved as it is given. The button saves too: this is only comfort. One request at a time; the moment
// an answer was given travels with it, so that one that arrives late never takes the place of a newer one.
// The words are the form's own data attributes.
function autosave(form) {
  const status = form.querySelector("[data-save-status]");
  const ways = form.querySelectorAll("[data-way]");
  const opened = Date.now();
  let givenAt;
  let unsaved = false; // there is something to save
  let busy = false; // we are saving, or waiting to try again
  let stuck = false; // the last try did not get through
  let pressed; // the button to press once all is saved
  let tryNow = () => {};

  // By the server's clock: this device's may be wrong.
  const moment = () => new Date(Date.parse(form.dataset.served) + Date.now() - opened).toISOString();

  async function send(before) {
    try {
      const { status: code } = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "autosave" },
        redirect: "manual",
        keepalive: true,
        signal: AbortSignal.timeout(15000),
      });
      if (code === 400 || code === 403) return before === "renewed" ? "refused" : await renew();
      return { 204: "saved", 409: "newer", 410: "closed", 429: "waiting" }[code] ?? (code >= 500 ? "waiting" : "refused");
    } catch {
      return "waiting";
    }
  }

  // The session may be a new one, or have ended: a fresh copy of this page knows, and brings a new token.
  async function renew() {
    const page = await fetch(form.dataset.page, { redirect: "manual" });
    if (page.type === "opaqueredirect") return "closed";
    if (page.status === 403) return "ended";
    if (!page.ok) return page.status >= 500 ? "waiting" : "refused";
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    form.elements.csrf_token.value = fresh.querySelector("[name=csrf_token]").value;
    return "renewed";
  }

  function say(result) {
    if (status.textContent !== form.dataset[result]) status.textContent = form.dataset[result];
    for (const way of ways) way.hidden = way.dataset.way !== result;
  }

  async function save() {
    unsaved = true;
    tryNow();
    if (busy) return;
    busy = true;
    let pause = 1000;
    let result = "saving";
    while (unsaved) {
      if (result === "saving") say("saving");
      const sending = givenAt;
      result = await send(result);
      stuck = result === "waiting" || result === "ended";
      if (stuck) {
        say(result);
        await new Promise((resume) => {
          tryNow = resume;
          setTimeout(resume, pause);
        });
        pause = Math.min(2 * pause, 30000);
      } else if (result !== "renewed") {
        unsaved = sending !== givenAt;
        if (unsaved) result = "saving";
        else say(result);
      }
    }
    busy = false;
    if (pressed && result === "saved") form.requestSubmit(pressed);
    pressed = undefined;
  }

  form.addEventListener("change", () => {
    givenAt = moment();
    save();
  });

  // While a save is on its way or waits for the network, the button waits for it: nothing typed is thrown away.
  form.addEventListener("submit", (event) => {
    givenAt = moment();
    if (!busy) return;
    event.preventDefault();
    pressed = event.submitter;
    save();
  });
  form.addEventListener("formdata", (event) => {
    if (givenAt) event.formData.set("given_at", givenAt);
  });

  for (const name of ["online", "focus", "visibilitychange"]) addEventListener(name, () => tryNow());

  // Leaving would lose what did not get through, so the browser asks; but it never holds whoever uses Exit.
  addEventListener("beforeunload", (event) => {
    if (stuck && !document.querySelector(".exit-overlay")) event.preventDefault();
  });
}

document.querySelectorAll("form[data-autosave]").forEach(autosave);
