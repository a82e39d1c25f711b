#!/usr/bin/env python3
"""The page in a real browser, on the synthetic drive in samples/: looked at, used, measured, photographed.

    apt-get install chromium
    python3 -m venv .venv && .venv/bin/pip install websocket-client
    .venv/bin/python Benchmarks/page.py --camber .build/release/camber --out page

Starts the daemon with a token, opens its page in headless Chromium, and fails where one of these does not hold: frames move in
every view, the classes in view add up, a frame of the spool is pinned and deleted, a change without the token changes nothing,
a cycle runs and its result appears, a model is promoted and rolled back, nothing is loaded from elsewhere and no script fails.
Then what an open page and fifty idle clients cost. Pictures of the page at 1280 and 390 pixels, light and dark, are in --out.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from chromium import Browser, wait_for
from page_daemon import ROOT, TOKEN, Daemon
from page_viewers import Viewer, dull_clients


def check(what, holds, *facts):
    print(("ok      " if holds else "FAILED  ") + what, *facts, flush=True)
    if not holds:
        check.failures += 1


check.failures = 0


def prepare(camber, folder):
    """Labeled pictures for a small cycle, and a recipe of few steps."""
    for name, seed in [("labeled", 100), ("held-out", 200)]:
        subprocess.run([camber, "synthesize", "--out", folder / name, "--size", "240x176", "--drives", "6", "--frames", "2",
                        "--fps", "0.25", "--seed", str(seed), "--format", "frames"], check=True, stdout=subprocess.DEVNULL)
    recipe = (ROOT / "configs/recipes/synthetic.yaml").read_text()
    (folder / "recipe.yaml").write_text(recipe.replace("epochs: 30", "epochs: 2").replace("evaluate_every: 10", "evaluate_every: 2")
                                        .replace("evaluate_every: 30", "evaluate_every: 2"))


# What the picture shows, as one number.
PICTURE = """(() => { const c = document.getElementById('picture');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let h = 0;
  for (let i = 0; i < d.length; i += 4) h = (h * 31 + d[i] + 7 * d[i + 1] + 13 * d[i + 2]) >>> 0; return h; })()"""


def views(browser):
    seen = {}
    for view in ["camera", "overlay", "confidence"]:
        browser.run(f"document.querySelector('[name=view][value={view}]').click()")
        time.sleep(2.5)
        hashes = set()
        for _ in range(10):
            hashes.add(browser.run(PICTURE))
            time.sleep(0.4)
        seen[view] = hashes
        check(f"frames move in the view '{view}'", len(hashes) >= 3 and browser.run("document.getElementById('note').hidden"),
              f"{len(hashes)} different in 4 s")
    check("the views differ", not (seen["camera"] & seen["overlay"]))
    browser.run("document.getElementById('pause').click()")
    time.sleep(1)
    rests = [browser.run(PICTURE) for _ in range(3) if not time.sleep(0.5)]
    browser.run("document.querySelector('[name=view][value=camera]').click()")
    time.sleep(1.5)
    label = browser.run("document.getElementById('picture').getAttribute('aria-label')")
    check("a picture that rests stays, in the view that is chosen", len(set(rests)) == 1 and label == "The camera's picture", label)
    browser.run("document.getElementById('pause').click()")
    browser.run("document.querySelector('[name=view][value=overlay]').click()")
    time.sleep(1.5)
    shares = browser.run("load('/api/view').then(v => v.classes.map(c => c.share))")
    check("the classes in view add up", abs(sum(shares) - 1) < 1e-6 and browser.run(
        "document.querySelectorAll('#classes li').length") == len(shares))


def token(browser, daemon):
    daemon_models = daemon.get("/api/models")
    refused = browser.run("Promise.all([['/api/learn','POST'],['/api/models/rollback','POST'],['/api/spool/1','DELETE']]"
                          ".map(([p, m]) => fetch(p, {method: m, headers: {'X-Camber': '1'}}).then(r => r.status)))")
    check("without the token nothing changes", refused == [401] * 3 and daemon.get("/api/models") == daemon_models)


def enter_token(browser):
    wait_for("the page asks for the token", lambda: browser.run("$('token').open"), 10)
    browser.run("$('token-text').value = 'a-wrong-token'")
    browser.run("document.querySelector('#token button.main').click()")
    wait_for("a wrong token is said to be wrong where the next is asked for",
             lambda: browser.run("$('token').open && document.querySelector('#token .notice').textContent.includes('wrong')"), 10)
    browser.run(f"$('token-text').value = '{TOKEN}'")
    browser.run("document.querySelector('#token button.main').click()")


def spool(browser, daemon, out):
    wait_for("frames in the spool", lambda: json.loads(daemon.get("/api/spool"))["summary"]["items"] >= 12, 120)
    wait_for("the gallery lists them", lambda: browser.run("document.querySelectorAll('.gallery img').length") >= 12, 30)
    # Pictures are loaded when they come into view.
    browser.run("$('spool').scrollIntoView()")
    wait_for("the gallery shows them", lambda: browser.run("document.querySelectorAll('.gallery img[src]').length") >= 6, 30)
    newest = browser.run("items[0].id")
    browser.run("document.querySelector('.gallery button').focus()")
    browser.press("Enter")
    wait_for("an item opens by the keyboard", lambda: browser.run("$('item').open"), 5)
    wait_for("its picture is there", lambda: browser.run("document.querySelector('#item img').naturalWidth > 0"), 10)
    browser.photograph(out / "item-1280.png", whole=False)
    browser.press("ArrowRight")
    wait_for("the arrow shows the next", lambda: browser.run("shownItem.id") < newest, 5)
    target = browser.run("shownItem.id")
    browser.run("void $('item-pin').click()")
    enter_token(browser)
    wait_for("it is pinned", lambda: json.loads(daemon.get(f"/api/spool/{target}"))["pinned"], 10)
    wait_for("the page says so", lambda: browser.run("$('item-pin').textContent === 'Unpin'"), 10)
    check("a frame is pinned, after the token was asked for", True)
    for is_repeat in [False, True, True, True]:
        browser.call("Input.dispatchKeyEvent", type="keyDown", key="Delete", windowsVirtualKeyCode=46, autoRepeat=is_repeat)
    browser.call("Input.dispatchKeyEvent", type="keyUp", key="Delete", windowsVirtualKeyCode=46)
    check("one press, however long, does not delete", json.loads(daemon.get(f"/api/spool/{target}"))["id"] == target)
    browser.run("void $('item-delete').click()")

    def is_gone():
        try:
            daemon.get(f"/api/spool/{target}")
        except urllib.error.HTTPError as error:
            return error.code == 404
        return False
    wait_for("it is gone", is_gone, 10)
    check("a frame is deleted", True)
    browser.press("Escape")
    wait_for("Escape closes it", lambda: not browser.run("$('item').open"), 5)


def correct(browser, daemon, folder, out):
    target = browser.run("items[2].id")
    browser.run(f"openItem({target})")
    wait_for("the frame opens", lambda: browser.run("$('item').open && !$('item-correct').hidden"), 10)
    browser.run("void $('item-correct').click()")
    wait_for("its labels can be corrected", lambda: browser.run("$('correct').open && sheet !== null"), 20)
    before = browser.run("Array.from(sheet.labels)")
    width, names = browser.run("sheet.width"), browser.run("sheet.item.class_names")
    # The page itself says where a pixel of the frame is on the screen.
    place = browser.run("(() => { const box = sheet.canvas.getBoundingClientRect(); return [box.left, box.top, box.width / sheet.width]; })()")

    def at(x, y):
        return {"x": place[0] + (x + 0.5) * place[2], "y": place[1] + (y + 0.5) * place[2]}

    def mouse(kind, x, y):
        browser.call("Input.dispatchMouseEvent", type=kind, button="left", buttons=1, clickCount=1, **at(x, y))

    person = names.index("pedestrian")
    browser.run(f"document.querySelector('#correct [data-class=\"{person}\"]').click()")
    mouse("mousePressed", 60, 60)
    for x in range(62, 101, 2):
        mouse("mouseMoved", x, 60)
    mouse("mouseReleased", 100, 60)
    painted = browser.run("Array.from(sheet.labels)")
    changed = [index for index, (one, other) in enumerate(zip(before, painted)) if one != other]
    rows = {index // width for index in changed}
    check("the brush paints where the mouse goes", painted[60 * width + 80] == person and changed and rows <= set(range(52, 69)), len(changed))
    browser.photograph(out / "correct-1280.png", whole=False)
    browser.press("z")
    check("undo brings it back", browser.run("Array.from(sheet.labels)") == before)
    # A finger, and the fill.
    # A second finger paints nothing, and draws no line to the first.
    browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{**at(20, 60), "id": 1}])
    one = browser.run("Array.from(sheet.labels)")
    browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{**at(20, 60), "id": 1}, {**at(100, 20), "id": 2}])
    browser.call("Input.dispatchTouchEvent", type="touchMove", touchPoints=[{**at(20, 60), "id": 1}, {**at(104, 20), "id": 2}])
    check("a second finger paints nothing", browser.run("Array.from(sheet.labels)") == one and one != before)
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    browser.press("z")
    browser.press("F")
    lost = "(() => { const leave = new Event('beforeunload', { cancelable: true }); return !dispatchEvent(leave); })()"
    check("a tab with nothing painted closes unasked", not browser.run(lost))
    browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[at(width // 2, 4)])
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    filled = browser.run("Array.from(sheet.labels)")
    region = before[4 * width + width // 2]
    check("a touch fills the region that it meets", filled[4 * width + width // 2] == person and all(
        other == one or one == region for one, other in zip(before, filled)), sum(one != other for one, other in zip(before, filled)))
    check("one with something painted does not", browser.run(lost))
    browser.run("$('correct-by').value = ''")
    browser.run("void $('correct-save').click()")
    check("what is missing is said in the dialog", browser.run("document.querySelector('#correct .notice').getBoundingClientRect().height > 0"))
    browser.run("$('correct-by').value = 'Ada'")
    on_its_way = browser.run("(() => { $('correct-save').click(); $('correct-save').click();"
                             "$('correct').dispatchEvent(new KeyboardEvent('keydown', { key: 'z' })); return Array.from(sheet.labels); })()")
    check("nothing changes in what is on its way", on_its_way == filled)
    wait_for("it is saved", lambda: json.loads(daemon.get(f"/api/spool/{target}")).get("labeled_by") == "Ada", 20)
    saved = list(daemon.get(f"/api/spool/{target}/labels"))
    check("it is sent once", sum("labels?by=Ada" in url for url in browser.requests) == 1)
    check("what was painted is what is kept", saved == filled and len(list((folder / "human/labels").glob("*.png"))) == 1)
    wait_for("the page says by whom", lambda: "Ada" in browser.run("document.querySelector('#item dl').textContent"), 10)
    browser.press("Escape")


def cycle(browser, daemon):
    browser.run("void $('learn').click()")
    wait_for("the learner runs", lambda: daemon.status()["learner"]["started"] == 1, 20)
    wait_for("its result appears", lambda: browser.run("document.querySelectorAll('details.cycle').length") == 1, 1500)
    check("a cycle runs and its result appears", True, browser.run("document.querySelector('.cycle .why').textContent"))
    check("with both cards and the curve", browser.run(
        "document.querySelectorAll('.cycle tbody td.r').length") >= 12 and browser.run(
            "document.querySelectorAll('.cycle-body path').length") >= 1)


def models(browser, daemon):
    def states():
        return {m["number"]: m["state"] for m in json.loads(daemon.get("/api/models"))["models"]}

    wait_for("two models", lambda: len(states()) == 2, 30)
    swaps = daemon.status()["swaps"]
    if states()[2] != "current":
        wait_for("its button", lambda: browser.run("!!document.querySelector('[data-key=promote-2]')"), 10)
        browser.run("void document.querySelector('[data-key=promote-2]').click()")
        was = states()[2]
        browser.run("$('ask-yes').click()")
        if was == "rejected":
            wait_for("it asks once more", lambda: "Model 2 was rejected" in browser.run("$('ask').innerText"), 20)
            check("what was rejected is promoted after a second question only", states()[2] == "rejected")
            browser.run("$('ask-yes').click()")
        wait_for("model 2 is current", lambda: states()[2] in ("current", "rolledBack"), 20)
    check("a model is promoted", states()[2] in ("current", "rolledBack"))
    wait_for("the daemon takes it or says why not", lambda: daemon.status()["swaps"] > swaps or states()[2] != "current"
             or daemon.status()["model"].get("number") == 2, 60)
    if states()[2] == "current":
        wait_for("its button", lambda: browser.run("!!document.querySelector('[data-key=rollback]')"), 20)
        browser.run("void document.querySelector('[data-key=rollback]').click()")
        browser.run("$('ask-yes').click()")
        wait_for("model 1 is current", lambda: states()[1] == "current", 20)
    check("a model is rolled back", states() == {1: "current", 2: "rolledBack"}, states())
    wait_for("the daemon runs model 1 again", lambda: daemon.status()["model"].get("number") == 1, 60)


def hanging(browser, daemon):
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        wait_for("a daemon that hangs is said not to answer",
                 lambda: browser.run("!$('note').hidden && $('notice').textContent.includes('does not answer')"), 40)
    finally:
        daemon.process.send_signal(signal.SIGCONT)
    wait_for("what was said goes when it answers", lambda: browser.run("$('note').hidden && $('notice').hidden"), 40)
    check("a daemon that hangs is told from one that works", True)


def photographs(browser, out):
    for width, height in [(1280, 900), (390, 844)]:
        for dark in [False, True]:
            browser.resize(width, height, dark)
            # Pictures are loaded when they come into view.
            browser.run("(async () => { for (let y = 0; y < document.body.scrollHeight; y += 500) "
                        "{ scrollTo(0, y); await sleep(120); } scrollTo(0, 0); await sleep(900); })()")
            wide = browser.run("document.documentElement.scrollWidth")
            check(f"nothing sticks out at {width} pixels", wide <= width, wide)
            browser.photograph(out / f"page-{width}-{'dark' if dark else 'light'}.png")
    browser.resize(1280, 900, False)


def rate(daemon, seconds):
    """Frames a second, by counting."""
    frames, began = daemon.status()["frames"], time.monotonic()
    time.sleep(seconds)
    return (daemon.status()["frames"] - frames) / (time.monotonic() - began)


def cost(camber, browser, folder, rounds, seconds):
    """What looking costs a loop that runs as fast as it can: alone and looked at in turns, as the machine does other things too."""
    # A gate that works half of the time would hide it: the page takes from the gate first.
    daemon = Daemon(camber, folder, pace="every-frame", rate="", size="480x360", model="camvid", cpu="1%")
    ratios = {"fifty idle or slow clients": [], "an open page": [], "an open page, its browser on the same machine": []}
    memory, dull_shares, page_shares = [], [], []
    for number in range(rounds):
        browser.call("Page.navigate", url="about:blank")
        time.sleep(1)
        alone = rate(daemon, seconds)
        clients, spent = dull_clients(daemon.port), daemon.page_time()
        beside = [rate(daemon, seconds)]
        dull_shares.append((daemon.page_time() - spent) / seconds / 2)
        for client in clients:
            client.close()
        viewer, spent = Viewer(daemon.port), daemon.page_time()
        beside.append(rate(daemon, seconds))
        page_shares.append((daemon.page_time() - spent) / seconds / 2)
        viewer.stop()
        browser.call("Page.navigate", url=f"http://127.0.0.1:{daemon.port}/")
        time.sleep(2)
        beside.append(rate(daemon, seconds))
        for ratio, value in zip(ratios.values(), beside):
            ratio.append(value / alone)
        memory.append(daemon.memory())
        parts = " ".join(f"{value / alone:.3f}" for value in beside)
        print(f"        round {number + 1}: alone {alone:.1f} frames/s, of it {parts}; "
              f"{viewer.pictures / seconds:.1f} pictures/s; {memory[-1] / 1e6:.0f} MB", flush=True)
    daemon.stop()
    for what, values in ratios.items():
        print(f"        delivered rate beside {what}: {statistics.median(values):.3f} of alone")
    for what, values in [("beside those clients", dull_shares), ("while the page was open", page_shares)]:
        print(f"        the page's threads took {statistics.median(values):.3f} of two processors {what}")
    dull, page, _ = [statistics.median(values) for values in ratios.values()]
    # The rate wavers by a few percent whatever happens; processor time does not.
    check("fifty idle or slow clients cost nothing", dull > 0.95 and statistics.median(dull_shares) < 0.01)
    check("an open page costs less than 5 %", page > 0.95)
    check("and no memory", memory[-1] - memory[0] < 10e6, f"{(memory[-1] - memory[0]) / 1e6:.1f} MB in {rounds} rounds")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=".build/release/camber")
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--out", default="page", help="the folder for the pictures")
    parser.add_argument("--skip-cycle", action="store_true", help="no learning: the slow part")
    parser.add_argument("--rounds", type=int, default=5, help="of the measurement; 0 for none")
    options = parser.parse_args()
    camber = os.path.abspath(options.camber)
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp())
    prepare(camber, folder)
    daemon, browser = Daemon(camber, folder), Browser(options.chromium)
    try:
        browser.resize(1280, 900, False)
        browser.call("Page.navigate", url=f"http://127.0.0.1:{daemon.port}/")
        wait_for("the first picture", lambda: browser.run("document.getElementById('note').hidden"), 30)
        views(browser)
        token(browser, daemon)
        spool(browser, daemon, out)
        correct(browser, daemon, folder, out)
        if not options.skip_cycle:
            cycle(browser, daemon)
            models(browser, daemon)
        hanging(browser, daemon)
        photographs(browser, out)
        own = f"http://127.0.0.1:{daemon.port}/"
        foreign = [url for url in browser.requests if not url.startswith((own, "blob:", "data:", "about:"))]
        check("nothing is loaded from elsewhere", not foreign, *foreign[:3])
        check("no script failed", not browser.errors, *browser.errors[:3])
        code, seconds = daemon.stop()
        check("the daemon stops cleanly with the page open", code == 0 and seconds < 5, f"exit {code} after {seconds:.1f} s")
        if options.rounds:
            cost(camber, browser, folder, options.rounds, 12)
    finally:
        browser.stop()
        if daemon.process.poll() is None:
            daemon.process.kill()
        (out / "daemon.log").write_bytes((folder / "log").read_bytes())
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if check.failures else 0)


if __name__ == "__main__":
    main()
