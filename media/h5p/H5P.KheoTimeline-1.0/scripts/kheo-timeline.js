/* H5P.KheoTimeline: events to read in their order, and to put in order. MIT. */
var H5P = window.H5P || {};

H5P.KheoTimeline = (function () {
  'use strict';

  const K = H5P.KheoBase;
  const WORDS = {
    kind: 'Dòng thời gian',
    check: 'Xem kết quả',
    goOn: 'Đọc tiếp',
    progress: 'Mốc @n trên @total',
    allRead: 'Đồng chí đã đọc hết dòng thời gian.',
    source: 'Nguồn: @source',
    askOrder: 'Đồng chí xếp các sự kiện theo thứ tự, việc trước đặt lên trên.',
    toOrder: 'Thử xếp lại thứ tự',
    up: 'Chuyển lên: @event',
    down: 'Chuyển xuống: @event',
    moved: '“@event” ở vị trí @n trên @total.',
    drag: 'Kéo để chuyển',
    inOrder: 'Đúng thứ tự',
    outOfOrder: 'Chưa đúng thứ tự',
    rightOrder: 'Thứ tự đúng',
  };

  class Timeline extends K.Base {
    constructor(params, contentId, extras) {
      super(params, contentId, extras, { name: 'timeline', words: WORDS });
      this.events = this.params.events || [];
      this.task = this.params.task || 'read';
      this.orders = this.task !== 'read';
    }

    /** How many events are open, whether one is putting them in order, and how they stand. */
    clear() {
      this.seen = Math.min(1, this.events.length);
      this.ordering = this.task === 'orderThenRead';
      this.order = K.shuffled(this.events.length);
      this.touched = false;
    }

    restore(state) {
      const count = this.events.length;
      if (K.whole(state.seen - 1, count)) this.seen = state.seen;
      if (K.isPermutation(state.order, count)) this.order = state.order.slice();
      this.touched = this.orders && state.touched === true;
      this.ordering = this.ordering || (this.orders && state.ordering === true);
      this.restoreDone(state, this.orders ? this.ordering : this.seen === count);
    }

    state() {
      const state = { seen: this.seen };
      if (this.orders) Object.assign(state, { ordering: this.ordering, order: this.order, touched: this.touched });
      return state;
    }

    getAnswerGiven() {
      return this.done || this.touched || this.ordering !== (this.task === 'orderThenRead') || this.seen > 1;
    }

    /** Which events stand in order among each other: the most that do, the earliest of such. */
    standing() {
      const length = [];
      const after = [];
      let last = -1;
      this.order.forEach((event, at) => {
        length[at] = 1;
        after[at] = -1;
        for (let before = 0; before < at; before++) {
          if (this.order[before] < event && length[before] + 1 > length[at]) {
            length[at] = length[before] + 1;
            after[at] = before;
          }
        }
        if (last === -1 || length[at] > length[last]) last = at;
      });
      const found = [];
      for (let at = last; at !== -1; at = after[at]) found.push(this.order[at]);
      return found;
    }

    score() {
      return this.orders && this.response() ? this.standing().length - 1 : 0;
    }

    maxScore() {
      return this.orders ? Math.max(0, this.events.length - 1) : 0;
    }

    response() {
      if (this.orders) return this.done || this.touched ? this.order.join('[,]') : '';
      return this.seen > 1 ? this.events.slice(0, this.seen).map((_, at) => at).join('[,]') : '';
    }

    interaction() {
      const all = this.events.map((_, at) => at).join('[,]');
      return {
        interactionType: 'sequencing',
        description: { 'en-US': K.textOf(this.params.intro) },
        choices: K.described(this.events.map((event, at) => [at, event.title])),
        correctResponsesPattern: [all],
      };
    }

    statement(verb) {
      return super.statement(this.orders ? verb : 'completed');
    }

    // The page

    build() {
      const { el } = K;
      this.body.appendChild(K.rich(this.params.intro));
      if (this.orders && this.ordering) {
        this.buildOrder();
        return;
      }
      this.line = el('ol', { class: 'kheo-line-of-time' });
      this.body.appendChild(this.line);
      this.events.slice(0, this.seen).forEach((event) => this.line.appendChild(this.event(event)));
      this.foot = el('div', {});
      this.body.appendChild(this.foot);
      this.buildFoot();
    }

    event(event) {
      const { el } = K;
      return el('li', { class: 'kheo-event', tabindex: '-1' }, [
        el('p', { class: 'kheo-date', text: event.date }),
        el('h3', { text: event.title }),
        this.picture(event.image, event.imageAlt),
        event.text ? K.rich(event.text) : null,
        event.quote ? el('blockquote', {}, [
          el('p', { text: K.quoted(event.quote) }),
          event.source ? el('footer', { text: this.word('source', { source: K.plain(event.source) }) }) : null,
        ]) : null,
      ]);
    }

    buildFoot() {
      const { el, button } = K;
      const total = this.events.length;
      K.empty(this.foot);
      if (this.seen < total) {
        this.foot.appendChild(el('div', { class: 'kheo-actions kheo-go' }, [
          button(this.words.goOn, 'kheo-first', () => this.goOn()),
          el('span', { class: 'kheo-progress', text: this.word('progress', { n: this.seen, total: total }) }),
        ]));
        return;
      }
      if (this.orders) {
        this.foot.appendChild(el('div', { class: 'kheo-actions' }, [
          button(this.words.toOrder, 'kheo-first', () => this.toOrder()),
        ]));
        return;
      }
      this.resultHeading = el('p', { class: 'kheo-all-read', tabindex: '-1' }, [K.verdict('good', this.words.allRead)]);
      this.foot.appendChild(this.resultHeading);
      if (this.lesson()) this.foot.appendChild(this.lesson());
    }

    goOn() {
      this.seen += 1;
      const event = this.event(this.events[this.seen - 1]);
      this.line.appendChild(event);
      this.buildFoot();
      if (this.seen === this.events.length && !this.orders) {
        this.done = true;
        this.trigger(this.statement('completed'));
      } else {
        this.changed('progressed');
      }
      event.focus();
      this.resized();
    }

    toOrder() {
      this.ordering = true;
      this.refresh();
      this.changed('progressed');
      this.orderAsk.focus();
    }

    buildOrder() {
      const { el, button } = K;
      this.orderAsk = el('p', { class: 'kheo-ask kheo-ask-order', tabindex: '-1', text: this.words.askOrder });
      if (!this.done) this.body.appendChild(this.orderAsk);
      this.list = el('ol', { class: 'kheo-order' });
      this.body.appendChild(this.list);
      if (this.done) {
        this.buildJudged();
        return;
      }
      this.order.forEach((event) => this.list.appendChild(this.movable(event)));
      this.endsOfList();
      this.body.appendChild(el('div', { class: 'kheo-actions' }, [
        button(this.words.check, 'kheo-first', () => this.finish()),
      ]));
    }

    buildJudged() {
      const { el } = K;
      const standing = this.standing();
      this.body.insertBefore(this.result([this.after()]), this.list);
      this.order.forEach((event) => {
        const right = standing.indexOf(event) !== -1;
        this.list.appendChild(el('li', { class: 'kheo-moved' }, [
          el('div', { class: 'kheo-moved-text' }, [
            el('p', { text: this.events[event].title }),
            K.verdict(right ? 'good' : 'poor', this.words[right ? 'inOrder' : 'outOfOrder']),
          ]),
        ]));
      });
      if (!this.solved && this.score() < this.maxScore() && this.may.solutions) return;
      this.body.appendChild(el('h3', { class: 'kheo-ask', text: this.words.rightOrder }));
      const all = this.events.map((event) => this.event(event));
      this.body.appendChild(el('ol', { class: 'kheo-line-of-time' }, all));
      if (this.lesson()) this.body.appendChild(this.lesson());
    }

    movable(event) {
      const { el } = K;
      const title = K.plain(this.events[event].title);
      const arrow = (way, by) => el('button', {
        type: 'button',
        class: 'kheo-arrow kheo-arrow-' + way,
        'aria-label': this.word(way, { event: title }),
        onclick: () => this.shift(event, by, way),
      }, [K.sign(way)]);
      const grip = this.grip();
      const item = el('li', { class: 'kheo-moved', 'data-event': event }, [
        grip,
        el('div', { class: 'kheo-moved-text' }, [el('p', { text: title })]),
        el('div', { class: 'kheo-arrows' }, [arrow('up', -1), arrow('down', 1)]),
      ]);
      this.draggable(item, grip);
      return item;
    }

    /** At either end an arrow has nowhere to lead; it stays in its place, so that focus does. */
    endsOfList() {
      const items = Array.from(this.list.children);
      items.forEach((item, at) => {
        item.querySelector('.kheo-arrow-up').setAttribute('aria-disabled', String(at === 0));
        item.querySelector('.kheo-arrow-down').setAttribute('aria-disabled', String(at === items.length - 1));
      });
    }

    shift(event, by, way) {
      const from = this.order.indexOf(event);
      const to = from + by;
      if (to < 0 || to >= this.order.length) return;
      const item = this.list.children[from];
      this.list.insertBefore(item, by < 0 ? this.list.children[to] : this.list.children[to].nextSibling);
      item.querySelector('.kheo-arrow-' + way).focus();
      this.reordered(event);
    }

    reordered(event) {
      this.order = Array.from(this.list.children).map((item) => Number(item.getAttribute('data-event')));
      this.touched = true;
      this.endsOfList();
      const at = this.order.indexOf(event);
      const title = K.plain(this.events[event].title);
      this.say(this.word('moved', { event: title, n: at + 1, total: this.order.length }));
      this.changed();
    }

    draggable(item, grip) {
      K.followPointer(grip, {
        start: () => item.classList.add('kheo-lifted'),
        move: (x, y) => {
          const others = Array.from(this.list.children).filter((other) => other !== item);
          const next = others.filter((other) => {
            const box = other.getBoundingClientRect();
            return y < box.top + box.height / 2;
          })[0] || null;
          if (item.nextElementSibling !== next) this.list.insertBefore(item, next);
        },
        end: () => {
          item.classList.remove('kheo-lifted');
          this.reordered(Number(item.getAttribute('data-event')));
        },
      });
    }
  }

  return K.playable(Timeline);
})();
