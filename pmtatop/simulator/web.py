"""The web monitor's answers: who may read what, in which format, by which version."""

import hmac
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pmtatop.simulator import details
from pmtatop.simulator.commands import CommandError, Said, run
from pmtatop.simulator.fleet import VMTAS
from pmtatop.simulator.pages import PAGES, Page
from pmtatop.simulator.render import (
    as_json,
    as_text,
    as_xml,
    json_failure,
    xml_failure,
)
from pmtatop.simulator.site import Site
from pmtatop.simulator.versions import Build
from pmtatop.simulator.world import World

DENIED = b"<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>"
UI = b"<html><body>PowerMTA Web Monitor: add ?format=json to a page's address.</body></html>"
NOT_FOUND = b"<html><body>404 Not Found</body></html>"
BAD = b"<html><body>400 Bad Request</body></html>"

TOKEN = "07D5A1C09B2E4F66"  # noqa: S105 - how it is handed back is in no document
LEVELS = ("none", "monitor", "operator", "admin")


@dataclass(frozen=True, slots=True)
class Request:
    """One call."""

    method: str
    path: str
    query: Mapping[str, str]
    """Parameters of the address and of a form."""
    key: str = ""
    """`X-API-Key`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply."""

    code: int
    body: bytes
    kind: str = "text/html"
    location: str = ""


@dataclass(frozen=True, slots=True)
class Web:
    """What a site's configuration says of its web monitor."""

    build: Build
    max_items: int
    """`http-default-max-items`."""
    access: str = "monitor"
    """`http-access` of loopback: `none|monitor|operator|admin`."""
    api_key: str | None = None
    site: Site | None = None
    """Its files; None: it has none to show."""

    def answer(self, world: World, request: Request) -> Answer:
        """The reply to one call."""
        level = self._level(request.key)
        if level == "none":
            return Answer(403, DENIED)
        if request.path == "/ui" or request.path.startswith("/ui/"):
            return Answer(200, UI)
        if request.path == "/command":
            return self._command(world, request, level)
        if self.site is not None and request.path in FILES:
            return FILES[request.path](self, self.site, request, level)
        if request.path not in READ:
            known_root = request.path == "/" and "format" not in request.query
            return self._to_ui() if known_root else Answer(404, NOT_FOUND)
        return self._page(world, request)

    def _level(self, key: str) -> str:
        """A valid key is full admin from anywhere; a wrong one counts as none."""
        if key and self.api_key and hmac.compare_digest(key, self.api_key):
            return "admin"
        return self.access

    def _to_ui(self) -> Answer:
        """Without `format` 5.0 sends a browser to its application; before, a page was HTML."""
        return Answer(302, b"", location="/ui") if self.build.json else Answer(200, UI)

    def _page(self, world: World, request: Request) -> Answer:
        wanted = request.query.get("format", "")
        if wanted not in ("json", "xml"):
            return self._to_ui()
        as_json_ = wanted == "json" and self.build.json
        try:
            data, message = READ[request.path](self, world, request.query)
        except details.UnknownObjectError as error:
            body = json_failure(str(error)) if as_json_ else xml_failure(str(error))
            return Answer(200, body, "application/json" if as_json_ else "text/xml")
        return self.page(data, request, message)

    def page(self, data: Page, request: Request, message: str = "") -> Answer:
        """A document in the format that was asked for, as far as this version has it."""
        if request.query.get("format") == "json" and self.build.json:
            return Answer(200, as_json(data, message), "application/json")
        return Answer(200, as_xml(data, message), "text/xml")

    def _command(self, world: World, request: Request, level: str) -> Answer:
        """5.0's Command API: a POST with a key, or with a token that nobody can hand back."""
        if not self.build.json:
            return Answer(404, NOT_FOUND)
        if level not in ("operator", "admin") or request.method != "POST" or not request.key:
            return Answer(403, DENIED)
        wanted = request.query.get("format", "")
        if wanted not in ("json", "xml", "json-text", "xml-text"):
            return Answer(400, BAD)
        try:
            said = run(world, self.build, shlex.split(request.query.get("command", "")))
        except (CommandError, ValueError) as error:
            body = json_failure(str(error)) if "json" in wanted else xml_failure(str(error))
            return Answer(200, body, "application/json" if "json" in wanted else "text/xml")
        return _said(said, wanted)


