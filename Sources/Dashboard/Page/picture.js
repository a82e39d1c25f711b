// The live picture and the classes in view.

let view = "overlay", shownView = null, isPaused = false;
for (const input of document.getElementsByName("view")) input.onchange = () => { view = input.value; $("ramp").hidden = view !== "confidence"; };
$("pause").onclick = () => {
  isPaused = !isPaused;
  $("pause").textContent = isPaused ? "Go on" : "Pause";
  $("pause").setAttribute("aria-pressed", isPaused);
};
async function showPictures() {
  let after = 0;
  const context = $("picture").getContext("2d");
  for (;;) {
    // Another view is shown while the picture rests, too: what stands beside it is of that.
    if (document.hidden || isPaused && view === shownView) { await sleep(250); continue; }
    try {
      const asked = view;
      const response = await ask(`/api/live.jpg?view=${asked}&after=${after}`);
      after = Number(response.headers.get("X-Camber-Frame")) || 0;
      const bitmap = await createImageBitmap(await response.blob());
      if (asked === view) {
        const canvas = $("picture");
        if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) { canvas.width = bitmap.width; canvas.height = bitmap.height; }
        context.drawImage(bitmap, 0, 0);
        canvas.dataset.frame = after;
        shownView = asked;
        canvas.setAttribute("aria-label", { camera: "The camera's picture", overlay: "The camera's picture with the classes' colours", confidence: "How far each pixel can be trusted" }[asked]);
      }
      bitmap.close();
      $("note").hidden = true;
      if (asked === "confidence") await sleep(900);
    } catch (error) {
      $("note").hidden = false;
      $("note").textContent = inWords(error);
      await sleep(1500);
    }
  }
}
async function showClasses() {
  const { classes } = await load("/api/view");
  update("classes", classes.map(entry => [entry.name, entry.color, Math.round(entry.share * 1000)]), list => {
    $("classes").replaceChildren(...list.map(([name, color, share]) => {
      const swatch = el("span", { class: "swatch" });
      swatch.style.background = `rgb(${color})`;
      return el("li", { class: share ? "" : "none" }, swatch, el("span", {}, name), el("span", { class: "num" }, share > 0 && share < 5 ? "<1 %" : percent(share / 1000)), meter(share / 1000));
    }));
  });
}
