// Each part asks again when its last answer is in, and less often while nobody looks.

async function repeat(seconds, show) {
  for (;;) {
    if (!document.hidden) {
      // Each part has a place of its own: one that is answered does not wipe out what is wrong with another.
      const kind = show.name;
      try { await show(); say("", kind); } catch (error) {
        if (error.status === 401) say("This daemon shows itself only to those who have its token.", kind, false);
        else say(error.status === 503 ? "" : inWords(error), kind);
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
