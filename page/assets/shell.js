// What the page does in the browser: leaving quickly, moving without losing the conversation,
// copying, opening evidence, telling screen readers what is new. It sends nothing anywhere but to
// the page's own server, and builds no markup from text.

const ESCAPES_WITHIN_MS = 1500;

function leave(to) {
  document.documentElement.style.display = "none"; // gone before anything is fetched
  document.title = " ";
  try { sessionStorage.clear(); } catch (error) { /* storage may be forbidden */ }
  window.location.replace(navigator.onLine && to ? to : "about:blank");
}

function say(text) {
  const region = document.getElementById("spoken");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60); // a change, also where the words are the same
}

async function copy(button, texts) {
  const address = button.dataset.copyAddress !== undefined; // a link within the page, made whole
  const text = address ? new URL(button.dataset.copy, window.location.href).href : button.dataset.copy;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) { // no clipboard outside https and localhost
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus();
  }
  const before = button.textContent;
  button.textContent = done ? texts.copied : texts.notCopied;
  say(button.textContent);
  setTimeout(() => { button.textContent = before; }, 1800);
}

function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

function openEvidence(id) {
  const item = document.getElementById(id);
  if (!item) return;
  item.open = true;
  item.scrollIntoView({ behavior: calm(), block: "start" });
  item.querySelector("summary")?.focus({ preventScroll: true });
}

function onClick(event, shell) {
  const from = event.target.closest?.("[data-leave],[data-copy],[data-evidence],[data-go],[data-print]");
  if (!from) return;
  if (from.dataset.leave !== undefined) {
    event.preventDefault();
    leave(from.getAttribute("href"));
  } else if (from.dataset.copy !== undefined) {
    event.preventDefault();
    copy(from, shell.data.texts);
  } else if (from.dataset.print !== undefined) {
    window.print();
  } else if (from.dataset.evidence !== undefined) {
    event.preventDefault();
    openEvidence(from.dataset.evidence);
  } else if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    shell.moved = true;
    shell.set("go", from.getAttribute("href"));
  }
}

function onKey(event, shell) {
  if (event.key !== "Escape") return;
  const now = Date.now();
  if (now - shell.escape < ESCAPES_WITHIN_MS) {
    event.preventDefault();
    event.stopPropagation();
    leave(shell.data.exit);
    return;
  }
  shell.escape = now;
  say(shell.data.texts.escape);
}

// One entry of the browser's history for the whole visit: leaving replaces it.
function keepOneEntry() {
  history.pushState = (state, title, url) => history.replaceState(state, title, url);
}

function printWithAllOpen() {
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.evidence:not([open])")];
    closed.forEach((item) => { item.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((item) => { item.open = false; }));
}

// What Streamlit leaves out for those who do not see the page.
function mend(texts) {
  document.querySelectorAll("[data-testid=stChatInputTextArea]").forEach((area) => {
    if (area.getAttribute("aria-label") !== texts.ask) area.setAttribute("aria-label", texts.ask);
  });
  const main = document.getElementById("stMain");
  if (!main) return;
  still(main);
  if (main.getAttribute("aria-label") !== texts.name) main.setAttribute("aria-label", texts.name);
}

// The style sheet comes once; it is kept where no later drawing takes it away.
function adopt() {
  const sent = document.querySelector("body style#page-style");
  if (!sent) return;
  const kept = document.head.querySelector("style#page-style-kept") || document.createElement("style");
  kept.id = "page-style-kept";
  if (kept.textContent !== sent.textContent) kept.textContent = sent.textContent;
  document.head.append(kept);
  sent.remove();
}

function theme() {
  const app = document.querySelector(".stApp");
  if (!app) return;
  const rgb = (getComputedStyle(app).backgroundColor.match(/\d+/g) || [255, 255, 255]).map(Number);
  document.documentElement.dataset.theme = rgb[0] + rgb[1] + rgb[2] < 384 ? "dark" : "light";
}

// Streamlit drives a page with a field for questions to its end while it grows; a reader begins at the beginning.
// So the scrolling frame always seems to be at its end already, and its place is set by readers and by `hold` alone.
function still(main) {
  if (Object.hasOwn(main, "scrollTop")) return;
  const top = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop");
  Object.defineProperty(main, "scrollTop", { get() { return top.get.call(this); }, set() {} });
  Object.defineProperty(main, "scrollHeight", { get() { return this.offsetHeight + this.scrollTop; } });
}

// The place is held for some seconds (a slow line draws late), or until the reader does anything.
const HELD_MS = 8000;

function hold(shell, go) {
  shell.hold = { go, until: Date.now() + HELD_MS };
  go();
}

function keepHeld(shell) {
  if (shell.hold && Date.now() < shell.hold.until) shell.hold.go();
}

function top() {
  document.getElementById("stMain")?.scrollTo(0, 0);
}

// Something new stands in the page: say it, and go where it begins.
function notice(shell) {
  adopt();
  theme();
  keepHeld(shell);
  mend(shell.data.texts);
  const spoken = [...document.querySelectorAll("[data-announce]")].pop();
  const announce = spoken ? spoken.dataset.announce : "";
  if (announce !== shell.announced) {
    shell.announced = announce;
    if (announce) say(spoken.dataset.words || announce);
    const question = spoken?.dataset.question; // looked up each time: what is drawn again is another element
    if (question) hold(shell, () => document.getElementById(question)?.scrollIntoView({ block: "start" }));
  }
  const place = document.querySelector("[data-place]");
  const name = place ? place.dataset.place : document.querySelector(".top [aria-current]")?.textContent || "";
  if (name && name !== shell.place) {
    const target = place?.querySelector("[data-target]");
    const aim = () => document.querySelector("[data-place] [data-target]")?.scrollIntoView({ block: "center" });
    hold(shell, target ? aim : top);
    if (shell.moved) (target || place?.querySelector("h1") || document.querySelector(".top [aria-current]"))?.focus({ preventScroll: true });
    shell.place = name;
    shell.moved = false;
  }
}

function install(shell) {
  document.addEventListener("click", (event) => onClick(event, shell), true);
  document.addEventListener("keydown", (event) => onKey(event, shell), true);
  // Coming back by the browser's button shows nothing of what was there.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  document.addEventListener("scroll", () => keepHeld(shell), true);
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    document.addEventListener(kind, () => { shell.hold = null; }, { capture: true, passive: true });
  }
  keepOneEntry();
  printWithAllOpen();
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; notice(shell); }, 40);
  }).observe(document.body, { childList: true, subtree: true });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const first = !window.assistantShell;
  const shell = (window.assistantShell ||= { escape: 0, place: "", announced: "", moved: false, hold: null });
  shell.data = data;
  shell.set = setTriggerValue;
  const button = parentElement.querySelector("[data-leave]");
  button.setAttribute("href", data.exit || "about:blank");
  button.querySelector(".words").textContent = data.texts.leave;
  button.querySelector(".hint").textContent = data.texts.leaveHint;
  parentElement.querySelector(".strip .brand").textContent = data.texts.name;
  document.documentElement.lang = data.language;
  document.documentElement.style.setProperty("--text-scale", data.scale);
  if (first) install(shell);
  notice(shell);
  document.documentElement.dataset.shell = "ready"; // keys and links are heard from here on
}
