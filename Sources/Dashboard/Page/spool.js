// The frames that were kept.

const pageOfItems = 24;
let items = [], most = pageOfItems, hasMore = false, shownItem = null, canCorrect = false, pictures = new Map();
function address(before) {
  const query = new URLSearchParams({ limit: String(pageOfItems) });
  if ($("filter-class").value) query.set("class", $("filter-class").value);
  if ($("filter-kind").value) query.set(...$("filter-kind").value.split("="));
  if (before) query.set("before", before);
  return `/api/spool?${query}`;
}
/** An item's picture as a URL of this tab, as its request may need the token; the oldest are forgotten. Its time is in the address, as
    another spool begins with the same numbers, and browsers keep pictures. */
async function picture(item, name) {
  const path = `/api/spool/${item.id}/${name}?taken=${encodeURIComponent(item.time)}`;
  if (!pictures.has(path)) {
    pictures.set(path, ask(path).then(response => response.blob()).then(blob => URL.createObjectURL(blob)));
    if (pictures.size > 240) {
      const [oldest, url] = pictures.entries().next().value;
      pictures.delete(oldest);
      url.then(URL.revokeObjectURL, () => {});
    }
  }
  return pictures.get(path).catch(error => { pictures.delete(path); throw error; });
}
const thumbName = () => `${document.querySelector("[name=thumb]:checked").value}.jpg`;
const watcher = new IntersectionObserver(entries => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    picture(entry.target.item, thumbName()).then(url => { entry.target.src = url; }, () => { entry.target.alt = "gone"; });
  }
}, { rootMargin: "200px" });
const timeOf = item => when(new Date(item.time));
const inShort = item => item.labeled_by ? ["by hand", `Labeled by ${item.labeled_by}`] : item.pinned ? ["pinned", "Pinned"]
  : item.unsureness !== undefined ? ["for a person", `Not learned from: ${percent(item.unsureness)} of a class cannot be trusted, on average`]
  : [percent(item.selected), "Share of pixels with a label"];
function showItems() {
  update("spool", [items.map(item => [item.id, item.pinned, item.labeled_by]), thumbName()], () => {
    watcher.disconnect();
    const list = items.map(item => {
      const image = el("img", { alt: `Frame ${item.frame} of ${timeOf(item)}` });
      image.item = item;
      watcher.observe(image);
      const about = inShort(item);
      return el("li", {}, el("button", { "data-key": `item-${item.id}`, onclick: () => openItem(item.id) }, el("span", { class: "frame" }, image),
        el("span", { class: "under" }, el("span", { class: "num" }, timeOf(item)), el("span", { class: item.pinned ? "pin" : "num", title: about[1] }, about[0]))));
    });
    $("spool").replaceChildren(el("ul", { class: "gallery" }, ...list));
  });
  $("older").hidden = !hasMore;
}
async function showSpool() {
  if ($("item").open) return;
  let answer;
  try { answer = await load(address()); } catch (error) {
    if (error.status !== 404) throw error;
    return update("spool", "none", () => $("spool").replaceChildren(el("p", { class: "empty" }, "There is no spool. With the sections spool and gate in its configuration, the daemon keeps frames to learn from.")));
  }
  const { summary } = answer;
  canCorrect = answer.can_label;
  const older = items.filter(item => item.id < (answer.items[answer.items.length - 1]?.id ?? Infinity));
  if (!older.length || !answer.has_more) hasMore = answer.has_more;
  items = answer.has_more ? answer.items.concat(older) : answer.items;
  if (items.length > most) { items.length = most; hasMore = true; }
  $("spool-more").textContent = summary.items + summary.unsure ? `${frames(summary.items)}, ${size(summary.bytes)}, ${summary.pinned} pinned${summary.unsure ? `; ${summary.unsure} more wait for a person` : ""}` : "";
  update("filter", summary.items_per_class, counts => {
    const chosen = $("filter-class").value;
    $("filter-class").replaceChildren(el("option", { value: "" }, "all"), ...Object.keys(counts).sort().map(name => el("option", { value: name, selected: name === chosen }, `${name} (${counts[name]})`)));
  });
  if (items.length) return showItems();
  $("older").hidden = true;
  const isFiltered = $("filter-class").value || $("filter-kind").value;
  update("spool", `empty ${isFiltered}`, () => $("spool").replaceChildren(el("p", { class: "empty" }, isFiltered ? "No frame is like that." : "Nothing here yet. The gate keeps a frame when enough of it can be trusted and it differs from those it has.")));
}
function restartSpool() { items = []; most = pageOfItems; hasMore = false; return showSpool().catch(() => {}); }
$("filter-class").onchange = $("filter-kind").onchange = restartSpool;
for (const input of document.getElementsByName("thumb")) input.onchange = showItems;
$("older").onclick = async () => {
  const answer = await load(address(items[items.length - 1].id)).catch(error => (say(inWords(error)), null));
  if (!answer) return;
  items = items.concat(answer.items);
  most = items.length;
  hasMore = answer.has_more;
  showItems();
};

