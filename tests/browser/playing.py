"""A small house for players: a page that shows them, a store in memory, three tiny libraries."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import RequestContext, Template
from django.urls import include, path

from kit.http import HttpRequest as OurRequest
from kit.http import keep_on_device
from media.playing import Playable, Ticket, player_for

LIBRARIES = "/tep/h5p/libraries"

# Asks for a word, says it back, is right when it is "dân".
TINY = """
var H5P = H5P || {};
H5P.Tiny = (function ($) {
  function Tiny(params, contentId, extras) {
    H5P.EventDispatcher.call(this);
    this.params = params;
    this.contentId = contentId;
    this.before = extras && extras.previousState;
  }
  Tiny.prototype = Object.create(H5P.EventDispatcher.prototype);
  Tiny.prototype.constructor = Tiny;
  Tiny.prototype.attach = function ($container) {
    var self = this;
    this.$word = $('<input class="word" aria-label="word">');
    if (this.before) this.$word.val(this.before.word);
    var $go = $('<button class="check">Check</button>').on("click", function () {
      self.triggerXAPIScored(self.$word.val() === "dân" ? 1 : 0, 1, "answered", true, true);
    });
    var $full = $('<button class="full">Full</button>').on("click", function () {
      H5P.fullScreen($container, self);
    });
    localStorage.setItem("word", "kept"); sessionStorage.seen = "1";
    $container.addClass("h5p-tiny").append($("<p>").text(this.params.question));
    $container.append(this.$word, $go, $full);
    if (this.params.height) $container.css("min-height", this.params.height);
    window.heard = [];
    window.addEventListener("message", function (e) { window.heard.push(e.data); });
  };
  Tiny.prototype.getCurrentState = function () { return { word: this.$word.val() }; };
  Tiny.prototype.getXAPIData = function () {
    var event = this.createXAPIEventTemplate("answered");
    event.setScoredResult(1, 1, this, true, true);
    event.data.statement.result.response = this.$word.val();
    return { statement: event.data.statement, children: [] };
  };
  return Tiny;
})(H5P.jQuery);
"""

STYLE = """
.h5p-tiny { padding: 1em; box-sizing: border-box }
.h5p-tiny::after { content: url("dot.png") }
"""

# Plays the film that lies beside its text.
FILM = """
var H5P = H5P || {};
H5P.Film = function (params, contentId) {
  H5P.EventDispatcher.call(this);
  this.attach = function ($container) {
    var video = document.createElement("video");
    video.muted = true;
    video.onloadedmetadata = function () { video.currentTime = video.duration - 1; };
    video.onseeked = function () { video.dataset.seeked = video.currentTime; };
    H5P.setSource(video, params.film, contentId);
    var track = document.createElement("track");
    track.default = true;
    track.onload = function () { video.dataset.cues = track.track.cues.length; };
    track.src = H5P.getPath(params.words.path, contentId);
    video.append(track);
    $container.append(video);
  };
};
H5P.Film.prototype = Object.create(H5P.EventDispatcher.prototype);
"""

# Tries all that a package must not do and writes down what came of it.
HOSTILE = """
var H5P = H5P || {};
H5P.Hostile = function (params) {
  H5P.EventDispatcher.call(this);
  var $ = H5P.jQuery;
  var out = {};
  function attempt(name, deed) {
    try { var got = deed(); out[name] = "got " + got; } catch (error) { out[name] = "refused"; }
  }
  function later(name, make) {
    return new Promise(function (done) {
      try { make(function (word) { out[name] = word; done(); }); }
      catch (error) { out[name] = "refused"; done(); }
    });
  }
  function picture(address) {
    return function (say) {
      var image = new Image();
      image.onload = function () { say("got"); };
      image.onerror = function () { say("refused"); };
      image.src = address;
    };
  }
  function asked(address) {
    return function (say) {
      fetch(address, { mode: "no-cors", credentials: "include" })
        .then(function () { say("got"); }, function () { say("refused"); });
    };
  }
  function called(address) {
    return function (say) {
      var call = new XMLHttpRequest();
      call.onload = function () { say("got"); };
      call.onerror = function () { say("refused"); };
      call.open("POST", address);
      call.send("x");
    };
  }
  this.attach = function ($container) {
    attempt("parent document", function () { return parent.document.title; });
    attempt("parent storage", function () { return parent.localStorage.length; });
    attempt("frame element", function () { return frameElement && frameElement.id; });
    attempt("cookie", function () { return document.cookie; });
    attempt("cookie write", function () { document.cookie = "a=b"; return document.cookie; });
    attempt("indexedDB", function () { return indexedDB.open("x"); });
    attempt("call", function () { return new RTCPeerConnection(); });
    attempt("eval", function () { return eval("1 + 1"); });
    attempt("top navigation", function () { top.location = params.other + "top"; });
    attempt("popup", function () { return window.open(params.other + "popup"); });
    attempt("beacon", function () {
      if (!navigator.sendBeacon(params.other + "beacon")) throw new Error();
    });
    attempt("form", function () {
      var form = $('<form method="post">').attr("action", params.house).appendTo($container);
      form[0].submit();
      form.attr("action", params.other + "form")[0].submit();
    });
    attempt("worker", function () { return new Worker(params.house); });
    attempt("service worker", function () { return navigator.serviceWorker.register("/sw.js"); });
    ["script", "link", "iframe", "object"].forEach(function (kind) {
      var element = document.createElement(kind);
      if (kind === "link") element.rel = "stylesheet";
      element[{ link: "href", object: "data" }[kind] || "src"] = params.other + kind;
      document.body.appendChild(element);
    });
    Promise.all([
      later("fetch other", asked(params.other + "fetch")),
      later("fetch house", asked(params.house)),
      later("xhr other", called(params.other + "xhr")),
      later("xhr house", called(params.house)),
      later("image other", picture(params.other + "image")),
      later("image house", picture(params.house)),
      later("socket", function (say) {
        var socket = new WebSocket(params.other.replace("http", "ws"));
        socket.onopen = function () { say("got"); };
        socket.onerror = function () { say("refused"); };
      }),
    ]).then(function () {
      $("<output>").text(JSON.stringify(out)).appendTo($container);
      $('<button class="leave">Leave</button>').appendTo($container).on("click", function () {
        location = params.other + "self?cookie";
      });
    });
  };
};
H5P.Hostile.prototype = Object.create(H5P.EventDispatcher.prototype);
"""

# A picture of one dot, as a package may carry it.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@dataclass
class Store:
    """What the page shows, what was saved and what was sent, by registration."""

    playables: dict[str, Playable] = field(default_factory=dict)
    states: dict[str, dict[str, dict[str, str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    # By their own id: what is sent twice is one.
    received: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    is_broken: bool = False

    @property
    def submissions(self) -> list[dict[str, Any]]:
        return list(self.received.values())

    def add(self, content: str, kind: str, params: dict[str, Any], **more: Any) -> Playable:
        playable = Playable(
            content=content,
            title=f"Luyện tập {content}",
            library=f"H5P.{kind} 1.0",
            params=json.dumps(params),
            scripts=[f"{LIBRARIES}/H5P.{kind}-1.0/{kind.lower()}.js"],
            styles=[f"{LIBRARIES}/H5P.Tiny-1.0/tiny.css"],
            base=f"/tep/h5p/contents/{content}-5f2c",
            libraries=LIBRARIES,
        )
        self.playables[content] = replace(playable, **more)
        return self.playables[content]

    def find(self, ticket: Ticket) -> Playable | None:
        playable = self.playables.get(ticket.content)
        return playable and replace(playable, state=self.states[ticket.registration])


store = Store()


def fill_storage() -> None:
    for name, content in {
        "Tiny-1.0/tiny.js": TINY,
        "Tiny-1.0/tiny.css": STYLE,
        "Film-1.0/film.js": FILM,
        "Hostile-1.0/hostile.js": HOSTILE,
    }.items():
        put(f"libraries/H5P.{name}", content.encode())
    put("libraries/H5P.Tiny-1.0/dot.png", DOT)


def put(name: str, content: bytes) -> None:
    if default_storage.exists(f"h5p/{name}"):
        default_storage.delete(f"h5p/{name}")
    default_storage.save(f"h5p/{name}", ContentFile(content))


PAGE = Template(
    """{% extends "base.html" %}{% load static %}
{% block main %}<h1>Bài học</h1>
<div class="lesson-body"><p>Trước.</p>
{% for player in players %}{% include "components/player.html" with player=player %}{% endfor %}
<p><a href="#sau">Sau</a></p></div>{% endblock main %}
{% block scripts %}
<script type="module" src="{% static 'js/h5p-player.js' %}"></script>
{% endblock scripts %}"""
)


def page(request: OurRequest) -> HttpResponse:
    players = [
        player_for(
            Ticket(content, "p1", f"r-{content}", is_kept=True),
            title=store.playables[content].title,
            state_url=f"/thu/{content}/trang-thai/",
            submit_url=f"/thu/{content}/nop/",
        )
        for content in request.GET["c"].split(",")
    ]
    html = PAGE.render(RequestContext(request, {"players": players}))
    return keep_on_device(request, HttpResponse(html))


def save(request: HttpRequest, content: str) -> HttpResponse:
    if store.is_broken:
        return JsonResponse({}, status=503)
    for said in json.loads(request.body)["states"]:
        store.states[f"r-{content}"][said["sub"]][said["kind"]] = said["data"]
    return JsonResponse({})


def submit(request: HttpRequest, content: str) -> HttpResponse:
    if store.is_broken:
        return JsonResponse({}, status=503)
    said = json.loads(request.body)
    store.received[said["submission"]] = said | {"content": content}
    return JsonResponse({})


def hear(request: HttpRequest) -> HttpResponse:
    store.heard.append(request.method or "")
    return HttpResponse("heard")


ROUTES = {"thu", "thu_state", "thu_submit", "thu_hear"}
urlpatterns = [
    path("thu/", page, name="thu"),
    path("thu/<slug:content>/trang-thai/", save, name="thu_state"),
    path("thu/<slug:content>/nop/", submit, name="thu_submit"),
    path("thu/nghe/", hear, name="thu_hear"),
    path("", include("lms.urls")),
]
