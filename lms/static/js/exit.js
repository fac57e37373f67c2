// Exit this page. The link works without this; with it the screen is covered at once, and Shift three times
// works too. Its words are in the page: see base.html.
const exit = document.querySelector(".exit");
const exitDots = exit?.querySelector(".exit-dots");
const exitStatus = document.querySelector("[data-exit-status]");
let presses = 0;
let forgetting;
let shiftWasCombined = false;

function leave() {
  document.title = "";
  for (const element of document.body.children) element.hidden = true;
  const cover = document.createElement("div");
  cover.className = "exit-overlay";
  cover.setAttribute("role", "alert");
  cover.textContent = exit.dataset.leaving;
  document.body.append(cover);
  // A learning system may show us in a frame that cannot move its window: then empty at least the frame.
  const emptyFrame = () => location.replace(exit.dataset.left);
  try {
    window.top.location.replace(exit.href);
    if (window.top !== window) setTimeout(emptyFrame, 600);
  } catch {
    emptyFrame();
  }
}

function count(number) {
  presses = number;
  exitDots.toggleAttribute("data-count", number > 0);
  [...exitDots.children].forEach((dot, place) => dot.classList.toggle("on", place < number));
  exitStatus.textContent = ["", exit.dataset.twoMore, exit.dataset.oneMore][number] ?? "";
}

function expire() {
  count(0);
  exitStatus.textContent = exit.dataset.expired;
}

function pressed(event) {
  if (event.key === "Shift" && !shiftWasCombined) {
    clearTimeout(forgetting);
    count(presses + 1);
    if (presses === 3) leave();
    else forgetting = setTimeout(expire, 5000);
  } else if (presses) {
    count(0);
  }
  shiftWasCombined = event.shiftKey;
}

if (exit) {
  for (const link of document.querySelectorAll("a[data-exit]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  }
  document.addEventListener("keyup", pressed, true);
}

// A page the browser brings back from memory is asked for again: its session may have ended.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
