// Each part asks again when its last answer is in, and less often while nobody looks.

async function repeat(seconds, show) {
  for (;;) {
    if (!document.hidden) {
      try { await show(); say("", "answer"); } catch (error) {
        if (!(error instanceof Refused)) say("The daemon does not answer.", "answer");
        else if (error.status === 401) say("This daemon shows itself only to those who have its token.", "answer", false);
        else if (error.status !== 503) say(error.message, "answer");
      }
    }
    await sleep(seconds * 1000);
  }
}
(async () => {
  await showStatus().catch(() => {});
  showPictures();
  repeat(2, showStatus);
  repeat(2, showHistory);
  repeat(1, showClasses);
  repeat(3, showModels);
  repeat(4, showCycles);
  repeat(5, showSpool);
})();
