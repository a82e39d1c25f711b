// The cycles of the learner.

function card(cycle) {
  const [old, fresh] = [cycle.incumbent_card, cycle.candidate_card];
  const row = (name, key, show, isSmallerBetter = false) => {
    const [before, after] = [old[key], fresh?.[key]];
    const gain = before !== undefined && after !== undefined && key !== "agreement" ? (after - before) * (isSmallerBetter ? -1 : 1) : 0;
    return el("tr", {}, el("td", {}, name), el("td", { class: "r" }, before === undefined ? "" : show(before)), el("td", { class: `r ${Math.abs(gain) < (isSmallerBetter ? before * .02 : 1e-9) ? "" : gain > 0 ? "up" : "down"}` }, after === undefined ? "–" : show(after)));
  };
  return el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, ""), el("th", { class: "r" }, `Model ${cycle.incumbent}`), el("th", { class: "r" }, cycle.candidate ? `Model ${cycle.candidate}` : "Candidate"))),
    el("tbody", {}, row("mIoU", "miou", value => percent(value, 2)), row("Pixels right", "pixel_accuracy", value => percent(value, 2)),
      row("Mean confidence", "mean_confidence", value => percent(value, 1)), row("Pixels trusted", "selected_ratio", value => percent(value, 1)),
      row("Time per frame", "milliseconds_per_frame", value => `${value.toFixed(1)} ms`, true), row("Same label as before", "agreement", value => percent(value, 1)),
      ...(old.expected_accuracy === undefined ? [] : [row("Right on the new road, expected", "expected_accuracy", value => percent(value, 1)), row("Labels kept from frame to frame there", "steadiness", value => percent(value, 1))])));
}
/** The first and weightiest of a cycle's reasons. */
function mainReason(cycle) {
  const first = cycle.reason.split(/[.] (?=[A-Z])|; /)[0];
  return first.endsWith(".") ? first : `${first}.`;
}
function numbers(cycle) {
  const [old, fresh] = [cycle.incumbent_card, cycle.candidate_card];
  if (!fresh) return "";
  const change = key => `${percent(old[key], 1)} → ${percent(fresh[key], 1)}`;
  return `mIoU on held-out pictures ${change("miou")}${old.human_miou === undefined || fresh.human_miou === undefined ? "" : `, on this road as people labeled it ${change("human_miou")}`}.`;
}
/** The classes that a cycle's candidate sees worse, the worst first, in words; empty where there are none. */
function losses(cycle) {
  const fresh = cycle.candidate_card?.iou ?? {};
  return Object.entries(cycle.incumbent_card.iou).map(([name, before]) => [name, before - (fresh[name] ?? 0)]).filter(([, loss]) => loss >= .005)
    .sort((one, other) => other[1] - one[1]).map(([name, loss]) => `${name} ${(loss * 100).toFixed(1)} points`).join(", ");
}
function dumbbells(cycle) {
  const [old, fresh] = [cycle.incumbent_card.iou, cycle.candidate_card?.iou ?? {}];
  const names = Object.keys({ ...old, ...fresh }).sort((one, other) => (fresh[other] ?? old[other] ?? 0) - (fresh[one] ?? old[one] ?? 0));
  const parts = names.flatMap(name => {
    const chart = svg("svg", { viewBox: "0 0 200 15", preserveAspectRatio: "none", "aria-hidden": "true" });
    const [before, after] = [old[name], fresh[name]];
    const line = (from, to, color, width) => chart.append(svg("line", { x1: from * 200, x2: to * 200, y1: 7.5, y2: 7.5, stroke: color, "stroke-width": width, "vector-effect": "non-scaling-stroke" }));
    line(0, 1, "var(--line)", 1);
    const tick = (at, color, width) => chart.append(svg("line", { x1: at * 200, x2: at * 200, y1: 2, y2: 13, stroke: color, "stroke-width": width, "vector-effect": "non-scaling-stroke" }));
    if (before !== undefined && after !== undefined) line(before, after, after >= before ? "var(--good)" : "var(--bad)", 3);
    if (before !== undefined) tick(before, "var(--faint)", 2);
    if (after !== undefined) tick(after, "var(--ink)", 2.5);
    const gain = before !== undefined && after !== undefined ? after - before : null;
    return [el("span", {}, name), chart, el("span", { class: `num ${gain === null || Math.abs(gain) < .0005 ? "quiet" : gain > 0 ? "up" : "down"}` }, gain === null ? percent(before ?? after) : `${gain >= 0 ? "+" : "−"}${Math.abs(gain * 100).toFixed(1)}`)];
  });
  return el("div", {}, el("h3", {}, "IoU by class, change in points"), el("div", { class: "dumb" }, ...parts));
}
function curve(cycle) {
  if (!cycle.loss.length) return el("div", {});
  const top = Math.max(...cycle.loss) || 1;
  const chart = svg("svg", { viewBox: "0 0 200 80", preserveAspectRatio: "none", width: "100%", height: 90, role: "img", "aria-label": `Training loss from ${cycle.loss[0].toFixed(3)} to ${cycle.loss[cycle.loss.length - 1].toFixed(3)}` });
  const step = 200 / Math.max(cycle.loss.length - 1, 1);
  const line = cycle.loss.map((value, index) => `${index ? "L" : "M"}${(index * step).toFixed(1)} ${(78 - value / top * 72).toFixed(1)}`).join("") + (cycle.loss.length === 1 ? "H200" : "");
  chart.append(svg("line", { x1: 0, x2: 200, y1: 78, y2: 78, stroke: "var(--strong)", "vector-effect": "non-scaling-stroke" }), svg("path", { d: line, fill: "none", stroke: "var(--accent)", "stroke-width": 1.6, "vector-effect": "non-scaling-stroke" }));
  return el("div", {}, el("h3", {}, "Training loss"), chart, el("p", { class: "small quiet num" }, `${cycle.loss[0].toFixed(3)} → ${cycle.loss[cycle.loss.length - 1].toFixed(3)} in ${cycle.loss.length} epochs`));
}
async function showCycles() {
  let answer;
  try { answer = await load("/api/cycles?limit=20"); } catch (error) {
    if (error.status !== 404) throw error;
    return update("cycles", "none", () => $("cycles").replaceChildren(el("p", { class: "empty" }, "Cycles are remembered in the registry, and there is none.")));
  }
  update("cycles", answer.cycles, cycles => {
    const open = new Set([...document.querySelectorAll("details.cycle[open]")].map(part => part.dataset.id));
    const isFirst = !document.querySelector("details.cycle");
    $("cycles-more").textContent = cycles.length ? `${cycles.filter(cycle => cycle.promoted).length} of the last ${cycles.length} promoted` : "";
    $("cycles").replaceChildren(...cycles.map((cycle, index) => el("details", { class: "cycle", "data-id": String(cycle.id), open: open.has(String(cycle.id)) || (isFirst && index === 0) },
      el("summary", { "data-key": `cycle-${cycle.id}` }, el("strong", { class: "num" }, `${cycle.id}`),
        el("span", {}, el("span", { class: `tag ${cycle.promoted ? "good" : ""}` }, cycle.promoted ? "promoted" : cycle.candidate_card ? "rejected" : "no model")),
        el("span", { class: "why" }, `${mainReason(cycle)} ${numbers(cycle)}`), el("span", { class: "small quiet" }, when(new Date(cycle.ended)))),
      el("div", { class: "cycle-body" }, el("div", {}, el("p", {}, cycle.reason), card(cycle), el("p", { class: "small quiet" }, `Learned from ${frames(cycle.items)}, ${span(cycle.seconds)} of work.`)), dumbbells(cycle), curve(cycle)))));
    if (!cycles.length) $("cycles").replaceChildren(el("p", { class: "empty" }, "No cycle yet. Once the spool holds enough frames, Learn now starts one; its result appears here."));
  });
}
