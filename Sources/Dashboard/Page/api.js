// The API, and what is asked and said on the way.

let token = kept("sessionStorage", "camber-token");
class Refused extends Error {
  constructor(status, body) { super([body.problem, body.remedy].filter(Boolean).join(" ")); this.status = status; }
}
/** In ms: a vehicle that is out of reach, or a daemon that hangs, answers nothing and refuses nothing. */
const patience = { GET: 12000, other: 40000 };
async function ask(path, method = "GET", content = undefined) {
  const headers = { "X-Camber": "1" }, sent = token;
  if (sent) headers.Authorization = `Bearer ${sent}`;
  const signal = AbortSignal.timeout(patience[method] ?? patience.other);
  // From the page on: a proxy may serve it under a path of its own.
  const response = await fetch("." + path, { method, headers, signal, body: content, cache: method === "GET" && /\/api\/spool\/\d+\/\w+\./.test(path) ? "default" : "no-store" });
  if (response.ok) return response;
  let body = { problem: `The daemon answers ${response.status}.` };
  try { body = await response.json(); } catch { /* not from the daemon's own hand */ }
  // One that was asked before another token was entered says nothing of that.
  if (response.status === 401 && sent === token) {
    $("key").hidden = false;
    if (token) say("This token is wrong, or holds no longer.", "token");
  }
  throw new Refused(response.status, body);
}
/** What an error says to a person: one of the browser's own is that nothing answered. */
const inWords = error => error instanceof Refused ? error.message : "The daemon does not answer.";
const load = async path => (await ask(path)).json();

/** A change; where the token is missing, asks for it and tries once more. Null where it was not done. */
async function change(path, method, content) {
  for (;;) {
    try { return await ask(path, method, content); } catch (error) {
      if (error.status === 401 && await askForToken()) continue;
      if (error.status !== 401) say(inWords(error));
      return null;
    }
  }
}

let notices = {};
/** One line at the top, and in the dialogs, which hide the top; each kind of message has one place. */
function say(text, kind = "change", isBad = true) {
  if (text) notices[kind] = { text, isBad }; else delete notices[kind];
  const all = Object.values(notices), line = [...new Set(all.map(notice => notice.text))].join(" · ");
  for (const place of document.querySelectorAll(".notice")) {
    place.hidden = all.length === 0;
    place.classList.toggle("bad", all.some(notice => notice.isBad));
    // What is read aloud is what is new.
    if (place.textContent !== line) place.textContent = line;
  }
  if (text && kind === "change") { clearTimeout(say.timer); say.timer = setTimeout(() => say("", "change"), 9000); }
}

function opened(dialog) {
  dialog.showModal();
  return new Promise(done => dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}
async function askForToken() {
  $("token-text").value = "";
  $("token").returnValue = "no";
  const answer = await opened($("token"));
  const text = $("token-text").value.trim();
  say("", "token");
  if (answer !== "yes" || !text) return false;
  // Nothing else can be sent.
  if (!/^[!-~]+$/.test(text)) return say("A token has letters, digits and signs only.", "token"), false;
  token = text;
  keep("sessionStorage", "camber-token", token);
  $("key").hidden = true;
  return true;
}
$("key").onclick = askForToken;
$("token-no").type = "button";
$("token-no").onclick = () => $("token").close("no");
async function sure(title, text, button) {
  $("ask-title").textContent = title;
  $("ask-text").textContent = text;
  $("ask-yes").textContent = button;
  $("ask").returnValue = "no";
  return await opened($("ask")) === "yes";
}
$("ask-yes").onclick = () => $("ask").close("yes");
$("ask-no").onclick = () => $("ask").close("no");

/** Shows `value` through `show` only when it has changed, and leaves the focus where it was. */
const shownBefore = new Map();
function update(id, value, show) {
  const text = JSON.stringify(value);
  if (shownBefore.get(id) === text) return;
  shownBefore.set(id, text);
  const focused = document.activeElement?.dataset?.key;
  show(value);
  if (focused) document.querySelector(`[data-key="${focused}"]`)?.focus();
}
