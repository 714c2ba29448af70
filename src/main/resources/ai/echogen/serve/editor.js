// The canvas and the list of regions: two views of the current layout.
import {area, between, colorOf, free, make, moved, place, resized, round} from './boxes.js';

const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];
const STEP = 0.02; // of a side, for a key
const SMALL_STEP = 0.005;
const BEGIN = 5; // pixels that a pointer moves before there is a box
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const EDGES = ['left', 'top', 'right', 'bottom'];

const element = id => document.getElementById(id);

/** Edits the layouts' current one; draw() is called where Enter is pressed on a box. */
export class Editor {
  #layouts;
  #limits;
  #draw;
  #selected = -1;
  #drag = null;
  #lacking = [];
  #stage = element('stage');
  #list = element('regions');

  constructor(layouts, limits, draw) {
    this.#layouts = layouts;
    this.#limits = limits;
    this.#draw = draw;
    element('caption').maxLength = limits.caption;
    this.#listen();
    layouts.onChange(() => this.show());
    this.show();
  }

  #listen() {
    const stage = this.#stage;
    stage.addEventListener('pointerdown', event => this.#down(event));
    stage.addEventListener('pointermove', event => this.#move(event));
    stage.addEventListener('pointerup', event => this.#up(event));
    stage.addEventListener('pointercancel', () => this.#giveUp());
    stage.addEventListener('keydown', event => this.#key(event));
    stage.addEventListener('focusin', event => this.#focus(event.target.closest('.box')));
    element('region-add').addEventListener('click', () => this.add());
    element('caption').addEventListener('input', event =>
        this.#layouts.change('caption', layout => layout.caption = event.target.value));
    element('undo').addEventListener('click', () => this.#layouts.undo());
    element('redo').addEventListener('click', () => this.#layouts.redo());
    document.addEventListener('keydown', event => this.#undoKey(event));
  }

  get #regions() {
    return this.#layouts.current.regions;
  }

  /** The words that models lack: for the caption, and for each region. */
  set lacking(lists) {
    this.#lacking = lists;
    this.#notes();
  }

  /** Adds a region where there is room, and waits for its phrase. */
  add(box = free(this.#regions.map(region => region.box))) {
    if (this.#regions.length >= this.#limits.regions) return;
    const at = this.#regions.length;
    this.#layouts.change('add', layout => layout.regions.push({phrase: '', box}));
    this.#select(at);
    this.#row(at)?.querySelector('.phrase').focus();
  }

  #remove(at) {
    this.#layouts.change('remove', layout => layout.regions.splice(at, 1));
    const next = Math.min(at, this.#regions.length - 1);
    this.#select(next);
    (next < 0 ? element('region-add') : this.#box(next)).focus();
  }

  /** Marks what is missing, and goes there; whether all is there. */
  requirePhrases() {
    const blank = this.#regions.findIndex(region => region.phrase.trim() === '');
    this.#regions.forEach((region, i) =>
        this.#row(i).querySelector('.phrase').setAttribute('aria-invalid', region.phrase.trim() === ''));
    if (blank >= 0) {
      this.#select(blank);
      this.#row(blank).querySelector('.phrase').focus();
    }
    return blank < 0;
  }

  #box(at) {
    return this.#stage.querySelector(`.box[data-at="${at}"]`);
  }

  #row(at) {
    return this.#list.children[at];
  }

  #select(at) {
    this.#selected = at;
    this.#stage.querySelectorAll('.box').forEach(box =>
        box.classList.toggle('selected', Number(box.dataset.at) === at));
    Array.from(this.#list.children).forEach((row, i) => row.classList.toggle('selected', i === at));
    this.#where();
  }

  #focus(box) {
    if (box) this.#select(Number(box.dataset.at));
  }

  /** Shows the layout anew; what has the focus keeps it. */
  show() {
    const {caption, regions} = this.#layouts.current;
    if (this.#selected >= regions.length) this.#selected = regions.length - 1;
    const input = element('caption');
    if (input.value !== caption) input.value = caption;
    this.#showBoxes(regions);
    this.#showRows(regions);
    element('stage-empty').hidden = regions.length > 0;
    element('region-count').textContent = `${regions.length} of ${this.#limits.regions}`;
    element('region-add').disabled = regions.length >= this.#limits.regions;
    element('undo').disabled = !this.#layouts.canUndo;
    element('redo').disabled = !this.#layouts.canRedo;
    this.#select(this.#selected);
    this.#notes();
  }

  #showBoxes(regions) {
    const boxes = this.#stage.querySelectorAll('.box');
    for (let i = boxes.length; i < regions.length; i++) this.#stage.append(this.#newBox(i));
    for (let i = regions.length; i < boxes.length; i++) boxes[i].remove();
    const byArea = regions.map((_, i) => i).sort((a, b) => area(regions[b].box) - area(regions[a].box));
    regions.forEach((region, i) => {
      const box = this.#box(i);
      place(box, region.box);
      box.style.zIndex = 1 + byArea.indexOf(i); // what lies within another can be reached
      box.querySelector('.tag').textContent = region.phrase || '…';
      box.setAttribute('aria-label', `Region ${i + 1}, ${region.phrase || 'no phrase yet'}: ${spoken(region.box)}`);
    });
  }

  #newBox(at) {
    return make('div',
        {class: `box ${colorOf(at)}`, 'data-at': at, tabindex: '0', role: 'button', 'aria-roledescription': 'box',
          ondblclick: () => this.#row(at).querySelector('.phrase').select()},
        make('span', {class: 'tag'}),
        ...HANDLES.map(edges => make('i', {class: 'handle ' + edges, 'data-edges': edges})));
  }

  #showRows(regions) {
    for (let i = this.#list.children.length; i < regions.length; i++) this.#list.append(this.#newRow(i));
    while (this.#list.children.length > regions.length) this.#list.lastElementChild.remove();
    regions.forEach((region, i) => {
      const row = this.#row(i);
      const phrase = row.querySelector('.phrase');
      if (phrase.value !== region.phrase) phrase.value = region.phrase;
      if (region.phrase.trim() !== '') phrase.removeAttribute('aria-invalid');
      row.querySelector('.remove').setAttribute('aria-label', `Remove region ${i + 1}, ${region.phrase || 'no phrase yet'}`);
      row.querySelectorAll('.edges input').forEach((input, edge) => {
        const percent = String(round(100 * region.box[edge]));
        if (document.activeElement !== input && input.value !== percent) input.value = percent;
      });
    });
  }

  #newRow(at) {
    const number = at + 1;
    const edges = EDGES.map((edge, i) =>
        make('label', {}, edge, make('input', {
          type: 'number', min: '0', max: '100', step: '1', inputmode: 'decimal',
          'aria-label': `Region ${number}, ${edge} in percent`,
          oninput: event => this.#edge(at, i, event.target),
          onblur: () => this.show(),
        })));
    return make('li', {class: colorOf(at), onfocusin: () => this.#select(at)},
        make('i', {class: 'swatch', 'aria-hidden': 'true'}),
        make('input', {
          class: 'phrase', type: 'text', maxlength: this.#limits.phrase, placeholder: 'phrase',
          'aria-label': `Phrase of region ${number}`,
          oninput: event => this.#layouts.change(
              'phrase ' + at, layout => layout.regions[at].phrase = event.target.value),
        }),
        make('button', {type: 'button', class: 'remove', title: 'Remove', onclick: () => this.#remove(at)}, '✕'),
        make('div', {class: 'edges'}, ...edges, make('span', {class: 'soft'}, '%')),
        make('p', {class: 'note'}));
  }

  /** An edge that was typed; one that makes no box waits for the next letter. */
  #edge(at, edge, input) {
    const value = input.value === '' ? NaN : Number(input.value) / 100;
    const box = [...this.#regions[at].box];
    box[edge] = round(value);
    const isBox = box.every(x => x >= 0 && x <= 1) && box[0] < box[2] && box[1] < box[3];
    input.setAttribute('aria-invalid', !isBox);
    if (isBox) this.#layouts.change(`edge ${at} ${edge}`, layout => layout.regions[at].box = box);
  }

  #notes() {
    element('caption-note').textContent = unknown(this.#lacking[0]);
    Array.from(this.#list.children).forEach((row, i) =>
        row.querySelector('.note').textContent = unknown(this.#lacking[i + 1]));
  }

  #where() {
    const region = this.#regions[this.#selected];
    element('where').textContent = region ? `${this.#selected + 1}: ${spoken(region.box)}` : '';
  }

  // pointers

  #at(event) {
    const frame = this.#stage.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  }

  #down(event) {
    if (event.button !== 0 || this.#drag) return;
    const box = event.target.closest('.box');
    const at = box ? Number(box.dataset.at) : -1;
    const edges = event.target.dataset.edges ?? '';
    if (at < 0 && this.#regions.length >= this.#limits.regions) return;
    event.preventDefault();
    document.activeElement?.blur();
    this.#stage.setPointerCapture(event.pointerId);
    const [x, y] = this.#at(event);
    const before = at < 0 ? null : this.#regions[at].box;
    this.#drag = {at, edges, x, y, before, begun: false, clientX: event.clientX, clientY: event.clientY};
    this.#select(at);
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.clientX, event.clientY - drag.clientY);
    if (!drag.begun && far < BEGIN) return;
    const [x, y] = this.#at(event);
    if (drag.before === null) {
      this.#sketch(between(drag.x, drag.y, x, y));
    } else {
      const box = drag.edges
          ? resized(drag.before, drag.edges, x - drag.x, y - drag.y)
          : moved(drag.before, x - drag.x, y - drag.y);
      drag.what ??= 'drag ' + Date.now(); // one step, to be undone at once
      this.#layouts.change(drag.what, layout => layout.regions[drag.at].box = box);
    }
    drag.begun = true;
  }

  /** The box that is being drawn. */
  #sketch(box) {
    let sketch = this.#stage.querySelector('.sketch');
    if (!sketch) {
      sketch = make('div', {class: `sketch ${colorOf(this.#regions.length)}`});
      this.#stage.append(sketch);
    }
    place(sketch, box);
  }

  #up(event) {
    const drag = this.#drag;
    if (!drag) return;
    this.#giveUp();
    if (drag.before === null) {
      if (drag.begun) {
        const [x, y] = this.#at(event);
        this.add(between(drag.x, drag.y, x, y));
      }
    } else {
      this.#box(drag.at)?.focus();
    }
  }

  #giveUp() {
    this.#drag = null;
    this.#stage.querySelector('.sketch')?.remove();
  }

  // keys

  #key(event) {
    const box = event.target.closest('.box');
    if (!box || event.altKey || event.metaKey) return;
    const at = Number(box.dataset.at);
    if (event.key in ARROWS) {
      const step = event.ctrlKey ? SMALL_STEP : STEP;
      const [dx, dy] = ARROWS[event.key].map(way => way * step);
      const before = this.#regions[at].box;
      const after = event.shiftKey ? resized(before, 'es', dx, dy) : moved(before, dx, dy);
      this.#layouts.change(`arrow ${at} ${event.shiftKey}`, layout => layout.regions[at].box = after);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.#remove(at);
    } else if (event.key === 'Enter' && !event.ctrlKey) {
      this.#draw();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** A text field undoes its own letters. */
  #undoKey(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'z';
    const isRedo = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'y';
    if ((!isUndo && !isRedo) || event.target.matches('input, textarea, select')
        || element('panel-draw').hidden) return;
    event.preventDefault();
    const at = this.#selected;
    if (isRedo || event.shiftKey) this.#layouts.redo();
    else this.#layouts.undo();
    this.#box(at)?.focus();
  }
}

const spoken = box => EDGES.map((edge, i) => `${edge} ${Math.round(100 * box[i])}`).join(', ') + ' %';

/** What to say of words that a model lacks. */
export function unknown(words) {
  if (!words || words.length === 0) return '';
  return `Not in the model’s vocabulary: ${words.join(', ')}`;
}
