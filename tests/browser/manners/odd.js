var H5P = H5P || {};
H5P.Odd = H5P.Odd || {};
/** A class, whose prototype the core cannot replace, and which draws itself a little later. */
H5P.Odd.Name = class extends H5P.EventDispatcher {
  constructor(params, contentId, extras) {
    super();
    this.params = params;
    this.title = extras.metadata.title;
  }

  async attach($wrapper) {
    await Promise.resolve();
    if (this.isRoot && this.isRoot()) throw new Error("a part is no whole");
    $wrapper.append(H5P.jQuery("<p/>", { "class": "odd", title: this.title, text: this.params.text }));
    this.trigger("resize");
  }
};