function openItem(id) {
  shownItem = items.find(item => item.id === id);
  if (!shownItem) return;
  showItem();
  if (!$("item").open) $("item").showModal();
}
function showItem() {
  const item = shownItem, index = items.indexOf(item);
  $("item-title").textContent = `Frame ${item.frame.toLocaleString()}, ${timeOf(item)}`;
  const name = document.querySelector("[name=item-view]:checked").value;
  const image = document.querySelector("#item img");
  picture(item, name).then(url => { if (shownItem === item) image.src = url; }, error => say(inWords(error)));
  image.alt = { "overlay.jpg": "Frame with its pseudo-label", "frame.jpg": "Frame", "label.png": "Pseudo-label" }[name];
  const classes = Object.entries(item.classes).filter(([, share]) => share >= .005).sort((one, other) => other[1] - one[1]).map(([part, share]) => `${part} ${percent(share)}`).join(", ");
  const facts = [["Has a label", `${percent(item.selected)} of its pixels`], ["Classes", classes || "none"], ["From", item.source], ["Labeled by", item.model.slice(0, 12)], ["Size", `${item.width} × ${item.height}, ${size(item.bytes)}`], ["Number", String(item.id)]];
  if (item.clock) facts.push(["Time", item.clock === "unset" ? "wrong: the clock was not set" : "perhaps wrong: the clock was not synchronized"]);
  if (item.unsureness !== undefined) facts.push(["Waits for", `a person: ${percent(item.unsureness)} of a class cannot be trusted, on average`]);
  if (item.labeled_by) facts.push(["By hand", item.labeled_by]);
  document.querySelector("#item dl").replaceChildren(...facts.flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)]));
  $("item-correct").hidden = !canCorrect;
  $("item-pin").textContent = item.pinned ? "Unpin" : "Pin";
  $("item-delete").textContent = "Delete";
  $("item-newer").disabled = index <= 0;
  $("item-older").disabled = index < 0 || index >= items.length - 1;
}
function step(by) {
  const next = items[items.indexOf(shownItem) + by];
  if (next) { shownItem = next; showItem(); }
}
for (const input of document.getElementsByName("item-view")) input.onchange = showItem;
$("item-newer").onclick = () => step(-1);
$("item-older").onclick = () => step(1);
$("item-close").onclick = () => $("item").close();
$("item").addEventListener("close", () => { shownItem = null; showSpool().catch(() => {}); });
$("item-pin").onclick = async () => {
  const response = await change(`/api/spool/${shownItem.id}/pin`, shownItem.pinned ? "DELETE" : "PUT");
  if (!response) return;
  replaceItem(await response.json());
};
function replaceItem(fresh) {
  items = items.map(item => item.id === fresh.id ? fresh : item);
  if (shownItem?.id === fresh.id) { shownItem = fresh; showItem(); }
  showItems();
}
$("item-delete").onclick = async () => {
  // The second press does it.
  if ($("item-delete").textContent === "Delete") { $("item-delete").textContent = "Really delete"; return; }
  const gone = shownItem, index = items.indexOf(gone);
  if (!await change(`/api/spool/${gone.id}`, "DELETE")) return;
  items = items.filter(item => item !== gone);
  showItems();
  shownItem = items[Math.min(index, items.length - 1)] ?? null;
  if (shownItem) showItem(); else $("item").close();
};
$("item").addEventListener("keydown", event => {
  if (event.target.type === "radio" || event.metaKey || event.ctrlKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "arrowleft") step(-1);
  else if (key === "arrowright") step(1);
  // A key that is held is one press: it must not delete, and then go on with the next frame.
  else if (event.repeat) return;
  else if (key === "p") $("item-pin").click();
  else if (key === "delete") $("item-delete").click();
  else if (key === "c" && canCorrect) $("item-correct").click();
});
