"""A page that plays one of our H5P types with the H5P core, served out of the working tree."""

from __future__ import annotations

import json
import mimetypes
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Route

from media.h5p_scoring import score
from tests.media.h5p_packing import LIBRARIES, PIECES, load, preloaded

ORIGIN = "http://h5p.test"
BASE = Path(settings.BASE_DIR)
BUILT = BASE / "build/static/h5p"  # where the assets' build puts the core
FETCHED = BASE / "build/h5p-core"
CORE = "h5p-standalone@3.8.2"
POLICY = (
    f"default-src 'none'; script-src {ORIGIN}; style-src {ORIGIN} 'unsafe-inline'; "
    f"img-src {ORIGIN} data:; font-src {ORIGIN} data:; connect-src 'none'"
)
START = """
window.statements = [];
H5P.externalDispatcher.on("xAPI", (event) => {
  if (event.data.statement.result) statements.push(event.data.statement);
});
"""


def core() -> Path:
    """The folder with the core's frame.bundle.js: of the assets' build, else fetched once."""
    for folder in (BUILT, FETCHED):
        if found := next(iter(folder.rglob("frame.bundle.js")), None):
            return found.parent
    FETCHED.mkdir(parents=True, exist_ok=True)
    (FETCHED / "package.json").write_text('{"private": true}', encoding="utf-8")
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", CORE]
    command = [str(BASE / "bin/node.sh"), *install, "--prefix", str(FETCHED)]
    subprocess.run(command, cwd=BASE, check=True, capture_output=True)
    return next(FETCHED.rglob("frame.bundle.js")).parent


class Player:
    """One piece of the demo in a page of its own; faults of the page fail the test."""

    def __init__(self, context: BrowserContext, piece: str) -> None:
        self.piece = load(PIECES / f"{piece}.json")
        self.name = self.piece["library"].split(" ")[0]
        self.params: dict[str, Any] = self.piece["params"]
        self.state: Any = None
        self.faults: list[str] = []
        self.policy = POLICY
        self.core = core()
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.route("**/*", self._answer)

    def open(self, state: Any = None) -> Page:
        self.state = state
        self.page.goto(f"{ORIGIN}/")
        self.page.locator(".kheo").wait_for()
        return self.page

    def open_again(self) -> Page:
        """As after a break: what the type says of its state is all that is kept."""
        return self.open(self.page.evaluate("H5P.instances[0].getCurrentState()"))

    def told(self) -> dict[str, Any]:
        """The last statement with a result, after checking it against the server's points."""
        statement = self.page.evaluate("statements[statements.length - 1]")
        assert not self.faults
        self.agrees(statement)
        return statement["result"]

    def agrees(self, statement: dict[str, Any]) -> None:
        result = statement["result"]
        got, most = score(self.name, self.params, result["response"])
        told = result.get("score", {"raw": 0, "max": 0})
        assert (told["raw"], told["max"]) == (float(got), float(most))

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if not route.request.url.startswith(ORIGIN):
            self.faults.append(f"reaches for {route.request.url}")
            route.abort()
        elif path == "/":
            headers = {"content-type": "text/html; charset=utf-8"}
            headers["content-security-policy"] = self.policy
            route.fulfill(body=self._html(), headers=headers)
        elif path == "/integration.js":
            route.fulfill(body=self._integration(), content_type="text/javascript; charset=utf-8")
        elif path == "/start.js":
            route.fulfill(body=START, content_type="text/javascript")
        else:
            self._serve(route, path)

    def _serve(self, route: Route, path: str) -> None:
        _, room, rest = path.split("/", 2) if path.count("/") > 1 else ("", "", "")
        file = {"core": self.core, "libraries": LIBRARIES}.get(room, LIBRARIES) / rest
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0]
            route.fulfill(body=file.read_bytes(), content_type=f"{kind}; charset=utf-8")
        else:
            route.fulfill(status=204)

    def _html(self) -> str:
        styles = ["core/" + file.relative_to(self.core).as_posix() for file in self._core_styles()]
        styles += [self._address(file) for file in preloaded(self.name, "Css")]
        scripts = ["integration.js", "core/frame.bundle.js", "start.js"]
        scripts += [self._address(file) for file in preloaded(self.name, "Js")]
        links = "".join(f'<link rel="stylesheet" href="/{style}">' for style in styles)
        loads = "".join(f'<script src="/{script}"></script>' for script in scripts)
        return (
            '<!doctype html><html lang="vi" class="h5p-iframe"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{self.piece['title']}</title>{links}</head>"
            f'<body><div class="h5p-content" data-content-id="1"></div>{loads}</body></html>'
        )

    def _core_styles(self) -> list[Path]:
        return sorted(self.core.rglob("h5p.css"))[:1]

    def _address(self, file: Path) -> str:
        return f"libraries/{file.relative_to(LIBRARIES).as_posix()}"

    def _integration(self) -> str:
        state = {} if self.state is None else {"state": json.dumps(self.state)}
        content = {
            "library": self.piece["library"],
            "jsonContent": json.dumps(self.params),
            "fullScreen": "0",
            "displayOptions": {"frame": False, "copyright": False, "icon": False},
            "contentUserData": {"0": state},
            "metadata": {"title": self.piece["title"], "license": "U"},
        }
        integration = {
            "baseUrl": ORIGIN,
            "url": "/content",
            "ajax": {"setFinished": "", "contentUserData": ""},
            "saveFreq": 600,
            "postUserStatistics": False,
            "l10n": {"H5P": {}},
            "contents": {"cid-1": content},
            "core": {"styles": [], "scripts": []},
            "loadedJs": [],
            "loadedCss": [],
        }
        return f"window.H5PIntegration = {json.dumps(integration)};"
