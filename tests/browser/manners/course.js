var H5P = H5P || {};
H5P.MannerCourse = (function ($, EventDispatcher) {
  function Course(params, id, extras) {
    var self = this;
    EventDispatcher.call(self);
    self.previous = (extras && extras.previousState) || {};
    self.parts = [];
    self.heard = [];
    var found = {};
    var note = function (name, what) { found[name] = what; };
    self.on("xAPI", function (event) { self.heard.push(event.getVerb()); });
    self.attach = function ($container) {
      $container.addClass("h5p-manner-course");
      self.setActivityStarted();
      var video = document.createElement("video");
      video.muted = true;
      video.preload = "auto";
      H5P.setSource(video, params.film[0], id);
      video.onloadedmetadata = function () { video.dataset.long = video.duration > 1; };
      $container.append(video);
      params.interactions.forEach(function (interaction, at) {
        var before = (self.previous.parts || [])[at];
        var action = $.extend(true, {}, interaction.action, { userDatas: { state: before } });
        var instance = H5P.newRunnable(action, id, undefined, true, { parent: self });
        self.parts.push(instance);
        H5P.on(instance, "resize", function () { self.trigger("resize"); });
        instance.attach($("<div/>", { "class": "part part-" + at }).appendTo($container));
      });
      // Shown again elsewhere, as a dialog does.
      var $again = $("<div/>", { "class": "again" }).appendTo($container);
      self.parts[0].attach($again);
      self.parts[0].attach($container.find(".part-0"));
      $("<button/>", { "class": "finish", text: "Nộp" }).appendTo($container).on("click", function () {
        self.triggerXAPICompleted(self.getScore(), self.getMaxScore(), true);
      });
      $("<button/>", { "class": "full", text: "Full" }).appendTo($container).on("click", function () {
        H5P.fullScreen($container, self, function () { $("<p/>", { "class": "left", text: "left" }).appendTo($container); });
      });
      self.on("enterFullScreen", function () { $container.attr("data-full", "in"); });
      self.on("exitFullScreen", function () { $container.attr("data-full", "out"); });
      self.ask($container);
    };
    self.ask = function ($container) {
      note("jQuery", $.fn.jquery);
      note("trim", H5P.trim("  a  "));
      note("shuffle", H5P.shuffleArray([1, 2, 3]).sort().join(""));
      note("shuffle nothing", H5P.shuffleArray("no") === undefined);
      note("clone", JSON.stringify(H5P.cloneObject({ a: [1, { b: 2 }] }, true)));
      note("uuid", /^[0-9a-f-]{36}$/.test(H5P.createUUID()));
      note("title", H5P.createTitle("<b>Dài</b> " + "x".repeat(80), 20));
      note("from string", JSON.stringify(H5P.libraryFromString("H5P.Odd.Name 2.11")));
      note("class", typeof H5P.classFromName("H5P.Pic"));
      note("content", H5P.getContentForInstance(id).library);
      note("metadata", extras.metadata.title + "/" + H5P.getContentForInstance(id).metadata.title);
      note("root", self.isRoot() + "/" + self.parts[0].isRoot());
      note("info", self.libraryInfo.versionedNameNoSpaces);
      note("library config", JSON.stringify(H5P.getLibraryConfig ? H5P.getLibraryConfig("H5P.Odd") : {}));
      note("framed", H5P.isFramed);
      note("full", H5P.canHasFullScreen && H5P.fullscreenSupported);
      note("missing text", H5P.t("close") !== "" && H5P.t("close").indexOf("Missing") === -1);
      note("cross origin", H5P.getCrossOrigin({ path: "a.png" }));
      note("external", H5P.getPath("https://x.vn/a.png", id));
      note("paths", H5P.getPath("a.png", id) === H5P.getContentPath(id) + "/a.png");
      note("opened", H5P.opened[id] instanceof Date || H5P.opened[id] === undefined);
      note("unknown", H5P.newRunnable({ library: "H5P.Nowhere 1.0", params: {} }, id) === undefined);
      H5P.setFinished(id, 1, 1, 2);
      H5P.externalDispatcher.on("asked", function (event) { note("external event", event.data.what); });
      H5P.externalDispatcher.trigger("asked", { what: "x" });
      H5P.setUserData(id, "notes", { a: "ghi" }, { subContentId: params.interactions[0].action.subContentId, deleteOnChange: true });
      H5P.getUserData(id, "notes", function (problem, told) { note("kept", problem || told.a); }, params.interactions[0].action.subContentId);
      H5P.getUserData(id, "never", function (problem, told) { note("never kept", told === undefined); });
      var event = new H5P.XAPIEvent();
      event.setActor(); event.setVerb("attempted"); event.setObject(self); event.setContext(self);
      note("event", event.getShortVerb ? event.getShortVerb() : event.getVerb());
      note("event object", event.getVerifiedStatementValue(["object", "definition", "extensions", "http://h5p.org/x-api/h5p-local-content-id"]) == id);
      note("rights", H5P.getCopyrights(self, params, id, extras.metadata).indexOf("Ngọc Ánh") !== -1);
      var once = 0;
      self.once("only", function () { once += 1; });
      self.trigger("only"); self.trigger("only");
      note("once", once);
      var icon = new Image();
      icon.onload = function () { note("library picture", icon.naturalWidth); tell(); };
      icon.src = H5P.getLibraryPath("H5P.MannerCourse-1.3") + "/images/dot.png";
      document.fonts.load("1em Icons4").then(function (faces) { note("library font", faces.length); tell(); });
      var tell = function () {
        if (found["library picture"] && found["library font"] !== undefined && !$container.children("output").length) {
          $("<output/>", { text: JSON.stringify(found) }).appendTo($container);
        }
      };
    };
    self.getCopyrights = function () {
      var info = new H5P.ContentCopyrights();
      params.interactions.forEach(function (interaction, at) {
        var rights = H5P.getCopyrights(self.parts[at], interaction.action.params, id, interaction.action.metadata);
        if (rights) info.addContent(new H5P.ContentCopyrights());
        var media = interaction.action.params.media;
        if (media) info.addMedia(new H5P.MediaCopyright({ author: media.params.file.copyright.author }));
      });
      return info;
    };
    var questions = function () { return self.parts.filter(function (part) { return part.getScore; }); };
    var sum = function (name) { return questions().reduce(function (total, part) { return total + part[name](); }, 0); };
    self.getScore = function () { return sum("getScore"); };
    self.getMaxScore = function () { return sum("getMaxScore"); };
    self.getCurrentState = function () {
      return { parts: self.parts.map(function (part) { return part.getCurrentState ? part.getCurrentState() : undefined; }) };
    };
    self.getXAPIData = function () {
      var event = self.createXAPIEventTemplate("completed");
      event.setScoredResult(self.getScore(), self.getMaxScore(), self, true, false);
      return { statement: event.data.statement, children: questions().map(function (part) { return part.getXAPIData(); }) };
    };
  }
  Course.prototype = Object.create(EventDispatcher.prototype);
  Course.prototype.constructor = Course;
  return Course;
})(H5P.jQuery, H5P.EventDispatcher);
