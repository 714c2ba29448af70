// The layouts that are worked on, their history, and their form as JSON lines.
import {round} from './boxes.js';

const STORE = 'echogen-studio-layouts';
const MOST_STEPS = 200; // that can be undone
const MOST_LAYOUTS = 500;
const TOGETHER = 900; // milliseconds in which the same change goes on

const copy = value => JSON.parse(JSON.stringify(value));

/** All layouts, one of which is worked on. Tells its listeners of every change. */
export class Layouts {
  #layouts;
  #at = 0;
  #listeners = [];
  #past = [];
  #future = [];
  #last = {what: '', when: 0};

  /** Those of the last visit, or the example, or an empty one. */
  constructor(example) {
    const kept = stored();
    this.#layouts = kept.length > 0 ? kept : [example ?? {id: 'layout-1', caption: '', regions: []}];
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  get all() {
    return this.#layouts;
  }

  get at() {
    return this.#at;
  }

  get current() {
    return this.#layouts[this.#at];
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Changes the current layout, in a step that can be undone.
   *
   * @param what the same word within a moment makes one step
   */
  change(what, edit) {
    const now = Date.now();
    if (what !== this.#last.what || now - this.#last.when > TOGETHER) {
      this.#past.push(copy(this.current));
      this.#past.splice(0, this.#past.length - MOST_STEPS);
    }
    this.#last = {what, when: now};
    this.#future = [];
    edit(this.current);
    this.#tell();
  }

  undo() {
    this.#step(this.#past, this.#future);
  }

  redo() {
    this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    const layout = from.pop();
    if (layout) {
      to.push(copy(this.current));
      this.#layouts[this.#at] = layout;
      this.#last = {what: '', when: 0};
      this.#tell();
    }
  }

  select(at) {
    this.#at = Math.max(0, Math.min(this.#layouts.length - 1, at));
    this.#past = [];
    this.#future = [];
    this.#tell();
  }

  /** Adds a layout, with an id of its own, and goes on with it. */
  add(layout) {
    this.addAll([layout]);
  }

  addAll(layouts) {
    const first = this.#layouts.length;
    for (const layout of layouts) {
      this.#layouts.push({...copy(layout), id: this.#free(layout.id)});
    }
    this.select(first);
  }

  remove() {
    this.#layouts.splice(this.#at, 1);
    if (this.#layouts.length === 0) {
      this.#layouts.push({id: 'layout-1', caption: '', regions: []});
    }
    this.select(this.#at);
  }

  #free(id) {
    const used = new Set(this.#layouts.map(layout => layout.id));
    const stem = (id ?? 'layout').replace(/-\d+$/, '');
    if (id && !used.has(id)) return id;
    let number = 2;
    while (used.has(`${stem}-${number}`)) number++;
    return `${stem}-${number}`;
  }

  #tell() {
    try {
      localStorage.setItem(STORE, JSON.stringify(this.#layouts));
    } catch (e) {
      // a browser that keeps nothing: the session goes on
    }
    this.#listeners.forEach(listener => listener());
  }
}

function stored() {
  try {
    const layouts = JSON.parse(localStorage.getItem(STORE) ?? '[]');
    return layouts.filter(layout => problemsOf(layout, true).length === 0).map(plain);
  } catch (e) {
    return [];
  }
}

const plain = ({id, caption, regions}) => ({
  id: String(id),
  caption: caption ?? '',
  regions: (regions ?? []).map(({phrase, box, category}) =>
      ({phrase, box: box.map(round), ...(typeof category === 'string' ? {category} : {})})),
});

/**
 * What keeps a value from being a layout.
 *
 * @param isDraft whether phrases may be missing yet
 */
function problemsOf(value, isDraft) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return ['is no JSON object'];
  const problems = [];
  if (typeof value.id !== 'string' || value.id.trim() === '') problems.push('id must be a text');
  if (!['string', 'undefined'].includes(typeof value.caption)) problems.push('caption must be a text');
  const regions = value.regions ?? [];
  if (!Array.isArray(regions) || regions.length > 10) return [...problems, 'regions must be a list of 0 to 10'];
  regions.forEach((region, i) => {
    const isPhrase = typeof region?.phrase === 'string' && (isDraft || region.phrase.trim() !== '');
    if (!isPhrase) problems.push(`regions[${i}].phrase must be a text`);
    const box = region?.box;
    const isBox = Array.isArray(box) && box.length === 4 && box.every(Number.isFinite)
        && box[0] >= 0 && box[1] >= 0 && box[2] <= 1 && box[3] <= 1
        && round(box[0]) < round(box[2]) && round(box[1]) < round(box[3]);
    if (!isBox) problems.push(`regions[${i}].box must be [x0, y0, x1, y1] from 0 to 1`);
  });
  return problems;
}

/** Reads JSON lines: {layouts, problems}, all of both. */
export function readLines(text) {
  const layouts = [];
  const problems = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    let value;
    try {
      value = JSON.parse(line);
    } catch (e) {
      problems.push(`line ${i + 1}: is not JSON`);
      return;
    }
    const wrong = problemsOf(value, false);
    wrong.forEach(problem => problems.push(`line ${i + 1}: ${problem}`));
    if (wrong.length === 0) layouts.push(plain(value));
  });
  if (layouts.length > MOST_LAYOUTS) problems.push(`at most ${MOST_LAYOUTS} lines are read`);
  if (layouts.length === 0 && problems.length === 0) problems.push('the file has no line');
  return {layouts: layouts.slice(0, MOST_LAYOUTS), problems};
}

/** A layout as a line; null where it is not finished. */
export function line({id, caption, regions}) {
  const named = regions.filter(region => region.phrase.trim() !== '');
  if (named.length < regions.length || (named.length === 0 && caption.trim() === '')) return null;
  return JSON.stringify({id, ...(caption.trim() === '' ? {} : {caption}), regions: named});
}
