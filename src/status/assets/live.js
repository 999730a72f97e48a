// Shows times in the reader's zone, and keeps the page up to date. Pages are whole without it.

const events = document.currentScript?.dataset.events;
const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const toTheSecond = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** @param {ParentNode} root */
function localizeTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.getAttribute("datetime") ?? "");
    const format = time instanceof HTMLElement && "exact" in time.dataset ? toTheSecond : short;
    time.textContent = format.format(date);
    time.setAttribute("title", full.format(date));
  }
}

/**
 * Makes a node's children like another's, and leaves alone what is the same: focus, selection, what is scrolled.
 * @param {Element} from
 * @param {Element} to
 */
function morph(from, to) {
  const wanted = [...to.childNodes];
  while (from.childNodes.length > wanted.length) from.lastChild?.remove();
  for (const [at, next] of wanted.entries()) {
    const now = from.childNodes[at];
    if (!now) from.append(next);
    else if (now.nodeName !== next.nodeName) now.replaceWith(next);
    else if (now instanceof Element && next instanceof Element) {
      copyAttributes(now, next);
      morph(now, next);
    } else if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
  }
}

/**
 * @param {Element} from
 * @param {Element} to
 */
function copyAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    // What the reader has opened stays open.
    if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

/** @param {string} address */
function follow(address) {
  const source = new EventSource(address);
  const sign = document.getElementById("live");
  const show = (/** @type {boolean} */ isLive) => {
    if (sign) sign.hidden = !isLive;
  };
  source.addEventListener("open", () => show(true));
  source.addEventListener("error", () => show(false));
  source.addEventListener("message", ({ data }) => {
    for (const [id, html] of Object.entries(JSON.parse(data))) {
      const element = document.getElementById(id);
      const next = document.createElement("div");
      next.innerHTML = html;
      localizeTimes(next);
      if (element) morph(element, next);
    }
  });
  // Retention has deleted it, or the session is over: the page says which.
  source.addEventListener("gone", () => location.reload());
  addEventListener("pagehide", () => source.close());
}

localizeTimes(document);
if (events) follow(events);
