// Boxes and how they are shown. A box is [x0, y0, x1, y1], relative to its picture, from 0 to 1.

export const NUM_COLORS = 10;
const LEAST = 0.02; // of a side
const DIGITS = 1000;

export const round = value => Math.round(value * DIGITS) / DIGITS;

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** The box between two corners, in the picture and not too small. */
export function between(ax, ay, bx, by) {
  const [x0, x1] = side(ax, bx);
  const [y0, y1] = side(ay, by);
  return [x0, y0, x1, y1];
}

function side(a, b) {
  const from = clamp(Math.min(a, b), 0, 1 - LEAST);
  return [round(from), round(clamp(Math.max(a, b), from + LEAST, 1))];
}

/** The box moved, as far as the picture goes. */
export function moved([x0, y0, x1, y1], dx, dy) {
  const x = clamp(dx, -x0, 1 - x1);
  const y = clamp(dy, -y0, 1 - y1);
  return [x0 + x, y0 + y, x1 + x, y1 + y].map(round);
}

/**
 * The box with some of its edges moved.
 *
 * @param edges letters of those: n, e, s, w
 */
export function resized([x0, y0, x1, y1], edges, dx, dy) {
  if (edges.includes('w')) x0 = clamp(x0 + dx, 0, x1 - LEAST);
  if (edges.includes('e')) x1 = clamp(x1 + dx, x0 + LEAST, 1);
  if (edges.includes('n')) y0 = clamp(y0 + dy, 0, y1 - LEAST);
  if (edges.includes('s')) y1 = clamp(y1 + dy, y0 + LEAST, 1);
  return [x0, y0, x1, y1].map(round);
}

/** A box for another region, where there is most room. */
export function free(others) {
  const size = 0.3;
  let best = null;
  let least = Infinity;
  for (let y = 0.05; y + size <= 0.96; y += 0.1) {
    for (let x = 0.05; x + size <= 0.96; x += 0.1) {
      const box = [x, y, x + size, y + size].map(round);
      const covered = others.reduce((sum, other) => sum + intersection(box, grown(other)), 0);
      if (covered < least - 1e-9) {
        least = covered;
        best = box;
      }
    }
  }
  return best;
}

const grown = ([x0, y0, x1, y1]) => [x0 - 0.05, y0 - 0.05, x1 + 0.05, y1 + 0.05];

function intersection(a, b) {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, width) * Math.max(0, height);
}

export const area = box => (box[2] - box[0]) * (box[3] - box[1]);

/** Puts an element where a box lies in its parent. */
export function place(element, [x0, y0, x1, y1]) {
  element.style.left = 100 * x0 + '%';
  element.style.top = 100 * y0 + '%';
  element.style.width = 100 * (x1 - x0) + '%';
  element.style.height = 100 * (y1 - y0) + '%';
}

export const colorOf = index => 'c' + index % NUM_COLORS;

/** An element with its attributes; those that begin with "on" are listeners. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/**
 * A picture with boxes over it.
 *
 * @param marks each {index, phrase, box, kind}; kind is given or read
 */
export function picture(source, alternative, marks) {
  const frame = make('div', {class: 'picture'}, make('img', {src: source, alt: alternative, draggable: 'false'}));
  for (const {index, phrase, box, kind} of marks) {
    const mark = make('div', {class: `mark ${kind} ${colorOf(index)}`}, make('span', {class: 'tag'}, phrase));
    place(mark, box);
    frame.append(mark);
  }
  return frame;
}

/** What is wrong, as a list, in place of what is there. */
export function showProblems(element, title, errors) {
  element.replaceChildren();
  if (errors.length > 0) {
    element.append(
        make('div', {class: 'problem', role: 'alert'}, make('strong', {}, title),
            make('ul', {}, ...errors.map(error => make('li', {}, error)))));
    element.scrollIntoView({block: 'nearest'});
  }
}

/** Offers a file to be saved. */
export function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], {type}));
  make('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A number with two digits behind the point. */
export const two = value => value.toFixed(2);
