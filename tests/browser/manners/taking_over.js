/** Writes its own class over those the core gave its container. */
H5P.MultiChoice = function () {
  H5P.EventDispatcher.call(this);
};
H5P.MultiChoice.prototype = Object.create(H5P.EventDispatcher.prototype);
H5P.MultiChoice.prototype.attach = function ($container) {
  $container.html("").attr({ "class": "h5p-taken", role: "tablist" });
  $container.append("<a href='#x'>Mục một</a>");
};
