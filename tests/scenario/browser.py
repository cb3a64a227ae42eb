"""A Chromium without a window, driven by the WebDriver protocol (W3C) with Python's own library.

What a page asked for and complained of is kept by the browser's logs, and `Browser.requests` and `Browser.complaints` give
it back.
"""

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

# WebDriver's names of keys that are no characters (section 17.4.2 of the recommendation).
KEYS = {
    "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Escape": "\ue00c", "Space": " ",
    "End": "\ue010", "Home": "\ue011", "Left": "\ue012", "Up": "\ue013", "Right": "\ue014", "Down": "\ue015",
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # under which the protocol names an element

ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb",
]


class BrowserError(Exception):
    """What the driver answered in place of a result."""


class Browser:
    """One window of one Chromium, with a profile of its own. To be closed."""

    def __init__(self, patience=1):
        self.patience = patience
        self.profile = tempfile.mkdtemp(prefix="hamcell-browser-")
        self.output = open(Path(self.profile) / "driver.log", "w+", encoding="utf-8")
        self.driver = subprocess.Popen([DRIVER, "--port=0"], stdout=self.output, stderr=subprocess.STDOUT)
        self.session = ""
        try:
            self.base = f"http://127.0.0.1:{self._port()}"
            self._begin()
        except BaseException:
            self.close()
            raise

    def _port(self):
        deadline = time.monotonic() + 60 * self.patience
        while time.monotonic() < deadline and self.driver.poll() is None:
            found = re.search(r"started successfully on port (\d+)", (Path(self.profile) / "driver.log").read_text())
            if found:
                return found.group(1)
            time.sleep(0.05)
        raise BrowserError("chromedriver does not start: " + (Path(self.profile) / "driver.log").read_text())

    def _begin(self):
        options = {"binary": CHROMIUM, "args": ARGUMENTS + [f"--user-data-dir={self.profile}/data"]}
        logs = {"browser": "ALL", "performance": "ALL"}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs}
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/session/" + answer["sessionId"]

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120 * self.patience) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise BrowserError(f"{value['error']}: {value['message']}") from None

    def command(self, method, path, **body):
        return self._ask(method, self.session + path, body if method == "POST" else None)

    def close(self):
        if self.session:
            try:
                self._ask("DELETE", self.session)
            except (BrowserError, OSError):
                pass  # it is ended below
        self.driver.terminate()
        self.driver.wait()
        self.output.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    # ---- What a reader does

    def open(self, path, dark=False, size=(1366, 768)):
        """Opens a file, on a system that is light or dark, and forgets what was logged before."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce"}]  # nothing is half way when it is looked at
        self.devtools("Emulation.setEmulatedMedia", features=features)
        self.requests()
        self.complaints()
        self.command("POST", "/url", url=Path(path).as_uri())

    def devtools(self, name, **parameters):
        return self.command("POST", "/goog/cdp/execute", cmd=name, params=parameters)

    def run(self, script, *arguments):
        """The result of JavaScript, which `return`s it."""
        return self.command("POST", "/execute/sync", script=script, args=list(arguments))

    def find(self, selector):
        return self.command("POST", "/element", using="css selector", value=selector)[ELEMENT]

    def click(self, selector):
        self.command("POST", f"/element/{self.find(selector)}/click")

    def press(self, *keys, times=1, shift=False):
        """Presses keys one after the other: names of KEYS, or characters."""
        actions = []
        for key in list(keys) * times:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        if shift:
            actions = [{"type": "keyDown", "value": KEYS["Shift"]}, *actions, {"type": "keyUp", "value": KEYS["Shift"]}]
        self.command("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def drag(self, selector, x, y):
        origin = {ELEMENT: self.find(selector)}
        actions = [
            {"type": "pointerMove", "origin": origin, "x": 0, "y": 0}, {"type": "pointerDown", "button": 0},
            {"type": "pointerMove", "origin": origin, "x": x, "y": y, "duration": 50}, {"type": "pointerUp", "button": 0},
        ]
        self.command("POST", "/actions", actions=[{"type": "pointer", "id": "mouse", "actions": actions}])

    def wheel(self, selector, y):
        action = {"type": "scroll", "origin": {ELEMENT: self.find(selector)}, "x": 0, "y": 0, "deltaX": 0, "deltaY": y}
        self.command("POST", "/actions", actions=[{"type": "wheel", "id": "wheel", "actions": [action]}])

    # ---- What the reader sees

    def text(self, selector):
        """What can be read in an element; nothing where it is not shown."""
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)", selector)

    def focused(self):
        """The id of what has the focus, else its label or text."""
        return self.run("const one = document.activeElement; return one.id || one.getAttribute('aria-label') || one.innerText")

    def wait_for(self, script, *arguments, seconds=20):
        """Waits until JavaScript returns what counts as true, and returns it."""
        deadline = time.monotonic() + seconds * self.patience
        while time.monotonic() < deadline:
            result = self.run(script, *arguments)
            if result:
                return result
            time.sleep(0.02)
        raise BrowserError("what was waited for did not happen: " + script)

    def screenshot(self, path):
        """As PNG, for whoever wants to look at it."""
        Path(path).write_bytes(base64.b64decode(self.command("GET", "/screenshot")))

    # ---- What must not happen

    def complaints(self):
        """What the console has had to say since it was last asked."""
        return [entry["message"] for entry in self.command("POST", "/se/log", type="browser")]

    def requests(self):
        """The addresses that were asked for since it was last asked, data in the page itself left out."""
        events = [json.loads(entry["message"])["message"] for entry in self.command("POST", "/se/log", type="performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith("data:")]
