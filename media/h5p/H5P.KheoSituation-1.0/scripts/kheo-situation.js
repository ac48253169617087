/* H5P.KheoSituation: a scene, ways to act rated by experienced people; choose or rate. MIT. */
var H5P = window.H5P || {};

H5P.KheoSituation = (function () {
  'use strict';

  const K = H5P.KheoBase;
  const WORDS = {
    kind: 'Tình huống',
    check: 'Xem kết quả',
    askBestWorst: 'Chọn một cách đồng chí thấy nên làm nhất và một cách cần tránh nhất.',
    askRate: 'Với từng cách, đồng chí cho biết nên làm đến mức nào.',
    best: 'Nên nhất',
    worst: 'Tránh nhất',
    rating3: 'Rất nên',
    rating2: 'Nên',
    rating1: 'Chưa nên',
    rating0: 'Không nên',
    response: 'Cách @letter',
    experts: 'Người có kinh nghiệm: @rating',
    yours: 'Đồng chí chọn: @choice',
    points: '@points điểm',
    needBest: 'Đồng chí chưa chọn cách nên nhất.',
    needWorst: 'Đồng chí chưa chọn cách tránh nhất.',
    needRatings: 'Còn @count cách chưa được đánh giá.',
  };

  class Situation extends K.Base {
    constructor(params, contentId, extras) {
      super(params, contentId, extras, { name: 'situation', words: WORDS });
      this.rates = this.params.task === 'rate';
      this.responses = (this.params.responses || []).map((given) => ({
        text: K.plain(given.text),
        rating: ratingOf(given.rating),
        feedback: K.plain(given.feedback),
      }));
    }

    clear() {
      this.best = null;
      this.worst = null;
      this.ratings = this.responses.map(() => null);
      this.missing = '';
    }

    restore(state) {
      const count = this.responses.length;
      if (K.whole(state.best, count)) this.best = state.best;
      if (K.whole(state.worst, count) && state.worst !== this.best) this.worst = state.worst;
      if (Array.isArray(state.ratings) && state.ratings.length === count) {
        this.ratings = state.ratings.map((rating) => (K.whole(rating, 4) ? rating : null));
      }
      this.restoreDone(state, !this.lacking());
    }

    state() {
      return this.rates ? { ratings: this.ratings } : { best: this.best, worst: this.worst };
    }

    // Points

    pointsOfBest() {
      const given = this.responses.map((response) => response.rating);
      const top = Math.max.apply(null, given);
      const rating = this.best === null ? -1 : given[this.best];
      if (rating === top) return 2;
      return rating === top - 1 && rating > Math.min.apply(null, given) ? 1 : 0;
    }

    pointsOfWorst() {
      const given = this.responses.map((response) => response.rating);
      const bottom = Math.min.apply(null, given);
      const rating = this.worst === null ? 9 : given[this.worst];
      if (rating === bottom) return 2;
      return rating === bottom + 1 && rating < Math.max.apply(null, given) ? 1 : 0;
    }

    pointsOfRating(at) {
      const chosen = this.ratings[at];
      const right = this.responses[at].rating;
      if (chosen === null) return 0;
      if (chosen === right) return 2;
      return chosen >= 2 === right >= 2 ? 1 : 0;
    }

    score() {
      if (!this.rates) return this.pointsOfBest() + this.pointsOfWorst();
      return this.responses.reduce((sum, _, at) => sum + this.pointsOfRating(at), 0);
    }

    maxScore() {
      return this.rates ? 2 * this.responses.length : 4;
    }

    response() {
      const pairs = [];
      if (this.rates) {
        this.ratings.forEach((rating, at) => rating !== null && pairs.push(at + '[.]' + rating));
      } else {
        if (this.best !== null) pairs.push('best[.]' + this.best);
        if (this.worst !== null) pairs.push('worst[.]' + this.worst);
      }
      return pairs.join('[,]');
    }

    interaction() {
      const texts = this.responses.map((response, at) => [at, response.text]);
      const ratings = [0, 1, 2, 3].map((rating) => [rating, this.words['rating' + rating]]);
      const given = this.responses.map((response) => response.rating);
      const best = given.indexOf(Math.max.apply(null, given));
      const worst = given.indexOf(Math.min.apply(null, given));
      const right = this.rates ?
        given.map((rating, at) => at + '[.]' + rating).join('[,]') :
        'best[.]' + best + '[,]worst[.]' + worst;
      const two = [['best', this.words.best], ['worst', this.words.worst]];
      return {
        interactionType: 'matching',
        description: { 'en-US': K.textOf(this.params.scene) + ' ' + K.plain(this.params.question) },
        source: K.described(this.rates ? texts : two),
        target: K.described(this.rates ? ratings : texts),
        correctResponsesPattern: [right],
      };
    }

    // The page

    build() {
      const { el } = K;
      this.body.appendChild(this.scene(this.params.scene, 'kheo-scene'));
      this.body.appendChild(el('h3', { class: 'kheo-ask', text: this.params.question }));
      this.body.appendChild(this.done ? this.result([this.after()]) :
        el('p', { class: 'kheo-hint', text: this.words[this.rates ? 'askRate' : 'askBestWorst'] }));
      this.cards = el('ol', { class: 'kheo-responses' }, this.responses.map((response, at) => this.card(response, at)));
      this.body.appendChild(this.cards);
      if (!this.done) this.askForResult();
      else if (this.lesson()) this.body.appendChild(this.lesson());
    }

    card(response, at) {
      const { el } = K;
      const id = this.id + '-text-' + at;
      const letter = String.fromCharCode(65 + at);
      const label = this.word('response', { letter: letter });
      const parts = [
        el('p', { class: 'kheo-response-text', id: id }, [
          el('span', { class: 'kheo-letter', 'aria-hidden': 'true', text: letter }),
          el('span', { class: 'kheo-hidden', text: label + ': ' }),
          el('span', { text: response.text }),
        ]),
      ];
      if (this.done) parts.push(this.judged(response, at));
      else if (this.rates) parts.push(this.scale(at, label, id));
      else parts.push(this.marks(at, label, id));
      return el('li', { class: 'kheo-response' }, parts);
    }

    /** Two buttons: this is the best, this is the worst. */
    marks(at, label, id) {
      return K.el('div', { class: 'kheo-marks' }, ['best', 'worst'].map((which) => K.el('button', {
        type: 'button',
        class: 'kheo-mark kheo-mark-' + which,
        'aria-pressed': String(this[which] === at),
        'aria-label': this.word(which) + ', ' + label,
        'aria-describedby': id,
        'data-which': which,
        'data-at': at,
        onclick: () => this.mark(which, at),
      }, [K.sign(which === 'best' ? 'good' : 'poor'), K.el('span', { text: this.words[which] })])));
    }

    mark(which, at) {
      const other = which === 'best' ? 'worst' : 'best';
      this[which] = this[which] === at ? null : at;
      if (this[other] === at) this[other] = null;
      this.cards.querySelectorAll('.kheo-mark').forEach((mark) => {
        const on = this[mark.getAttribute('data-which')] === Number(mark.getAttribute('data-at'));
        mark.setAttribute('aria-pressed', String(on));
      });
      this.answered();
    }

    /** Four steps from the highest to the lowest. */
    scale(at, label, id) {
      const { el } = K;
      const steps = [3, 2, 1, 0].map((rating) => {
        const input = el('input', {
          type: 'radio',
          name: this.id + '-' + at,
          value: rating,
          class: 'kheo-hidden',
          onchange: () => {
            this.ratings[at] = rating;
            this.answered();
          },
        });
        input.checked = this.ratings[at] === rating;
        return el('label', { class: 'kheo-step' }, [input, el('span', { text: this.words['rating' + rating] })]);
      });
      return el('div', { class: 'kheo-scale', role: 'radiogroup', 'aria-label': label, 'aria-describedby': id }, steps);
    }

    answered() {
      this.lessLacking();
      this.changed();
    }

    /** What is still to be chosen, in words; empty when nothing is. */
    lacking() {
      if (this.rates) {
        const left = this.ratings.filter((rating) => rating === null).length;
        return left ? this.word('needRatings', { count: left }) : '';
      }
      if (this.best === null) return this.word('needBest');
      return this.worst === null ? this.word('needWorst') : '';
    }

    /** What the learner chose, what experienced people think, and why. */
    judged(response, at) {
      const { el } = K;
      const rows = [];
      const chosen = this.choicesOf(at);
      chosen.forEach((choice) => {
        const kind = ['poor', 'fair', 'good'][choice.points];
        const words = this.word('yours', { choice: choice.word }) + ' · ' + this.word('points', { points: choice.points }).replace(/ /g, '\u00a0');
        rows.push(el('p', {}, [K.verdict(kind, words)]));
      });
      if (this.solved || chosen.some((choice) => choice.points === 2)) {
        const rating = this.words['rating' + response.rating];
        rows.push(el('p', { class: 'kheo-experts', text: this.word('experts', { rating: K.plain(rating).toLowerCase() }) }));
      }
      if (response.feedback && (this.solved || chosen.length)) {
        rows.push(el('p', { class: 'kheo-feedback', text: response.feedback }));
      }
      return rows.length ? el('div', { class: 'kheo-judged' }, rows) : null;
    }

    choicesOf(at) {
      if (this.rates) {
        if (this.ratings[at] === null) return [];
        return [{ word: K.plain(this.words['rating' + this.ratings[at]]).toLowerCase(), points: this.pointsOfRating(at) }];
      }
      const found = [];
      if (this.best === at) found.push({ word: K.plain(this.words.best).toLowerCase(), points: this.pointsOfBest() });
      if (this.worst === at) found.push({ word: K.plain(this.words.worst).toLowerCase(), points: this.pointsOfWorst() });
      return found;
    }
  }

  function ratingOf(given) {
    const rating = Number(given);
    return K.whole(rating, 4) ? rating : 0;
  }

  return K.playable(Situation);
})();
