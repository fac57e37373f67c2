// Inside a learning system that keeps things for us, where the browser keeps no cookies: what we keep there shows
// that the browser which comes back is the one that began. Without an answer we go on without it.
const asking = document.querySelector("[data-storage]");
const ANSWER_WITHIN = 1000;

function ask(message, target, origin) {
  const id = crypto.randomUUID();
  return new Promise((done) => {
    const timer = setTimeout(finish, ANSWER_WITHIN, {});
    function finish(answer) {
      clearTimeout(timer);
      removeEventListener("message", heard);
      done(answer);
    }
    function heard(event) {
      const answer = event.data;
      const ours = answer?.message_id === id && answer.subject === `${message.subject}.response`;
      if (ours && (origin === "*" || event.origin === origin)) finish(answer);
    }
    addEventListener("message", heard);
    target.postMessage({ ...message, message_id: id }, origin);
  });
}

const around = window.opener ?? window.parent;

// The platform says what it can do, and which frame of its own does that; else where it told when the launch began.
// `_parent`, or none, is the page around.
async function keeper(subject, told) {
  const { supported_messages: able } = await ask({ subject: "lti.capabilities" }, around, "*");
  if (!Array.isArray(able)) return frameOf(told);
  const said = able.find((each) => each?.subject === subject);
  return said && frameOf(said.frame ?? "_parent");
}

function frameOf(name) {
  return name === "_parent" ? around : around.frames[name] ?? around;
}

async function remember({ storage, frame, keeper: origin, key, value }) {
  const subject = `lti.${storage}_data`;
  const target = await keeper(subject, frame);
  return target ? ask({ subject, key, ...(storage === "put" ? { value } : {}) }, target, origin) : {};
}

async function goOn() {
  let answer = {};
  try {
    answer = await remember(asking.dataset);
  } catch {
    // a frame that is not there, an origin that is none: as if there was no answer
  }
  if (asking.dataset.storage === "put") {
    location.replace(asking.href);
  } else {
    asking.elements.proof.value = typeof answer.value === "string" ? answer.value : "";
    asking.submit();
  }
}

if (asking) goOn();
