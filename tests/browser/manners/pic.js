var H5P = H5P || {};
H5P.Pic = function (params, id, extras) {
  H5P.EventDispatcher.call(this);
  this.attach = function ($wrapper) {
    var image = document.createElement("img");
    image.className = "manner-picture";
    image.alt = params.alt;
    H5P.setSource(image, params.file, id);
    $wrapper.addClass("h5p-pic").append(image);
  };
  this.getCopyrights = function () {
    var info = new H5P.ContentCopyrights();
    var media = new H5P.MediaCopyright({ author: params.file.copyright && params.file.copyright.author });
    media.setThumbnail(new H5P.Thumbnail(H5P.getPath(params.file.path, id), 10, 10));
    info.addMedia(media);
    return info;
  };
};
H5P.Pic.prototype = Object.create(H5P.EventDispatcher.prototype);
