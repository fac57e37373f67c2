// Exit this page. The link works without this; with it, the screen is covered at once and Shift three times
// works too. A frame that may not leave its window empties itself instead.
const exitLinks = document.querySelectorAll("a[data-exit]");
const exitDots = document.querySelector(".exit-dots");
const exitStatus = document.querySelector("[data-exit-status]");
let presses = 0;
let pressTimer;
let shiftWasCombined = false;

function leave(url) {
  document.title = "";
  for (const element of document.body.children) element.hidden = true;
  const cover = document.createElement("div");
  cover.className = "exit-overlay";
  cover.setAttribute("role", "alert");
  cover.textContent = "Loading.";
  document.body.append(cover);
  const emptyThisFrame = () => location.replace("/left");
  try {
    window.top.location.replace(url);
    if (window.top !== window) setTimeout(emptyThisFrame, 600);
  } catch {
    emptyThisFrame();
  }
}

function showPresses() {
  if (!exitDots) return;
  exitDots.toggleAttribute("data-count", presses > 0);
  [...exitDots.children].forEach((dot, place) => dot.classList.toggle("on", place < presses));
}

function forgetPresses() {
  presses = 0;
  showPresses();
  if (exitStatus) exitStatus.textContent = "";
}

for (const link of exitLinks) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(link.href);
  });
}

document.addEventListener("keyup", (event) => {
  if (event.key === "Shift" && !shiftWasCombined && exitLinks.length) {
    presses += 1;
    showPresses();
    clearTimeout(pressTimer);
    if (presses === 3) return leave(exitLinks[0].href);
    const left = 3 - presses;
    exitStatus.textContent = `Shift, press ${left} more ${left === 1 ? "time" : "times"} to exit.`;
    pressTimer = setTimeout(forgetPresses, 5000);
  } else if (presses) {
    forgetPresses();
  }
  shiftWasCombined = event.shiftKey;
}, true);

// A page brought back from the browser's memory is asked for again: its session may have ended.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