def _said(said: Said, wanted: str) -> Answer:
    data = as_text(said.data).decode() if wanted.endswith("-text") else said.data
    if wanted.startswith("json"):
        return Answer(200, as_json(data, said.message), "application/json")
    return Answer(200, as_xml(data, said.message), "text/xml")


def _logs(web: Web, site: Site, request: Request, level: str) -> Answer:
    return web.page(site.logs(), request)


def _get_file(web: Web, site: Site, request: Request, level: str) -> Answer:
    found = site.file(request.query.get("file", ""))
    return Answer(404, NOT_FOUND) if found is None else Answer(200, found, "text/plain")


def _local_ips(web: Web, site: Site, request: Request, level: str) -> Answer:
    """Without `<data>`, as in the vendor's sample."""
    ips = "".join(f"<ip>{ip}</ip>" for ip in ("127.0.0.1", "::1", *(v.ip for v in VMTAS)))
    return Answer(200, f"<rsp><localIps>{ips}</localIps><succ/></rsp>".encode(), "text/xml")


def _config_file(web: Web, site: Site, request: Request, level: str) -> Answer:
    """5.0's Configuration API; a commit is neither validated nor loaded."""
    if not web.build.json:
        return Answer(404, NOT_FOUND)
    if level not in ("operator", "admin"):
        return Answer(403, DENIED)
    if request.method == "POST":
        may = level == "admin" and request.key
        return _commit(site, request.query) if may else Answer(403, DENIED)
    if request.query.get("op") == "listconfigfiles":
        return Answer(200, as_json({"files": site.config_files()}, token=TOKEN), "application/json")
    return _read_config(site, request.query)


def _read_config(site: Site, query: Mapping[str, str]) -> Answer:
    if query.get("op") != "read" or "filename" not in query:
        return Answer(400, BAD)
    path = site.config_path(query["filename"])
    if path is None:
        return Answer(403, DENIED)
    if not path.is_file():
        return Answer(404, NOT_FOUND)
    return Answer(200, as_json(path.read_text(), token=TOKEN), "application/json")


def _commit(site: Site, query: Mapping[str, str]) -> Answer:
    names = [key for key in query if key.startswith("file.") and key.endswith(".name")]
    if query.get("op") != "commit" or not names:
        return Answer(400, BAD)
    paths = {key.removesuffix(".name"): site.config_path(query[key]) for key in names}
    if None in paths.values():
        return Answer(403, DENIED)
    for key, path in paths.items():
        assert path is not None
        path.write_text(query.get(f"{key}.content", ""))
    return Answer(200, as_json(""), "application/json")


FILES: Mapping[str, Callable[[Web, Site, Request, str], Answer]] = {
    "/logs": _logs,
    "/getFile": _get_file,
    "/getlocalips": _local_ips,
    "/configFile": _config_file,
}
"""Pages about files; keys of their JSON that no document has are ours."""


Read = Callable[[Web, World, Mapping[str, str]], tuple[Page, str]]


def _list_page(path: str) -> Read:
    def read(web: Web, world: World, query: Mapping[str, str]) -> tuple[Page, str]:
        page = web.build.shaped(path, PAGES[path](world, web.max_items, query))
        if path == "/status":
            page = page | {"mta": page["mta"]}
        return page, ""

    return read


def _detail(make: Callable[[World, Mapping[str, str]], Page]) -> Read:
    return lambda web, world, query: (make(world, query), "")


def _list_queue(web: Web, world: World, query: Mapping[str, str]) -> tuple[Page, str]:
    rows, message = details.listed(world, query.get("queue", "*/*"))
    return {"msgs": rows}, message


READ: Mapping[str, Read] = {
    **{path: _list_page(path) for path in PAGES},
    "/queueDetail": _detail(details.queue_detail),
    "/domainDetail": _detail(details.domain_detail),
    "/jobDetail": _detail(details.job_detail),
    "/listqueue": _list_queue,
}
"""Every page that `monitor` rights open."""
