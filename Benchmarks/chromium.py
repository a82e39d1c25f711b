"""Headless Chromium, for the scripts that use the page."""
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import websocket


class Browser:
    """Headless Chromium, spoken to over its own protocol."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
             "--remote-allow-origins=*", "--hide-scrollbars", f"--user-data-dir={self.folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        file = pathlib.Path(self.folder, "DevToolsActivePort")
        wait_for("the browser starts", file.exists, 60)
        time.sleep(0.5)
        port = file.read_text().split()[0]
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        self.socket = websocket.create_connection(
            next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"], timeout=60)
        self.number = 0
        self.requests, self.errors = [], []
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            event, facts = message.get("method"), message.get("params", {})
            if event == "Network.requestWillBeSent":
                self.requests.append(facts["request"]["url"])
            elif event == "Runtime.exceptionThrown":
                self.errors.append(facts["exceptionDetails"].get("exception", {}).get("description", "?"))
            elif event == "Log.entryAdded" and facts["entry"]["level"] == "error" and facts["entry"].get("source") != "network":
                self.errors.append(facts["entry"]["text"])

    def run(self, script):
        """The value of a JavaScript expression; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def resize(self, width, height, dark):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def photograph(self, path, whole=True):
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(picture["data"]))

    def press(self, key):
        codes = {"Tab": 9, "Enter": 13, "ArrowRight": 39, "ArrowLeft": 37, "Escape": 27, "z": 90, "F": 70}
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ["keyDown", "keyUp"]:
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=codes[key],
                      **(text if kind == "keyDown" else {}))

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    problem = ""
    while time.monotonic() < end:
        try:
            if condition():
                return
        except (OSError, KeyError, RuntimeError) as error:
            problem = f" ({error})"
        time.sleep(0.25)
    sys.exit(f"Not within {seconds} s: {what}{problem}")
