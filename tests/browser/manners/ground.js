H5P.Ground = (function ($, EventDispatcher) {
  function Ground(type) {
    var self = this;
    var sections = {};
    EventDispatcher.call(self);
    self.order = ["introduction", "content", "buttons"];
    self.setSection = function (name, content) {
      sections[name] = $("<div/>", { "class": "ground-" + name })[content instanceof $ ? "append" : "html"](content);
    };
    self.addButton = function (id, text, clicked, asks) {
      sections.buttons = sections.buttons || $("<div/>", { "class": "ground-buttons" });
      var $button = H5P.Ui.createButton({ "class": "ground-" + id, text: text }).appendTo(sections.buttons);
      H5P.Tooltip($button[0], { text: text });
      $button.on("click", function () {
        if (!asks) return clicked();
        var dialog = new H5P.ConfirmationDialog({ headerText: "Chắc chưa?", dialogText: "Nộp bài", confirmText: "Nộp" });
        dialog.on("confirmed", clicked);
        dialog.appendTo($button.closest(".h5p-container").get(0) || document.body);
        dialog.show($button.offset().top);
      });
    };
    self.attach = function ($container) {
      if (self.registerDomElements !== undefined &&
          (self.registerDomElements instanceof Function || typeof self.registerDomElements === "function")) {
        if (!self.isRegistered) self.registerDomElements();
        self.isRegistered = true;
      }
      if (this.isRoot !== undefined && this.isRoot()) this.setActivityStarted();
      self.trigger("registerDomElements");
      $container.html("").addClass("h5p-ground h5p-" + type);
      self.order.forEach(function (name) { if (sections[name]) sections[name].appendTo($container); });
      self.trigger("domChanged", { $target: $container, library: self.libraryInfo.machineName, key: "introduction" },
        { bubbles: true, external: true });
      return this;
    };
  }
  Ground.prototype = Object.create(EventDispatcher.prototype);
  Ground.prototype.constructor = Ground;
  return Ground;
})(H5P.jQuery, H5P.EventDispatcher);
