// A password can be looked at while it is typed. The button is made here: without scripts there is none, and nothing is
// missing. Its words are the field's own data attributes.
function makeShowable(field) {
  const input = field.querySelector("input");
  const button = document.createElement("button");
  const status = document.createElement("span");
  const name = document.querySelector(`label[for="${input.id}"]`).textContent;
  button.type = "button"; // it never sends the form
  button.className = "btn btn--quiet";
  button.setAttribute("aria-controls", input.id);
  status.className = "vh";
  status.setAttribute("role", "status");

  function set(seen) {
    const verb = seen ? field.dataset.hide : field.dataset.show;
    input.type = seen ? "text" : "password";
    button.textContent = verb;
    button.setAttribute("aria-label", `${verb}: ${name}`); // two passwords on a page are told apart
  }

  button.addEventListener("click", () => {
    set(input.type === "password");
    status.textContent = input.type === "text" ? field.dataset.shown : field.dataset.hidden;
  });
  input.form.addEventListener("submit", () => set(false)); // a browser offers to keep only what is typed as a password
  set(false);
  field.append(button, status);
}

document.querySelectorAll("[data-password]").forEach(makeShowable);
