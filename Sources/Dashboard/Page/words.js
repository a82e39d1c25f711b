// Words and numbers.

const percent = (share, digits = 0) => share === undefined || share === null ? "–" : `${(share * 100).toFixed(digits)} %`;
const oneDecimal = value => value >= 100 ? value.toFixed(0) : value.toFixed(1);
function size(bytes) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (bytes < 1000 || unit === "GB") return `${bytes >= 100 || unit === "B" ? Math.round(bytes) : bytes.toFixed(1)} ${unit}`;
    bytes /= 1000;
  }
}
function span(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
function when(date) {
  const today = new Date().toDateString() === date.toDateString();
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: today ? "2-digit" : undefined, hourCycle: "h23" });
  return today ? time : `${date.toLocaleDateString([], { day: "numeric", month: "short" })} ${time}`;
}
const frames = count => count === 1 ? "1 frame" : `${count.toLocaleString()} frames`;
const decisions = {
  spooled: ["kept", "kept for learning"],
  unsure: ["for a person", "too uncertain to learn from: a person could add much"],
  too_few_selected: ["too uncertain", "too little of it can be trusted"],
  too_similar: ["too similar", "too much like a frame that is there"],
  damaged: ["damaged", "part of it was missing, or made of frames that were lost"],
  collapsed: ["one class only", "nearly all of it one class: a covered lens?"],
  quota: ["enough for now", "the spool is full and was renewed enough lately"],
  frozen: ["picture unchanged", "the camera gives the same picture again and again"],
  busy: ["gate was busy", "the gate was at another frame, or resting"],
  failed: ["not written", "the spool could not take it"],
};
const sourceWords = {
  opening: ["warn", "opening"], running: ["good", "running"], stalled: ["bad", "gives no frames"],
  frozen: ["warn", "the picture stands still"],
  waiting: ["bad", "lost, will be tried again"], ended: ["warn", "at its end"],
};
const stateWords = { current: "current", retired: "was current", candidate: "candidate", rejected: "rejected", rolledBack: "rolled back" };
