// A frame's labels, corrected by a person.

const voidClass = 255, mostUndo = 30, hatch = 6;
let sheet = null;
const picturePixels = (image, width, height) => {
  const canvas = el("canvas", { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
};
/** The colours that the page shows the classes in; gray for those of another model. */
async function classColors(names) {
  const { classes } = await load("/api/view").catch(() => ({ classes: [] }));
  const colors = new Map(classes.map(entry => [entry.name, entry.color]));
  return names.map(name => colors.get(name) ?? [128, 128, 128]);
}
async function openSheet(item) {
  const [labels, colors, url] = await Promise.all([
    ask(`/api/spool/${item.id}/labels`).then(response => response.arrayBuffer()), classColors(item.class_names), picture(item, "frame.jpg")]);
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.querySelector("#correct canvas");
  [canvas.width, canvas.height] = [item.width, item.height];
  // As large as fits, whatever the frame's size.
  canvas.style.width = `min(100%, ${58 * item.width / item.height}vh)`;
  sheet = {
    item, colors, canvas, width: item.width, height: item.height, labels: new Uint8Array(labels), pixels: picturePixels(image, item.width, item.height),
    shown: canvas.getContext("2d").createImageData(item.width, item.height), chosen: 0, undo: [], isHidden: false, last: null, isOnItsWay: false };
  $("correct-title").textContent = item.labeled_by ? `Correct what ${item.labeled_by} labeled` : "Correct the labels";
  $("correct-by").value = kept("localStorage", "camber-person");
  showPalette();
  paintSheet(0, 0, sheet.width, sheet.height);
  $("correct").showModal();
  canvas.focus();
}
function showPalette() {
  const entry = (index, name, color, key) => {
    const swatch = el("i");
    swatch.style.background = color;
    return el("li", {}, el("button", { "data-class": String(index), ariaPressed: String(index === sheet.chosen), onclick: () => choose(index) }, swatch, name, key ? el("span", { class: "quiet small" }, key) : null));
  };
  document.querySelector("#correct .palette").replaceChildren(
    ...sheet.item.class_names.map((name, index) => entry(index, name, `rgb(${sheet.colors[index]})`, index < 9 ? String(index + 1) : "")),
    entry(voidClass, "void", "repeating-linear-gradient(45deg, #999 0 2px, #333 2px 5px)", "0"));
}
function choose(index) {
  if (index !== voidClass && index >= sheet.item.class_names.length) return;
  sheet.chosen = index;
  for (const button of document.querySelectorAll("#correct .palette button")) button.ariaPressed = String(Number(button.dataset.class) === index);
}
/** Draws the pixels of a rectangle: the picture under its classes' colours, void hatched. */
function paintSheet(left, top, right, bottom) {
  const { labels, pixels, shown, width, colors } = sheet;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = y * width + x, label = labels[at];
      const color = label === voidClass ? ((x + y) % hatch < 2 ? [0, 0, 0] : null) : colors[label];
      for (let part = 0; part < 3; part++) {
        const own = pixels[at * 4 + part];
        shown.data[at * 4 + part] = sheet.isHidden || !color ? own : own * .45 + color[part] * .55;
      }
      shown.data[at * 4 + 3] = 255;
    }
  }
  sheet.canvas.getContext("2d").putImageData(shown, 0, 0, left, top, right - left, bottom - top);
}
function remember() {
  sheet.undo.push(sheet.labels.slice());
  if (sheet.undo.length > mostUndo) sheet.undo.shift();
}
function undo() {
  const before = sheet.undo.pop();
  if (!before) return;
  sheet.labels = before;
  paintSheet(0, 0, sheet.width, sheet.height);
}
/** A stroke from one point to another, round at both ends. */
function stroke(from, to) {
  const radius = Number($("correct-size").value) / 2;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius)), right = Math.min(sheet.width, Math.ceil(Math.max(from.x, to.x) + radius) + 1);
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius)), bottom = Math.min(sheet.height, Math.ceil(Math.max(from.y, to.y) + radius) + 1);
  const [dx, dy] = [to.x - from.x, to.y - from.y], length = dx * dx + dy * dy;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const share = length ? Math.min(1, Math.max(0, ((x + .5 - from.x) * dx + (y + .5 - from.y) * dy) / length)) : 0;
      const [offX, offY] = [x + .5 - from.x - share * dx, y + .5 - from.y - share * dy];
      if (offX * offX + offY * offY <= radius * radius) sheet.labels[y * sheet.width + x] = sheet.chosen;
    }
  }
  paintSheet(left, top, right, bottom);
}
/** Gives the chosen class to the region of one class around a point. */
function fill({ x, y }) {
  const { labels, width, height, chosen } = sheet, start = Math.floor(y) * width + Math.floor(x), before = labels[start];
  if (before === chosen) return;
  const open = [start];
  labels[start] = chosen;
  while (open.length) {
    const at = open.pop(), column = at % width;
    for (const next of [column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width]) {
      if (next < 0 || next >= width * height || labels[next] !== before) continue;
      labels[next] = chosen;
      open.push(next);
    }
  }
  paintSheet(0, 0, width, height);
}
function pointOf(event) {
  const box = sheet.canvas.getBoundingClientRect();
  const inside = (value, most) => Math.min(most - .01, Math.max(0, value));
  return {
    x: inside((event.clientX - box.left) / box.width * sheet.width, sheet.width),
    y: inside((event.clientY - box.top) / box.height * sheet.height, sheet.height) };
}
const paper = document.querySelector("#correct canvas");
paper.tabIndex = 0;
paper.addEventListener("pointerdown", event => {
  // A second finger would draw lines to the first one.
  if (event.button !== 0 || !event.isPrimary || sheet.isOnItsWay) return;
  event.preventDefault();
  remember();
  const point = pointOf(event);
  if (document.querySelector("[name=tool]:checked").value === "fill") return fill(point);
  paper.setPointerCapture(event.pointerId);
  sheet.last = point;
  stroke(point, point);
});
paper.addEventListener("pointermove", event => {
  if (!sheet?.last || !event.isPrimary) return;
  const point = pointOf(event);
  stroke(sheet.last, point);
  sheet.last = point;
});
for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, event => { if (sheet && event.isPrimary) sheet.last = null; });
function hideLabels(isHidden) {
  if (sheet.isHidden === isHidden) return;
  sheet.isHidden = isHidden;
  paintSheet(0, 0, sheet.width, sheet.height);
}
$("correct").addEventListener("keydown", event => {
  if (event.target.id === "correct-by" || sheet.isOnItsWay) return;
  // The same with Caps Lock.
  const key = event.key.toLowerCase(), by = { "[": -2, "]": 2 }[key];
  if (key === "z") undo();
  else if (event.metaKey || event.ctrlKey || event.altKey) return;
  else if (/^[0-9]$/.test(key)) choose(key === "0" ? voidClass : Number(key) - 1);
  else if (key === "b" || key === "f") document.querySelector(`[name=tool][value=${key === "b" ? "brush" : "fill"}]`).checked = true;
  else if (by) $("correct-size").value = Number($("correct-size").value) + by;
  else if (key === " " && event.target === paper) hideLabels(true);
  else return;
  event.preventDefault();
});
$("correct").addEventListener("keyup", event => { if (event.key === " " && sheet) hideLabels(false); });
// A key that is let go in another window is not heard of here.
addEventListener("blur", () => { if (sheet) hideLabels(false); });
$("correct-undo").onclick = () => { if (!sheet.isOnItsWay) undo(); };
$("correct-close").onclick = () => leaveSheet();
async function leaveSheet() {
  if (sheet.isOnItsWay) return;
  if (sheet.undo.length && !await sure("Leave the frame as it was?", "What you painted is lost.", "Lose it")) return;
  $("correct").close();
}
$("correct").addEventListener("cancel", event => { event.preventDefault(); leaveSheet(); });
$("correct").addEventListener("close", () => { sheet = null; });
// The browser asks before a tab is closed or loaded anew with what nobody has saved.
addEventListener("beforeunload", event => { if (sheet?.undo.length) event.preventDefault(); });
/** What is painted while the labels are on their way to the daemon would go with the dialog; and they are sent once. */
function setOnItsWay(isOnItsWay) {
  // Some browsers close a dialog at the second Escape, whatever is said to the first.
  if (sheet) Object.assign(sheet, { isOnItsWay, last: null });
  $("correct-save").textContent = isOnItsWay ? "Saving…" : "Save as right";
  $("correct-save").ariaDisabled = $("correct-close").ariaDisabled = $("correct-undo").ariaDisabled = String(isOnItsWay);
  paper.style.opacity = isOnItsWay ? .6 : "";
}
$("correct-save").onclick = async () => {
  if (sheet.isOnItsWay) return;
  const person = $("correct-by").value.trim();
  if (!person) { $("correct-by").focus(); return say("Say who you are: it is kept with the labels."); }
  keep("localStorage", "camber-person", person);
  const sent = sheet, { item, labels } = sent;
  setOnItsWay(true);
  const isSaved = await change(`/api/spool/${item.id}/labels?by=${encodeURIComponent(person)}`, "PUT", labels);
  setOnItsWay(false);
  if (!isSaved) return;
  // It may have been closed meanwhile, and another frame's opened.
  if (sheet === sent) $("correct").close();
  const fresh = await load(`/api/spool/${item.id}`).catch(() => null);
  if (fresh) replaceItem(fresh);
  say("Saved. Of what people label two thirds are learned from, one third judges.", "change", false);
};
$("item-correct").onclick = () => openSheet(shownItem).catch(error => say(inWords(error)));
