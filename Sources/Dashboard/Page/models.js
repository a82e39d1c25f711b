// The models of the registry.

async function showModels() {
  let answer;
  try { answer = await load("/api/models"); } catch (error) {
    if (error.status !== 404) throw error;
    return update("models", "none", () => $("models").replaceChildren(el("p", { class: "empty" }, "There is no registry: the daemon runs one bundle. With registry in its configuration it could learn, swap models and go back.")));
  }
  update("models", [answer, status?.models], () => {
    const current = answer.models.find(model => model.state === "current");
    const canGoBack = current && answer.models.some(model => model.state === "retired");
    const trial = status?.models?.probation;
    const rows = answer.models.map(model => el("tr", {},
      el("td", { class: "r" }, String(model.number)),
      el("td", {}, el("span", { class: `tag ${model.state === "current" ? "on" : model.state === "rolledBack" ? "bad" : ""}` }, stateWords[model.state] ?? model.state),
        trial && trial.model === model.number ? el("span", { class: "small quiet" }, ` on probation, ${span(trial.remaining)} more`) : null),
      el("td", { class: "wide" }, model.origin),
      model.origin.startsWith("cycle") ? el("td", { class: "r" }, percent(model.miou, 1)) : el("td", { class: "r quiet", title: "As its bundle says, of other pictures than those here" }, percent(model.miou, 1)), el("td", { class: "wide" }, when(new Date(model.added))),
      el("td", { class: "r" }, model.state === "current"
        ? (canGoBack ? el("button", { "data-key": "rollback", onclick: () => rollBack(model) }, "Roll back") : null)
        : el("button", { "data-key": `promote-${model.number}`, onclick: () => promote(model, current) }, "Promote"))));
    const isOpen = document.querySelector("#models details")?.open ?? innerWidth > 900;
    const events = answer.events.slice(0, 12).map(event => el("tr", {}, el("td", {}, when(new Date(event.time))), el("td", { class: "still" }, `model ${event.number} ${({ added: "came in", promoted: "was promoted", rejected: "was rejected", rolledBack: "was rolled back", restored: "is back", removed: "was removed" })[event.kind] ?? event.kind}`), el("td", { class: "quiet wide free", title: event.reason }, event.reason.split(/(?<=\.) (?=[A-Z])/)[0])));
    $("models").replaceChildren(
      answer.models.length ? el("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Models" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { class: "r" }, "Model"), el("th", {}, "State"), el("th", { class: "wide" }, "From"), el("th", { class: "r", title: "Mean intersection over union on held-out labels" }, "mIoU"), el("th", { class: "wide" }, "Added"), el("th", {}, ""))), el("tbody", {}, ...rows)))
        : el("p", { class: "empty" }, "The registry is empty."),
      events.length ? el("details", { open: isOpen }, el("summary", { class: "small quiet", "data-key": "events" }, "What happened to them"), el("div", { class: "scroll" }, el("table", { class: "small" }, el("tbody", {}, ...events)))) : null);
  });
}
async function promote(model, current) {
  const before = current ? `Model ${current.number} runs now. ` : "";
  if (!await sure(`Promote model ${model.number}?`, `${before}The daemon checks model ${model.number}, compares it on the last frame and takes it between two frames; none is lost. It can be rolled back.`, "Promote")) return;
  if (["rejected", "rolledBack"].includes(model.state) && !await sureOfRejected(model)) return;
  if (await change(`/api/models/${model.number}/promote`, "POST")) say(`Model ${model.number} is current. The daemon takes it in a moment.`, "change", false);
  await showModels();
}
/** What speaks against a model is asked about by itself. */
async function sureOfRejected(model) {
  const { events } = await load("/api/models").catch(() => ({ events: [] }));
  const event = events.find(event => event.number === model.number && event.kind === model.state);
  const { cycles } = await load("/api/cycles?limit=100").catch(() => ({ cycles: [] }));
  const cycle = cycles.find(cycle => cycle.candidate === model.number);
  const lost = cycle ? losses(cycle) : "";
  return sure(`Model ${model.number} ${model.state === "rejected" ? "was rejected" : "was rolled back"}`,
    `${event ? event.reason : ""}${lost ? ` On held-out pictures, beside model ${cycle.incumbent}, it loses: ${lost}.` : ""} Promote it all the same?`, "Promote anyway");
}
async function rollBack(model) {
  if (!await sure(`Roll back model ${model.number}?`, "The model before it runs again. This one is never chosen by itself any more; you can still promote it.", "Roll back")) return;
  const response = await change("/api/models/rollback", "POST");
  if (response) say(`Model ${(await response.json()).number} is current again.`, "change", false);
  await showModels();
}
