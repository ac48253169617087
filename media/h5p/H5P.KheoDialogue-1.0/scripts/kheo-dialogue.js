/* H5P.KheoDialogue: a talk with a citizen that branches with every reply. MIT. */
var H5P = window.H5P || {};

H5P.KheoDialogue = (function () {
  'use strict';

  const K = H5P.KheoBase;
  // “Chị Hiền” is “chị Hiền” inside a sentence.
  const TITLES = /^(Anh|Bà|Bác|Chị|Chú|Cô|Cụ|Cậu|Dì|Em|Cháu|Mợ|Ông|Thím)(?= )/;
  const MOST_STEPS = 100;
  const POINTS = { good: 2, fair: 1, poor: 0 };
  const WORDS = {
    kind: 'Đối thoại với dân',
    me: 'Đồng chí',
    choose: 'Đồng chí trả lời thế nào?',
    trust: 'Lòng tin của @name',
    trust0: 'khép cửa',
    trust1: 'dè dặt',
    trust2: 'chịu nghe',
    trust3: 'tin',
    trust4: 'cởi mở',
    trustUp: 'Lòng tin tăng',
    trustDown: 'Lòng tin giảm',
    trustSame: 'Lòng tin giữ nguyên',
    ending: 'Cuộc đối thoại kết thúc',
    review: 'Nhìn lại từng câu trả lời',
    good: 'Khéo',
    fair: 'Được',
    poor: 'Chưa khéo',
    better: 'Có thể nói: @reply',
  };

  class Dialogue extends K.Base {
    constructor(params, contentId, extras) {
      super(params, contentId, extras, { name: 'dialogue', words: WORDS });
      this.citizen = K.plain(this.params.citizen);
      this.nodes = Object.create(null);
      (this.params.nodes || []).forEach((node) => {
        if (!(node.id in this.nodes)) this.nodes[node.id] = node;
      });
      this.first = this.params.nodes && this.params.nodes.length ? this.params.nodes[0].id : '';
    }

    /** The way taken: [name of the moment, place of the reply], one for each reply given. */
    clear() {
      this.path = [];
    }

    restore(state) {
      const kept = Array.isArray(state.path) ? state.path.slice(0, MOST_STEPS) : [];
      for (const step of kept) {
        if (!Array.isArray(step) || step[0] !== this.now() || !this.replyOf(step)) break;
        this.path.push([step[0], step[1]]);
      }
      this.restoreDone(state, this.atEnd());
    }

    state() {
      return { path: this.path };
    }

    repliesOf(id) {
      return (this.nodes[id] && this.nodes[id].replies) || [];
    }

    replyOf(step) {
      const replies = this.repliesOf(step[0]);
      return K.whole(step[1], replies.length) ? replies[step[1]] : null;
    }

    /** The moment the talk has come to. */
    now() {
      const last = this.path[this.path.length - 1];
      return last ? this.replyOf(last).next : this.first;
    }

    atEnd() {
      return this.repliesOf(this.now()).length === 0;
    }

    trustAfter(steps) {
      const start = Number(this.params.trustStart === undefined ? 2 : this.params.trustStart);
      return this.path.slice(0, steps).reduce((trust, step) => {
        return Math.max(0, Math.min(4, trust + pointsOf(this.replyOf(step)) - 1));
      }, K.whole(start, 5) ? start : 2);
    }

    /** Out of ten: the share of what could have been won on the way taken, once the talk is over. */
    score() {
      const steps = this.path.length;
      if (!steps || !this.atEnd()) return 0;
      const points = this.path.reduce((sum, step) => sum + pointsOf(this.replyOf(step)), 0);
      return Math.floor((100 * points + steps) / (2 * steps)) / 10;
    }

    maxScore() {
      return 10;
    }

    /** A way of the best replies, for the statement. */
    bestWay() {
      const steps = [];
      let id = this.first;
      while (this.repliesOf(id).length && steps.length < MOST_STEPS) {
        const replies = this.repliesOf(id);
        const points = replies.map(pointsOf);
        const at = points.indexOf(Math.max.apply(null, points));
        steps.push(stepId(id, at));
        id = replies[at].next;
      }
      return steps;
    }

    response() {
      return this.path.map((step) => stepId(step[0], step[1])).join('[,]');
    }

    interaction() {
      const choices = [];
      Object.keys(this.nodes).forEach((id) => {
        this.repliesOf(id).forEach((reply, at) => choices.push([stepId(id, at), reply.text]));
      });
      return {
        interactionType: 'sequencing',
        description: { 'en-US': K.textOf(this.params.setting) },
        choices: K.described(choices),
        correctResponsesPattern: [this.bestWay().join('[,]')],
      };
    }

    // The page

    build() {
      const { el } = K;
      this.body.appendChild(this.scene(this.params.setting, 'kheo-setting'));
      this.talk = el('ol', { class: 'kheo-talk' });
      this.body.appendChild(this.talk);
      this.path.forEach((step, at) => {
        this.said(step[0]);
        this.replied(step, at);
      });
      this.said(this.now());
      this.foot = el('div', { class: 'kheo-foot' });
      this.body.appendChild(this.foot);
      this.ask();
    }

    said(id) {
      const { el } = K;
      const node = this.nodes[id] || {};
      this.line = el('li', { class: 'kheo-line kheo-citizen', tabindex: '-1' }, [
        el('div', { class: 'kheo-bubble' }, [
          el('p', { class: 'kheo-who' }, [
            el('span', { class: 'kheo-face', 'aria-hidden': 'true', text: initialOf(this.citizen) }),
            el('span', { text: this.citizen }),
          ]),
          node.aside ? el('p', { class: 'kheo-aside', text: node.aside }) : null,
          el('p', { class: 'kheo-words', text: node.says }),
        ]),
      ]);
      this.talk.appendChild(this.line);
    }

    replied(step, at) {
      const { el } = K;
      this.talk.appendChild(el('li', { class: 'kheo-line kheo-me' }, [
        el('div', { class: 'kheo-bubble' }, [
          el('p', { class: 'kheo-who', text: this.words.me }),
          el('p', { class: 'kheo-words', text: this.replyOf(step).text }),
        ]),
      ]));
      this.talk.appendChild(el('li', { class: 'kheo-change' }, [this.change(at)]));
    }

    /** In words and with a sign: how trust stands after a reply. */
    change(at) {
      const before = this.trustAfter(at);
      const after = this.trustAfter(at + 1);
      const way = after > before ? 'Up' : after < before ? 'Down' : 'Same';
      const kind = { Up: 'up', Down: 'down', Same: 'fair' }[way];
      return K.el('span', { class: 'kheo-turn kheo-turn-' + kind }, [
        K.sign(kind),
        K.el('span', { text: this.word('trust' + way) + ': ' + this.word('trust' + after) }),
      ]);
    }

    trustName() {
      return this.word('trust', { name: this.citizen.replace(TITLES, (title) => title.toLowerCase()) });
    }

    meter() {
      const { el } = K;
      const level = this.trustAfter(this.path.length);
      const steps = [0, 1, 2, 3, 4].map((at) => el('span', { class: at <= level ? 'kheo-on' : '' }));
      return el('div', { class: 'kheo-meter kheo-meter-' + level }, [
        el('p', {}, [el('span', { text: this.trustName() + ': ' }), el('strong', { text: this.words['trust' + level] })]),
        el('span', { class: 'kheo-steps', 'aria-hidden': 'true' }, steps),
      ]);
    }

    /** The replies to choose from; or, at the end, what came of it. */
    ask() {
      const { el } = K;
      K.empty(this.foot).appendChild(this.meter());
      if (this.atEnd()) {
        this.foot.appendChild(this.end());
        return;
      }
      const id = this.id + '-choose';
      this.foot.appendChild(el('p', { class: 'kheo-ask', id: id, text: this.words.choose }));
      const choices = this.repliesOf(this.now()).map((reply, at) => el('li', {}, [
        el('button', { type: 'button', class: 'kheo-reply', text: reply.text, onclick: () => this.choose(at) }),
      ]));
      this.foot.appendChild(el('ul', { class: 'kheo-replies', 'aria-labelledby': id }, choices));
    }

    choose(at) {
      const step = [this.now(), at];
      this.path.push(step);
      this.replied(step, this.path.length - 1);
      this.said(this.now());
      if (this.atEnd()) {
        this.finish();
        return;
      }
      this.ask();
      this.line.focus();
      this.say(this.talk.querySelector('.kheo-change:nth-last-child(2)').textContent);
      this.changed('progressed');
      this.resized();
    }

    /** The citizen's last words come first, then what came of them, then the score. */
    finish() {
      super.finish();
      this.line.focus();
    }

    end() {
      const { el } = K;
      const node = this.nodes[this.now()] || {};
      return el('div', {}, [
        el('div', { class: 'kheo-ending' }, [
          el('p', { class: 'kheo-kind', text: this.words.ending }),
          node.endingTitle ? el('h3', { text: node.endingTitle }) : null,
          node.endingText ? el('p', { text: node.endingText }) : null,
        ]),
        this.result(),
        el('h3', { class: 'kheo-ask', text: this.words.review }),
        el('ol', { class: 'kheo-review' }, this.path.map((step) => this.reviewed(step))),
        this.lesson(),
        this.after(),
      ]);
    }

    reviewed(step) {
      const { el } = K;
      const reply = this.replyOf(step);
      const quality = qualityOf(reply);
      const better = this.repliesOf(step[0]).filter((other) => qualityOf(other) === 'good')[0];
      return el('li', {}, [
        K.verdict(quality, this.words[quality]),
        el('p', { class: 'kheo-words', text: K.quoted(reply.text) }),
        reply.feedback ? el('p', { class: 'kheo-feedback', text: reply.feedback }) : null,
        this.solved && better && quality !== 'good' ?
          el('p', { class: 'kheo-better', text: this.word('better', { reply: K.plain(better.text) }) }) : null,
      ]);
    }
  }

  function qualityOf(reply) {
    return reply.quality in POINTS ? reply.quality : 'fair';
  }

  function pointsOf(reply) {
    return POINTS[qualityOf(reply)];
  }

  function stepId(id, at) {
    return id + '.' + at;
  }

  /** The given name comes last: “Bà Mận” is M. */
  function initialOf(name) {
    return name.trim().split(/\s+/).pop().charAt(0).toUpperCase();
  }

  return K.playable(Dialogue);
})();
