H5P.RightWrong = (function ($, Ground) {
  var counter = 0;
  function RightWrong(options, id, contentData) {
    var self = this;
    Ground.call(self, "right-wrong");
    var params = $.extend(true, { question: "?", correct: "true", l10n: { trueText: "True", falseText: "False" },
      behaviour: { enableRetry: true, confirmCheckDialog: false } }, options);
    var domId = "rw-" + (counter += 1);
    var group = new H5P.RightWrong.Group(domId, params.l10n);
    if (contentData.previousState !== undefined && contentData.previousState.answer !== undefined) {
      group.check(contentData.previousState.answer);
    }
    group.on("selected", function () { self.triggerXAPI("interacted"); });
    var result = function (event) {
      var definition = event.getVerifiedStatementValue(["object", "definition"]);
      $.extend(definition, { interactionType: "true-false", type: "http://adlnet.gov/expapi/activities/cmi.interaction",
        description: { "en-US": $("<div>" + params.question + "</div>").text() }, correctResponsesPattern: [params.correct] });
      event.setScoredResult(self.getScore(), 1, self, true, self.getScore() === 1);
      event.data.statement.result.response = String(group.answer);
      return event;
    };
    self.registerDomElements = function () {
      if (params.media && params.media.library) {
        var $frame = $("<div/>");
        H5P.newRunnable(params.media, id, $frame, true, { parent: self });
        self.order.unshift("media");
        self.setSection("media", $frame);
      }
      self.setSection("introduction", '<div id="' + domId + '">' + params.question + "</div>");
      self.setSection("content", group.$element);
      self.addButton("check", params.l10n.check || "Check", function () {
        self.trigger(result(self.createXAPIEventTemplate("answered")));
      }, params.behaviour.confirmCheckDialog);
    };
    self.getCurrentState = function () { return group.answer === undefined ? undefined : { answer: group.answer }; };
    self.getAnswerGiven = function () { return group.answer !== undefined; };
    self.getScore = function () { return String(group.answer) === params.correct ? 1 : 0; };
    self.getMaxScore = function () { return 1; };
    self.getTitle = function () {
      return H5P.createTitle((contentData.metadata && contentData.metadata.title) ? contentData.metadata.title : "Đúng hay sai");
    };
    self.showSolutions = self.resetTask = function () {};
    self.getXAPIData = function () {
      return { statement: result(self.createXAPIEventTemplate("answered")).data.statement };
    };
  }
  RightWrong.prototype = Object.create(Ground.prototype);
  RightWrong.prototype.constructor = RightWrong;
  return RightWrong;
})(H5P.jQuery, H5P.Ground);
