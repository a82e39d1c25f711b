// The last ten minutes as charts.

function scaled(max) {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  return [1, 1.5, 2, 3, 5, 7.5, 10].map(step => step * power).find(step => step >= max);
}
function draw(id, points, series, { top, bars = [], level = null, label }) {
  const chart = document.querySelector(`#${id} svg`);
  const end = points.length ? points[points.length - 1].time : 0;
  const x = point => 600 - (end - point.time);
  const y = value => 70 - Math.min(1, value / top) * 66;
  const parts = [svg("line", { x1: 0, x2: 600, y1: 70, y2: 70, stroke: "var(--strong)", "vector-effect": "non-scaling-stroke" }),
    svg("line", { x1: 0, x2: 600, y1: 4, y2: 4, stroke: "var(--line)", "vector-effect": "non-scaling-stroke" })];
  if (level !== null) parts.push(svg("line", { x1: 0, x2: 600, y1: y(level), y2: y(level), stroke: "var(--faint)", "stroke-dasharray": "4 4", "vector-effect": "non-scaling-stroke" }));
  for (const { values, color } of bars) {
    let path = "";
    points.forEach((point, index) => { const value = values(point); if (value > 0) path += `M${x(point).toFixed(1)} 70V${y(value).toFixed(1)}`; });
    parts.push(svg("path", { d: path, stroke: color, "stroke-width": 2, "vector-effect": "non-scaling-stroke", fill: "none" }));
  }
  for (const { values, color, isFilled } of series) {
    const line = points.map((point, index) => `${index ? "L" : "M"}${x(point).toFixed(1)} ${y(values(point)).toFixed(1)}`).join("");
    if (isFilled && points.length > 1) parts.push(svg("path", { d: `${line}L600 70L${x(points[0]).toFixed(1)} 70Z`, fill: color, opacity: .13 }));
    parts.push(svg("path", { d: line, fill: "none", stroke: color, "stroke-width": 1.6, "stroke-linejoin": "round", "vector-effect": "non-scaling-stroke" }));
  }
  chart.replaceChildren(...parts);
  chart.setAttribute("aria-label", label);
  document.querySelector(`#${id} .scale`).textContent = `scale 0 to ${top}`;
}
let status = null;
async function showHistory() {
  const { points } = await load("/api/history");
  if (!points.length || !status) return;
  const last = points[points.length - 1];
  const target = status.target_fps ?? null;
  const most = values => Math.max(...points.map(values));
  const rateTop = scaled(Math.max(most(point => point.delivered), target ?? 0) * 1.08);
  draw("chart-rate", points, [{ values: point => point.delivered, color: "var(--accent)", isFilled: true }],
    { top: rateTop, level: target, label: `Frames a second, now ${oneDecimal(last.delivered)}, scale to ${rateTop}` });
  const latencyTop = scaled(most(point => point.latency_p90) * 1.05);
  draw("chart-latency", points, [
    { values: point => point.latency_p90, color: "var(--second)" }, { values: point => point.latency_p50, color: "var(--accent)", isFilled: true }],
    { top: latencyTop, label: `Latency in milliseconds, now ${oneDecimal(last.latency_p50)}, scale to ${latencyTop}` });
  const dropTop = scaled(Math.max(2, most(point => point.late)));
  draw("chart-drops", points, [], {
    top: dropTop, label: `Frames overtaken by a newer one, scale to ${dropTop} in two seconds`, bars: [{ values: point => point.late, color: "var(--warn)" }] });
  const late = points.reduce((sum, point) => sum + point.late, 0), surplus = points.reduce((sum, point) => sum + point.surplus, 0);
  document.querySelector("#chart-drops .chart-now").textContent = late.toLocaleString();
  $("drops-span").textContent = span(Math.max(last.time - points[0].time, 2));
  $("drops-more").textContent = surplus ? `${surplus.toLocaleString()} more beyond the target` : "";
}
