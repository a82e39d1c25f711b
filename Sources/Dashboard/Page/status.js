// The daemon's state: source, gate, learner.

/** The version that this page is of. */
let ownVersion = null;
async function showStatus() {
  status = await load("/api/status");
  ownVersion ??= status.version;
  say(status.version === ownVersion ? "" : `The daemon is now Camber ${status.version}. Load this page anew.`, "version", false);
  const [mood, words] = sourceWords[status.source.state] ?? ["", status.source.state];
  const place = status.source.location;
  const name = place.includes("://") ? place.replace(/^.*:\/\/([^@\/]*@)?/, "") : place.startsWith("/dev/") ? place : place.split("/").filter(Boolean).pop() || place;
  update("place", [mood, words, status.source], () => {
    $("place").replaceChildren(el("span", { class: `dot ${mood}` }), el("strong", {}, name), ` ${words}`);
    $("place").title = status.source.location;
    document.title = `${name} – Camber`;
  });
  const { width, height } = status.source;
  if (width && height) $("stage").style.aspectRatio = `${width} / ${height}`;
  $("model-now").textContent = `Model ${status.model.number ?? status.model.fingerprint.slice(0, 8)}, ${status.model.width} × ${status.model.height}`;
  $("uptime").textContent = `up ${span(status.uptime)}`;
  $("version").textContent = `Camber ${status.version}`;
  document.querySelector("#chart-rate .chart-now").textContent = oneDecimal(status.delivered_fps);
  document.querySelector("#chart-rate .end").textContent = status.target_fps ? `target ${status.target_fps}` : "no target set";
  document.querySelector("#chart-latency .chart-now").textContent = oneDecimal(status.latency.p50);
  $("latency-more").textContent = `nine in ten under ${oneDecimal(status.latency.p90)}, longest ${oneDecimal(status.latency_overall.max)}`;
  const troubled = status.outputs.filter(output => output.state !== "working");
  update("outputs", troubled.map(output => [output.name, output.state, output.problem]), list =>
    $("outputs").replaceChildren(...list.map(([output, state, problem]) => el("p", {}, el("span", { class: "dot bad" }), `Output ${output} is ${state}. ${problem ?? ""}`))));
  say(status.source.problem && status.source.state !== "running" ? status.source.problem : "", "source");
  say(status.models?.problem ?? "", "model");
  update("gate", status.gate ?? null, showGate);
  showLearner(status.learner);
}
function showGate(gate) {
  if (!gate) {
    $("gate-more").textContent = "";
    $("gate").replaceChildren(el("p", { class: "empty" }, "No frames are kept for learning. A section gate in the configuration, and a model whose auxiliary network is trained, change that."));
    return;
  }
  const road = gate.familiarity;
  const strange = road && road.expected_accuracy < road.usual ? `unfamiliar road: ${percent(road.expected_accuracy)} of the pixels should be right, ${percent(road.usual)} are usual · ` : "";
  $("gate-more").textContent = strange + `${percent(gate.cpu, 1)} of one processor` + (gate.problem ? ` · ${gate.problem}` : "");
  const known = Object.keys(decisions).filter(key => gate.decisions[key]);
  const all = known.reduce((sum, key) => sum + gate.decisions[key], 0);
  const tally = known.map(key => el("li", { class: key === "spooled" ? "kept" : "", title: decisions[key][1] }, el("span", {}, decisions[key][1]), meter(gate.decisions[key] / all), el("span", { class: "num" }, gate.decisions[key].toLocaleString())));
  const rows = gate.recent.map(turn => el("tr", { class: turn.decision === "spooled" ? "kept" : "" },
    el("td", {}, when(new Date(turn.time * 1000))), el("td", { class: "r wide" }, turn.frame.toLocaleString()),
    el("td", {}, decisions[turn.decision]?.[0] ?? turn.decision), el("td", { class: "r" }, percent(turn.selected)), el("td", { class: "r" }, percent(turn.confidence))));
  $("gate").replaceChildren(
    all ? el("ul", { class: "tally" }, ...tally) : el("p", { class: "empty" }, "The gate has not looked at a frame yet."),
    rows.length ? el("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "The last frames that the gate looked at" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "Time"), el("th", { class: "r wide" }, "Frame"), el("th", {}, "What came of it"), el("th", { class: "r", title: "Share of pixels that can be trusted" }, "Trusted"), el("th", { class: "r", title: "Mean confidence" }, "Confidence"))), el("tbody", {}, ...rows))) : null);
}
function showLearner(learner) {
  const button = $("learn");
  if (!learner) {
    button.disabled = true;
    $("learner").textContent = "not set up: the configuration has no section learn";
    return;
  }
  button.disabled = learner.state === "running";
  button.textContent = learner.state === "running" ? "Learning…" : "Learn now";
  const words = [learner.state === "running" ? "at work" : "idle"];
  if (learner.last_exit && learner.state !== "running") words.push(learner.last_exit === "exit 0" ? "the last run ended well" : `the last run ended with ${learner.last_exit}`);
  if (learner.next !== undefined && learner.state !== "running") words.push(`next in ${span(learner.next)}`);
  $("learner").textContent = words.join(", ");
}
$("learn").onclick = async () => {
  $("learn").disabled = true;
  if (await change("/api/learn", "POST")) say("The learner is starting. It works at idle priority, so this can take a while.", "change", false);
  await sleep(700);
  await showStatus().catch(() => {});
};
