/* H5P.KheoSorting: cards into two to five groups, by finger, mouse or keyboard. MIT. */
var H5P = window.H5P || {};

H5P.KheoSorting = (function () {
  'use strict';

  const K = H5P.KheoBase;
  const WORDS = {
    kind: 'Xếp thẻ',
    check: 'Xem kết quả',
    card: 'Thẻ @n trên @total',
    into: 'Thẻ này thuộc nhóm nào?',
    later: 'Để lại sau',
    keep: 'Để nguyên chỗ cũ',
    placed: 'Đã xếp “@card” vào nhóm “@group”.',
    next: 'Thẻ tiếp theo: @card',
    allPlaced: 'Đã xếp hết thẻ. Muốn chuyển thẻ nào, đồng chí bấm vào thẻ ấy.',
    move: 'Chuyển thẻ “@card”',
    empty: 'Chưa có thẻ',
    drag: 'Kéo thẻ',
    right: 'Đúng',
    wrong: 'Chưa đúng',
    belongs: 'Thuộc nhóm “@group”',
    needCards: 'Còn @count thẻ chưa xếp.',
  };

  class Sorting extends K.Base {
    constructor(params, contentId, extras) {
      super(params, contentId, extras, { name: 'sorting', words: WORDS });
      this.groups = this.params.groups || [];
      this.cards = [];
      this.groups.forEach((group, at) => (group.cards || []).forEach((card) => {
        this.cards.push({ text: K.plain(card.text), feedback: K.plain(card.feedback), group: at });
      }));
    }

    /** Where each card lies (null: still in the hand), and the order of the hand. */
    clear() {
      this.places = this.cards.map(() => null);
      this.hand = this.may.shuffle === false ? this.cards.map((_, at) => at) : K.shuffled(this.cards.length);
      this.lifted = null;
      this.missing = '';
    }

    restore(state) {
      if (!Array.isArray(state.places) || state.places.length !== this.cards.length) return;
      this.places = state.places.map((place) => (K.whole(place, this.groups.length) ? place : null));
      if (K.isPermutation(state.hand, this.cards.length)) this.hand = state.hand.slice();
      this.restoreDone(state, this.waiting().length === 0);
    }

    state() {
      return { places: this.places, hand: this.hand };
    }

    waiting() {
      return this.hand.filter((card) => this.places[card] === null);
    }

    /** The card to be placed now: one taken up again, else the first in the hand. */
    current() {
      if (this.lifted !== null) return this.lifted;
      const first = this.waiting()[0];
      return first === undefined ? null : first;
    }

    score() {
      return this.cards.filter((card, at) => this.places[at] === card.group).length;
    }

    maxScore() {
      return this.cards.length;
    }

    response() {
      const pairs = [];
      this.places.forEach((place, at) => place !== null && pairs.push(at + '[.]' + place));
      return pairs.join('[,]');
    }

    interaction() {
      return {
        interactionType: 'matching',
        description: { 'en-US': K.textOf(this.params.intro) },
        source: K.described(this.cards.map((card, at) => [at, card.text])),
        target: K.described(this.groups.map((group, at) => [at, group.label])),
        correctResponsesPattern: [this.cards.map((card, at) => at + '[.]' + card.group).join('[,]')],
      };
    }

    // The page

    build() {
      const { el } = K;
      this.body.appendChild(K.rich(this.params.intro));
      if (this.done) {
        this.body.appendChild(this.result([this.after()]));
      } else {
        this.deck = el('div', { class: 'kheo-deck' });
        this.body.appendChild(this.deck);
        this.buildDeck();
      }
      this.board = el('div', { class: 'kheo-board kheo-board-' + this.groups.length });
      this.body.appendChild(this.board);
      this.buildBoard();
      if (!this.done) this.askForResult();
      else if (this.lesson()) this.body.appendChild(this.lesson());
    }

    /** Built once and then only filled, so that a finger or the focus finds the buttons where they were. */
    buildDeck() {
      const { el, button } = K;
      this.face = el('p', { class: 'kheo-card-text' });
      this.number = el('p', { class: 'kheo-card-number' });
      this.inHand = el('div', { class: 'kheo-card kheo-card-now' }, [
        el('div', { class: 'kheo-card-body' }, [this.number, this.face]),
        this.grip(),
      ]);
      const id = this.id + '-into';
      this.choices = el('div', { class: 'kheo-choices', role: 'group', 'aria-labelledby': id }, this.groups.map((group, at) => button(
        '', 'kheo-second kheo-into', () => this.place(this.current(), at), { 'data-start': at === 0 }
      )));
      this.groups.forEach((_, at) => this.choices.children[at].append(...this.named(at)));
      this.later = button(this.words.later, 'kheo-later', () => this.postpone());
      this.hands = el('div', {}, [
        this.inHand,
        el('p', { class: 'kheo-into-ask', id: id, text: this.words.into }),
        this.choices,
        this.later,
      ]);
      this.ready = el('p', { class: 'kheo-ready', text: this.words.allPlaced });
      this.deck.appendChild(this.hands);
      this.deck.appendChild(this.ready);
      this.deck.addEventListener('keydown', (event) => {
        const at = Number(event.key) - 1;
        if (this.current() === null || event.ctrlKey || event.altKey || event.metaKey) return;
        if (K.whole(at, this.groups.length)) this.place(this.current(), at);
      });
      this.draggable(this.inHand, () => this.current());
      this.deal();
    }

    /** A group by its number, which is its key, and its name. */
    named(at) {
      const key = K.el('span', { class: 'kheo-key', 'aria-hidden': 'true', text: String(at + 1) });
      return [key, K.el('span', { text: this.groups[at].label })];
    }

    deal() {
      const card = this.current();
      this.hands.hidden = card === null;
      this.ready.hidden = card !== null;
      if (card === null) return;
      const placed = this.cards.length - this.waiting().length;
      const total = this.cards.length;
      this.number.textContent = this.lifted === null ? this.word('card', { n: placed + 1, total: total }) : '';
      this.face.textContent = this.cards[card].text;
      this.later.textContent = this.word(this.lifted === null ? 'later' : 'keep');
      this.later.hidden = this.lifted === null && this.waiting().length < 2;
    }

    buildBoard() {
      const { el } = K;
      K.empty(this.board);
      this.groups.forEach((group, at) => {
        const id = this.id + '-group-' + at;
        const cards = this.cards.map((_, card) => card).filter((card) => this.places[card] === at);
        const list = cards.length ?
          el('ul', { class: 'kheo-cards' }, cards.map((card) => el('li', {}, [this.done ? this.judged(card) : this.placed(card)]))) :
          el('p', { class: 'kheo-empty', text: this.words.empty });
        this.board.appendChild(el('section', { class: 'kheo-group', 'aria-labelledby': id, 'data-group': at }, [
          el('h3', { id: id }, this.named(at)),
          group.hint ? el('p', { class: 'kheo-group-hint', text: group.hint }) : null,
          list,
        ]));
      });
    }

    placed(card) {
      const text = this.cards[card].text;
      const node = K.el('button', {
        type: 'button',
        class: 'kheo-card kheo-card-placed',
        text: text,
        'aria-label': this.word('move', { card: text }),
        'aria-pressed': String(this.lifted === card),
        'data-card': card,
        onclick: () => this.lift(card),
      });
      this.draggable(node, () => card);
      return node;
    }

    judged(card) {
      const { el } = K;
      const { text, feedback, group } = this.cards[card];
      const right = this.places[card] === group;
      return el('div', { class: 'kheo-card kheo-card-judged' }, [
        el('p', { text: text }),
        K.verdict(right ? 'good' : 'poor', this.words[right ? 'right' : 'wrong']),
        !right && this.solved ? el('p', { class: 'kheo-belongs', text: this.word('belongs', { group: K.plain(this.groups[group].label) }) }) : null,
        feedback && (right || this.solved) ? el('p', { class: 'kheo-feedback', text: feedback }) : null,
      ]);
    }

    place(card, group) {
      if (card === null || this.done) return;
      this.places[card] = group;
      const was = this.lifted;
      this.lifted = null;
      this.redraw();
      const next = this.current();
      const said = this.word('placed', { card: this.cards[card].text, group: K.plain(this.groups[group].label) });
      this.say(said + ' ' + (next === null ? this.word('allPlaced') : this.word('next', { card: this.cards[next].text })));
      if (was !== null) this.focusCard(card);
      else if (next === null) this.checkButton.focus();
      this.changed();
    }

    lift(card) {
      this.lifted = this.lifted === card ? null : card;
      this.redraw();
      if (this.lifted === null) this.focusCard(card);
      else this.choices.children[0].focus();
    }

    focusCard(card) {
      const node = this.board.querySelector('[data-card="' + card + '"]');
      if (node) node.focus();
    }

    postpone() {
      if (this.lifted !== null) {
        this.lift(this.lifted);
        return;
      }
      const card = this.current();
      this.hand = this.hand.filter((other) => other !== card).concat(card);
      this.redraw();
      this.say(this.word('next', { card: this.cards[this.current()].text }));
    }

    redraw() {
      this.deal();
      this.buildBoard();
      this.lessLacking();
      this.resized();
    }

    lacking() {
      const left = this.waiting().length;
      return left ? this.word('needCards', { count: left }) : '';
    }

    /** A card follows the pointer; on a phone only its grip does, the rest still scrolls the page. */
    draggable(node, cardOf) {
      const under = (x, y) => {
        const found = document.elementFromPoint(x, y);
        return found && found.closest ? found.closest('[data-group]') : null;
      };
      const mark = (group) => Array.from(this.board.children).forEach((other) => {
        other.classList.toggle('kheo-over', other === group);
      });
      K.followPointer(node, {
        start: () => node.classList.add('kheo-dragged'),
        move: (x, y, dx, dy) => {
          node.style.transform = 'translate(' + dx + 'px,' + dy + 'px)';
          mark(under(x, y));
        },
        end: (x, y, dropped) => {
          const group = under(x, y); // while the card itself lets the pointer through
          node.classList.remove('kheo-dragged');
          node.style.transform = '';
          mark(null);
          if (!dropped || !group || !this.board.contains(group)) return;
          const card = cardOf();
          this.lifted = null;
          this.place(card, Number(group.getAttribute('data-group')));
        },
      });
    }
  }

  return K.playable(Sorting);
})();
