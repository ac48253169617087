H5P.RightWrong.Group = (function ($, EventDispatcher) {
  function Group(id, l10n) {
    var self = this;
    EventDispatcher.call(self);
    self.$element = $("<div/>", { role: "radiogroup", "aria-labelledby": id });
    [[true, l10n.trueText], [false, l10n.falseText]].forEach(function (each) {
      $("<div/>", { role: "radio", tabindex: 0, text: each[1], "class": "rw-" + each[0] }).appendTo(self.$element)
        .on("click", function () { self.check(each[0]); self.trigger("selected"); });
    });
    self.check = function (answer) {
      self.answer = answer;
      self.$element.children().attr("aria-checked", "false").filter(".rw-" + answer).attr("aria-checked", "true");
    };
  }
  Group.prototype = Object.create(EventDispatcher.prototype);
  Group.prototype.constructor = Group;
  return Group;
})(H5P.jQuery, H5P.EventDispatcher);
