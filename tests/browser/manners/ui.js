H5P.Ui = (function ($) {
  function Ui() {}
  Ui.createButton = function (params) { return $("<button/>", $.extend({ type: "button", "class": "ui icons" }, params)); };
  return Ui;
})(H5P.jQuery);
