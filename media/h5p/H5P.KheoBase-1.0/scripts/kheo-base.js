/* What the content types of Khéo share. MIT. Needs only the H5P core. */
var H5P = window.H5P || {};

H5P.KheoBase = (function () {
  'use strict';

  const SVG = 'http://www.w3.org/2000/svg';
  const SIGNS = {
    good: 'M4 10.5l4 4 8-9',
    fair: 'M4 10h12',
    poor: 'M5 5l10 10M15 5L5 15',
    up: 'M10 16V4M5 9l5-5 5 5',
    down: 'M10 4v12M5 11l5 5 5-5',
  };
  // What every type says in the end; each adds its own, and the author may change all of it.
  const WORDS = {
    retry: 'Làm lại',
    solution: 'Xem lời giải',
    score: '@score trên @total điểm',
    bandHigh: 'Rất khéo',
    bandMiddle: 'Khá, còn chỗ nên xem lại',
    bandLow: 'Nên đọc lại bài rồi thử lần nữa',
    lesson: 'Điều rút ra',
  };
  const RICH = /^(P|BR|STRONG|B|EM|I|UL|OL|LI|DIV|SPAN)$/;
  const SILENT = /^(SCRIPT|STYLE|TEMPLATE|IFRAME|OBJECT|NOSCRIPT|SVG|MATH|TITLE)$/i;
  const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#039': "'", '#x27': "'" };

  /** Platforms hand over plain text with & < > " ' escaped; it is only ever shown as text. */
  function plain(text) {
    if (text === undefined || text === null) return '';
    return String(text).replace(/&(amp|lt|gt|quot|#0?39|#x27);/g, (_, name) => ENTITIES[name]);
  }

  /** fill('@score trên @total', {score: 3, total: 4}) */
  function fill(pattern, values) {
    return plain(pattern).replace(/@(\w+)/g, (whole, name) => (name in values ? values[name] : whole));
  }

  /** 7.5 as the reader of the page writes it. */
  function figure(value) {
    const page = document.documentElement.lang;
    return value.toLocaleString(/^[a-z]{2}(-|$)/i.test(page) ? page.slice(0, 2) : 'vi');
  }

  /** An element; text is always text, never markup. */
  function el(tag, attributes, children) {
    const node = document.createElement(tag);
    Object.keys(attributes || {}).forEach((name) => {
      const value = attributes[name];
      if (value === undefined || value === null || value === false) return;
      if (name === 'text') node.textContent = plain(value);
      else if (name.indexOf('on') === 0) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? '' : value);
    });
    (children || []).forEach((child) => child && node.appendChild(child));
    return node;
  }

  function empty(node) {
    while (node.firstChild) node.removeChild(node.firstChild);
    return node;
  }

  /** A field the semantics call html: plain paragraphs, emphasis and lists; nothing else gets in. */
  function rich(html, className) {
    const box = el('div', { class: 'kheo-rich ' + (className || '') });
    if (html) copyRich(new DOMParser().parseFromString(String(html), 'text/html').body, box);
    return box;
  }

  function copyRich(from, to) {
    from.childNodes.forEach((node) => {
      if (node.nodeType === 3) {
        to.appendChild(document.createTextNode(node.data));
      } else if (node.nodeType === 1 && RICH.test(node.tagName)) {
        copyRich(node, to.appendChild(document.createElement(node.tagName)));
      } else if (node.nodeType === 1 && !SILENT.test(node.tagName)) {
        copyRich(node, to);
      }
    });
  }

  /** In quotation marks, whether or not the author has put some. */
  function quoted(text) {
    return '“' + plain(text).replace(/^[“"]|[”"]$/g, '') + '”';
  }

  function textOf(html) {
    return rich(html).textContent.trim();
  }

  /** A small drawn sign; the word beside it carries the meaning. */
  function sign(kind) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 20 20');
    svg.setAttribute('class', 'kheo-sign');
    svg.setAttribute('aria-hidden', 'true');
    const path = svg.appendChild(document.createElementNS(SVG, 'path'));
    path.setAttribute('d', SIGNS[kind]);
    return svg;
  }

  /** A word with its sign: kind is good, fair or poor. */
  function verdict(kind, word) {
    return el('span', { class: 'kheo-verdict kheo-' + kind }, [sign(kind), el('span', { text: word })]);
  }

  function button(text, className, onclick, attributes) {
    const own = { type: 'button', class: 'kheo-button ' + className, text: text, onclick: onclick };
    return el('button', Object.assign(own, attributes));
  }

  function whole(value, below) {
    return Number.isInteger(value) && value >= 0 && value < below;
  }

  /** The same numbers in another order, never in the first one when there is another. */
  function shuffled(count) {
    const order = Array.from({ length: count }, (_, at) => at);
    for (let at = count - 1; at > 0; at--) {
      const other = Math.floor(Math.random() * (at + 1));
      [order[at], order[other]] = [order[other], order[at]];
    }
    if (count > 1 && order.every((value, at) => value === at)) order.push(order.shift());
    return order;
  }

  function isPermutation(order, count) {
    return Array.isArray(order) && order.length === count && new Set(order).size === count &&
      order.every((value) => whole(value, count));
  }

  /** Follows a finger, a pen or the mouse from the handle on; told of every move and of the end. */
  function followPointer(handle, hands) {
    handle.addEventListener('pointerdown', (down) => {
      if (down.button > 0) return;
      let moving = false;
      const move = (event) => {
        if (event.pointerId !== down.pointerId) return;
        const far = Math.abs(event.clientX - down.clientX) + Math.abs(event.clientY - down.clientY);
        if (!moving && far > 6) {
          moving = true;
          hands.start();
        }
        if (moving) {
          event.preventDefault();
          hands.move(event.clientX, event.clientY, event.clientX - down.clientX, event.clientY - down.clientY);
        }
      };
      const stop = (event) => {
        if (event.pointerId !== down.pointerId) return;
        document.removeEventListener('pointermove', move);
        document.removeEventListener('pointerup', stop);
        document.removeEventListener('pointercancel', stop);
        if (!moving) return;
        if (event.type === 'pointerup') swallowClick();
        hands.end(event.clientX, event.clientY, event.type === 'pointerup');
      };
      document.addEventListener('pointermove', move);
      document.addEventListener('pointerup', stop);
      document.addEventListener('pointercancel', stop);
    });
  }

  /** A drag that ends over a button is no press of it. */
  function swallowClick() {
    const swallow = (event) => {
      event.stopPropagation();
      event.preventDefault();
    };
    document.addEventListener('click', swallow, { capture: true, once: true });
    window.setTimeout(() => document.removeEventListener('click', swallow, { capture: true }), 0);
  }

  let count = 0;

  class Base extends H5P.EventDispatcher {
    constructor(params, contentId, extras, own) {
      super();
      const given = extras || {};
      this.params = params || {};
      this.contentId = contentId;
      this.subContentId = given.subContentId;
      this.previous = given.previousState || {};
      this.isAlone = given.standalone === true;
      this.title = given.metadata && given.metadata.title;
      this.name = own.name;
      this.words = Object.assign({}, WORDS, own.words, this.params.l10n);
      this.may = Object.assign({ retry: true, solutions: true }, this.params.behaviour);
      this.id = 'kheo-' + (count += 1);
      this.done = false;
      this.solved = false;
    }

    // What a content type gives: build(), clear(), restore(), response(), score(), maxScore(), interaction(), state();
    // and, where askForResult() is used, lacking(): what is still to be done, in words.

    /** From what was kept: done only where the answer is whole. */
    restoreDone(state, isWhole) {
      this.done = state.done === true && isWhole;
      this.solved = this.done && state.solved === true;
    }

    attach($container) {
      const container = $container.get ? $container.get(0) : $container;
      container.classList.add('h5p-kheo');
      const page = document.documentElement;
      if (this.isAlone && page.classList.contains('h5p-iframe')) page.classList.add('kheo-page');
      this.live = el('p', { class: 'kheo-hidden', role: 'status', 'aria-live': 'polite' });
      this.body = el('div', { class: 'kheo-body' });
      this.root = el('section', { class: 'kheo kheo-' + this.name, 'aria-label': this.word('kind') }, [
        el('p', { class: 'kheo-kind', text: this.word('kind') }),
        this.body,
        this.live,
      ]);
      empty(container).appendChild(this.root);
      this.setActivityStarted();
      this.build();
      this.resized();
    }

    word(name, values) {
      return fill(this.words[name], values || {});
    }

    say(text) {
      this.live.textContent = '';
      window.requestAnimationFrame(() => { this.live.textContent = text; });
    }

    resized() {
      this.trigger('resize');
    }

    picture(image, alt, className) {
      if (!image || !image.path) return null;
      const found = { class: className || 'kheo-picture', src: H5P.getPath(image.path, this.contentId), alt: plain(alt) };
      return el('img', Object.assign(found, { width: image.width, height: image.height, onload: () => this.resized() }));
    }

    /** What happens before anything is asked. */
    scene(html, className) {
      return el('div', { class: className }, [this.picture(this.params.image, this.params.imageAlt), rich(html)]);
    }

    /** Where a finger takes hold of something. */
    grip() {
      return el('span', { class: 'kheo-grip', title: this.word('drag'), 'aria-hidden': 'true' });
    }

    lesson() {
      if (!textOf(this.params.lesson)) return null;
      return el('div', { class: 'kheo-lesson' }, [el('h3', { text: this.words.lesson }), rich(this.params.lesson)]);
    }

    /** The result in words and in figures, with what may be done next. */
    result(extra) {
      const score = this.score();
      const total = this.maxScore();
      const part = total ? score / total : 0;
      const band = part >= 0.8 ? 'High' : part >= 0.5 ? 'Middle' : 'Low';
      const bar = el('span', { class: 'kheo-bar', 'aria-hidden': 'true' }, [el('span', {})]);
      bar.firstChild.style.width = Math.round(part * 100) + '%';
      this.resultHeading = el('h3', { class: 'kheo-band', tabindex: '-1', text: this.words['band' + band] });
      return el('div', { class: 'kheo-result kheo-result-' + band.toLowerCase() }, [
        this.resultHeading,
        el('p', { class: 'kheo-score', text: this.word('score', { score: figure(score), total: figure(total) }) }),
        bar,
      ].concat(extra || []));
    }

    /** The buttons under the result. */
    after() {
      const next = [];
      if (this.may.solutions && !this.solved && this.score() < this.maxScore()) {
        next.push(button(this.words.solution, 'kheo-second', () => {
          this.showSolutions();
          this.focusResult();
        }));
      }
      if (this.may.retry) {
        next.push(button(this.words.retry, 'kheo-second', () => {
          this.resetTask();
          this.focusStart();
        }));
      }
      return el('div', { class: 'kheo-actions' }, next);
    }

    /** At the foot of a task: the button that asks for the result, and what is lacking for it. */
    askForResult() {
      this.note = el('p', { class: 'kheo-note', role: 'alert', text: this.missing });
      this.checkButton = button(this.words.check, 'kheo-first', () => this.check());
      this.body.appendChild(this.note);
      this.body.appendChild(el('div', { class: 'kheo-actions' }, [this.checkButton]));
    }

    check() {
      this.missing = this.lacking();
      if (!this.missing) {
        this.finish();
        return;
      }
      this.note.textContent = this.missing;
      this.resized();
    }

    /** Once something has been found lacking, every answer makes it less. */
    lessLacking() {
      if (!this.missing) return;
      this.missing = this.lacking();
      this.note.textContent = this.missing;
    }

    focusResult() {
      if (this.resultHeading) this.resultHeading.focus();
    }

    focusStart() {
      const first = this.body.querySelector('[data-start]') || this.body.querySelector('button, input');
      if (first) first.focus();
    }

    /** Once, when the learner asks for the result or comes to the end. */
    finish() {
      this.done = true;
      this.trigger(this.statement('answered'));
      this.refresh();
      this.focusResult();
    }

    refresh() {
      empty(this.body);
      this.build();
      this.resized();
    }

    changed(verb) {
      this.triggerXAPI(verb || 'interacted');
    }

    statement(verb) {
      const event = this.createXAPIEventTemplate(verb);
      const total = this.maxScore();
      const definition = event.data.statement.object.definition;
      definition.type = 'http://adlnet.gov/expapi/activities/cmi.interaction';
      Object.assign(definition, this.interaction());
      if (total > 0) {
        event.setScoredResult(this.score(), total, this, this.done, this.done && this.score() === total);
      } else {
        event.setScoredResult(undefined, undefined, this, this.done);
      }
      event.data.statement.result.response = this.response();
      return event;
    }

    // The contract of an H5P question.

    getTitle() {
      return H5P.createTitle ? H5P.createTitle(this.title || this.words.kind) : this.title;
    }

    getAnswerGiven() {
      return this.response() !== '';
    }

    getScore() {
      return this.score();
    }

    getMaxScore() {
      return this.maxScore();
    }

    showSolutions() {
      this.done = true;
      this.solved = true;
      this.refresh();
    }

    resetTask() {
      this.done = false;
      this.solved = false;
      this.clear();
      if (this.body) this.refresh();
    }

    getXAPIData() {
      return { statement: this.statement('answered').data.statement };
    }

    getCurrentState() {
      const state = this.getAnswerGiven() || this.done ? this.state() : {};
      if (this.done) state.done = true;
      if (this.solved) state.solved = true;
      return state;
    }
  }

  /** What the core makes: it replaces the prototype of what it constructs, which a class does not allow. */
  function playable(Type) {
    return function (params, contentId, extras) {
      const made = new Type(params, contentId, extras);
      made.clear();
      made.restore(made.previous);
      return made;
    };
  }

  /** Texts of an interaction as xAPI wants them. */
  function described(items) {
    return items.map((item) => ({ id: String(item[0]), description: { 'en-US': plain(item[1]) } }));
  }

  return {
    Base, el, empty, rich, textOf, plain, quoted, fill, sign, verdict, button, whole, shuffled, isPermutation,
    followPointer, playable, described,
  };
})();
