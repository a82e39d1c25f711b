// Elements, and what the browser keeps.

const $ = id => document.getElementById(id);
const sleep = ms => new Promise(done => setTimeout(done, ms));

/** An element with properties and children; text is always text. */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}
function svg(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
const meter = share => {
  const inner = el("i");
  inner.style.width = `${Math.min(100, share * 100)}%`;
  return el("span", { class: "meter" }, inner);
};
/** Some browsers keep nothing: those whose cookies are blocked say so by an error, an app's own by having no such store. */
function kept(store, name) {
  try { return window[store].getItem(name) ?? ""; } catch { return ""; }
}
function keep(store, name, text) {
  try { window[store].setItem(name, text); } catch { /* It is asked for again. */ }
}
