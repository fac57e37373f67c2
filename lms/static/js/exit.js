// Exit this page. The link works without this; with it the screen is covered at once, and Shift three times
// works too. Its words are in the page: see base.html.
const exit = document.querySelector(".exit");
const exitDots = exit?.querySelector(".exit-dots");
const exitStatus = document.querySelector("[data-exit-status]");
const PATIENCE = 1500;
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
  endSession().then(depart);
}

// Asked for beside the page, never by going there: with no connection the browser would show an error that names
// this site. True once the server has answered; who is kept waiting is let go first.
function endSession() {
  const settings = { redirect: "manual", cache: "no-store", keepalive: true };
  const answered = fetch(exit.href, settings).then(() => true, () => false);
  return Promise.race([answered, new Promise((done) => setTimeout(done, PATIENCE, false))]);
}

// A learning system may show us in a frame that cannot move its window: then empty at least the frame.
function depart(answered) {
  const emptyFrame = () => location.replace(answered ? exit.dataset.left : "about:blank");
  try {
    window.top.location.replace(exit.dataset.away);
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

// Who selects text or opens a link with Shift and the mouse does not ask to leave.
function pointed(event) {
  if (event.shiftKey) {
    count(0);
    shiftWasCombined = true;
  }
}

// The Shift of such a click may be let go in another window: a new press is a new beginning.
function began(event) {
  if (event.key === "Shift" && !event.repeat) shiftWasCombined = false;
}

if (exit) {
  for (const link of document.querySelectorAll("a[data-exit]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  }
  document.addEventListener("keydown", began, true);
  document.addEventListener("keyup", pressed, true);
  for (const kind of ["pointerdown", "wheel"]) document.addEventListener(kind, pointed, { capture: true, passive: true });
}

// A page the browser brings back from memory is asked for again: its session may have ended.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
