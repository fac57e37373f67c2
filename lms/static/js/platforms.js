// For whoever connects a learning system: what is to be copied is selected whole, and the learning system is told when
// its page may close. Without scripts the keyboard selects it as well, and people close the page themselves.
for (const field of document.querySelectorAll("[data-whole]")) {
  field.addEventListener("click", () => field.select());
}

const registered = document.querySelector("[data-close-registration]");
const opener = window.opener ?? (window.parent === window ? undefined : window.parent);
if (registered && opener) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = registered.dataset.closeRegistration;
  button.addEventListener("click", () => opener.postMessage({ subject: "org.imsglobal.lti.close" }, "*"));
  registered.after(button);
}
