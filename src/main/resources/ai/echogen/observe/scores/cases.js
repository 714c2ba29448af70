'use strict';
// Shows the cases of a report; CaseList.java says what the data is. Every text of the data is set as
// text, never as HTML.
(() => {
  const figure = document.querySelector('figure.cases');
  const data = JSON.parse(document.getElementById('cases-data').textContent);
  const ROWS = 4; // of cards that are made and dropped together
  const CARD = data.sides.length > 1 ? 304 : 152; // least width in pixels
  const COLORS = 8;
  const SVG = 'http://www.w3.org/2000/svg';
  const [ID, SPLIT, VALUES, WANTED, SIDES, HIDDEN] = [0, 1, 2, 3, 4, 5];
  const [FOUND, SEEN, PICTURE, PATH] = [0, 1, 2, 3];
  const looksRegionByRegion = data.cases.some(c => c[SIDES].some(side => side[FOUND].length));

  function make(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  function draw(tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null) element.setAttribute(name, value);
    }
    element.append(...children.filter(child => child !== null));
    return element;
  }

  function number(value) {
    if (value === null) return '–';
    return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
  }

  const text = index => data.texts[index];
  const color = region => 'c' + (region % COLORS);

  // ---- what is shown: a gallery or all, filtered, sorted ----

  const state = { gallery: 0, words: [], split: '', least: 0, most: Infinity, sort: '', rising: true };
  let shown = [];
  const haystacks = [];

  function haystack(place) {
    if (haystacks[place] === undefined) {
      const c = data.cases[place];
      haystacks[place] = [c[ID], ...c[WANTED].map(region => text(region[0]))].join('\n').toLowerCase();
    }
    return haystacks[place];
  }

  function isWanted(place) {
    const c = data.cases[place];
    const regions = c[WANTED].length + c[HIDDEN];
    return regions >= state.least && regions <= state.most
      && (state.split === '' || text(c[SPLIT]) === state.split)
      && state.words.every(word => haystack(place).includes(word));
  }

  function key(place) {
    const c = data.cases[place];
    if (state.sort === 'id') return place; // they come by rising id
    if (state.sort === 'regions') return c[WANTED].length + c[HIDDEN];
    return c[VALUES][Number(state.sort)];
  }

  function select() {
    const gallery = data.galleries[state.gallery];
    shown = (gallery ? gallery[1] : data.cases.map((c, place) => place)).filter(isWanted);
    if (state.sort !== '') {
      const sign = state.rising ? 1 : -1;
      const missing = place => (key(place) === null ? 1 : 0);
      shown.sort((a, b) => missing(a) - missing(b) || sign * (key(a) - key(b)) || a - b);
    }
    status.textContent = shown.length.toLocaleString('en') + ' of '
      + data.cases.length.toLocaleString('en') + ' cases';
    layOut();
  }

  // ---- a case's picture with its boxes ----

  function rectangle(box, kind, region) {
    const [x, y, x1, y1] = box;
    const at = { x, y, width: x1 - x, height: y1 - y };
    return draw('g', { class: kind + ' ' + color(region) },
      draw('rect', { ...at, class: 'halo' }), draw('rect', { ...at, class: 'edge' }));
  }

  /** Boxes are in thousandths of the picture, so it is stretched to 1000 × 1000 and shown in its shape. */
  function picture(c, s, isLarge) {
    const side = c[SIDES][s];
    const embedded = side[PICTURE] < 0 ? null : data.pictures[side[PICTURE]];
    const image = embedded === null ? null : draw('image', {
      href: embedded[2], width: 1000, height: 1000, preserveAspectRatio: 'none',
      class: embedded[0] < 128 ? 'pixels' : null });
    const boxes = draw('g', {});
    c[WANTED].forEach((region, i) => boxes.append(rectangle(region.slice(1), 'wanted', i)));
    side[FOUND].forEach((box, i) => box && boxes.append(rectangle(box, 'found', i)));
    if (isLarge || !looksRegionByRegion) {
      side[SEEN].forEach(thing => boxes.append(rectangle(thing.slice(2), 'seen', 7)));
    }
    const canvas = draw('svg', { viewBox: '0 0 1000 1000', preserveAspectRatio: 'none',
      'aria-hidden': 'true' }, draw('rect', { width: 1000, height: 1000, class: 'paper' }), image, boxes);
    const shape = make('span', { class: 'shape' }, canvas);
    setShape(shape, embedded ? embedded[0] : 1, embedded ? embedded[1] : 1);
    if (isLarge && side[PATH] !== '') loadBeside(shape, canvas, image, boxes, side[PATH]);
    return shape;
  }

  function setShape(shape, width, height) {
    shape.style.aspectRatio = width + ' / ' + height;
    shape.style.setProperty('--shape', String(width / height));
  }

  /** Puts the whole picture in the place of the small one, where the report still lies beside it. */
  function loadBeside(shape, canvas, image, boxes, path) {
    const file = new Image();
    file.onload = () => {
      if (image) image.remove();
      canvas.insertBefore(draw('image', { href: file.src, width: 1000, height: 1000,
        preserveAspectRatio: 'none', class: file.naturalWidth < 256 ? 'pixels' : null }), boxes);
      setShape(shape, file.naturalWidth, file.naturalHeight);
    };
    file.src = path.split('/').map(encodeURIComponent).join('/');
  }

  function pictures(c, isLarge) {
    return make('span', { class: 'sides' }, ...c[SIDES].map((side, s) =>
      make('span', { class: 'side' }, picture(c, s, isLarge),
        data.sides.length > 1 ? make('bdi', { class: 'soft' }, data.sides[s]) : null)));
  }

  // ---- cards, in chunks that exist only near the window ----

  const list = make('div', { class: 'list' });
  const observer = new IntersectionObserver(entries => entries.forEach(entry =>
    (entry.isIntersecting ? fillChunk : dropChunk)(entry.target)), { rootMargin: '1200px 0px' });
  let chunks = [];
  let columns = 1;

  function fittingColumns() {
    return Math.max(1, Math.floor(list.clientWidth / CARD));
  }

  function layOut() {
    observer.disconnect();
    columns = fittingColumns();
    list.style.setProperty('--columns', columns);
    chunks = [];
    for (let from = 0; from < shown.length; from += ROWS * columns) {
      chunks.push(make('div', { class: 'chunk', 'data-from': from }));
    }
    list.replaceChildren(...chunks);
    if (chunks.length > 0) {
      fillChunk(chunks[0]);
      reserve();
    } else {
      list.append(make('p', {}, 'No case is like that.'));
    }
    chunks.forEach(chunk => observer.observe(chunk));
  }

  /** Gives chunks that are empty the height that they will have, by that of the first. */
  function reserve() {
    const rows = count => Math.ceil(count / columns);
    const perRow = chunks[0].offsetHeight / rows(chunks[0].children.length);
    chunks.forEach((chunk, i) => {
      if (chunk.children.length === 0) {
        const count = Math.min(ROWS * columns, shown.length - i * ROWS * columns);
        chunk.style.minHeight = Math.ceil(perRow * rows(count)) + 'px';
      }
    });
  }

  function fillChunk(chunk) {
    if (chunk.children.length > 0) return;
    const from = Number(chunk.dataset.from);
    const to = Math.min(from + ROWS * columns, shown.length);
    for (let at = from; at < to; at++) chunk.append(card(at));
    chunk.style.minHeight = '';
  }

  function dropChunk(chunk) {
    if (chunk.children.length === 0 || chunk.contains(document.activeElement)) return;
    chunk.style.minHeight = chunk.offsetHeight + 'px';
    chunk.replaceChildren();
  }

  function card(at) {
    const c = data.cases[shown[at]];
    const column = /^\d+$/.test(state.sort) ? Number(state.sort) : data.leading;
    const phrases = c[WANTED].slice(0, 3).map((region, i) =>
      make('bdi', { class: 'phrase ' + color(i) }, text(region[0])));
    const more = c[WANTED].length + c[HIDDEN] - phrases.length;
    if (more > 0) phrases.push(make('span', { class: 'soft' }, '+' + more));
    return make('button', { type: 'button', class: 'case', 'data-at': at },
      pictures(c, false),
      make('bdi', { class: 'id' }, c[ID]),
      column < 0 ? null : make('span', { class: 'value' },
        make('span', {}, data.columns[column]), make('b', {}, number(c[VALUES][column]))),
      make('span', { class: 'phrases' }, ...phrases));
  }

  function focusCard(at) {
    if (at < 0 || at >= shown.length) return;
    const chunk = chunks[Math.floor(at / (ROWS * columns))];
    fillChunk(chunk);
    chunk.children[at % (ROWS * columns)].focus();
  }

  list.addEventListener('click', event => {
    const button = event.target.closest('.case');
    if (button) open(Number(button.dataset.at));
  });
  list.addEventListener('keydown', event => {
    const button = event.target.closest('.case');
    if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = Number(button.dataset.at);
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
      Home: -at, End: shown.length - 1 - at };
    if (event.key in steps) {
      event.preventDefault();
      focusCard(at + steps[event.key]);
    }
  });

  // ---- one case, large ----

  const dialog = make('dialog', { 'aria-label': 'Case', tabindex: -1 });
  let opened = 0;

  function open(at) {
    opened = at;
    const c = data.cases[shown[at]];
    const go = (label, step) => {
      const button = make('button', { type: 'button', 'aria-label': step < 0 ? 'Previous' : 'Next' }, label);
      button.disabled = at + step < 0 || at + step >= shown.length;
      button.addEventListener('click', () => open(at + step));
      return button;
    };
    const close = make('button', { type: 'button', 'aria-label': 'Close' }, '✕');
    close.addEventListener('click', () => dialog.close());
    dialog.replaceChildren(
      make('div', { class: 'bar' }, make('bdi', { class: 'id' }, c[ID]),
        make('bdi', { class: 'soft' }, text(c[SPLIT])), go('‹', -1), go('›', 1), close),
      pictures(c, true), make('div', { class: 'tables' }, regions(c), values(c)));
    if (!dialog.open) dialog.showModal();
    dialog.focus(); // not its first button: arrows go through the cases
  }

  function table(heads, rows) {
    return make('div', { class: 'wide' }, make('table', {},
      make('thead', {}, make('tr', {}, ...heads.map((head, i) => make('th', { class: i ? 'n' : null }, head)))),
      make('tbody', {}, ...rows.map(cells => make('tr', {}, ...cells.map((cell, i) =>
        make('td', { class: i ? 'n' : null }, cell)))))));
  }

  /** How well each region was found, on each side. */
  function regions(c) {
    const sides = data.sides.map((name, s) => s).filter(s => c[SIDES][s][FOUND].length);
    const rows = c[WANTED].map((region, i) => [
      make('bdi', { class: 'phrase ' + color(i) }, text(region[0])),
      ...sides.map(s => c[SIDES][s][FOUND][i] ? (c[SIDES][s][FOUND][i][4] / 1000).toFixed(2) : 'not found')]);
    if (c[HIDDEN] > 0) rows.push(['and ' + c[HIDDEN] + ' more', ...sides.map(() => '')]);
    const heads = sides.map(s => data.sides.length > 1 ? 'IoU, ' + data.sides[s] : 'IoU');
    return table(['region', ...heads], rows);
  }

  function values(c) {
    const rows = data.columns.map((name, i) => [name, number(c[VALUES][i])]);
    c[SIDES].forEach((side, s) => side[SEEN].forEach(thing => {
      const where = data.sides.length > 1 ? 'seen, ' + data.sides[s] + ': ' : 'seen: ';
      rows.push([make('span', {}, where, make('bdi', {}, text(thing[0]))), number(thing[1])]);
    }));
    return table(['number', ''], rows);
  }

  dialog.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && opened + step >= 0 && opened + step < shown.length) {
      event.preventDefault();
      open(opened + step);
    }
  });
  dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener('close', () => {
    dialog.replaceChildren();
    focusCard(opened);
  });

  // ---- the controls ----

  const status = make('p', { class: 'soft', role: 'status' });

  function labelled(label, control) {
    return make('label', {}, make('span', {}, label), control);
  }

  function options(pairs) {
    return make('select', {}, ...pairs.map(([value, name]) => make('option', { value }, name)));
  }

  function galleries() {
    const names = [...data.galleries.map(gallery => gallery[0] + ' ' + gallery[1].length),
      'All ' + data.cases.length.toLocaleString('en')];
    const group = make('div', { class: 'galleries', role: 'radiogroup', 'aria-label': 'Which cases' });
    names.forEach((name, i) => {
      const radio = make('input', { type: 'radio', name: 'gallery', value: i });
      radio.checked = i === state.gallery;
      radio.addEventListener('change', () => { state.gallery = i; select(); });
      group.append(make('label', {}, radio, make('span', {}, name)));
    });
    return group;
  }

  function controls() {
    const search = make('input', { type: 'search', placeholder: 'phrase or id', autocomplete: 'off' });
    let wait = 0;
    search.addEventListener('input', () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        state.words = search.value.toLowerCase().split(/\s+/).filter(word => word !== '');
        select();
      }, 120);
    });
    const splits = [...new Set(data.cases.map(c => text(c[SPLIT])))].sort();
    const split = options([['', 'all'], ...splits.map(name => [name, name])]);
    split.addEventListener('change', () => { state.split = split.value; select(); });
    const least = make('input', { type: 'number', min: 0, placeholder: 'any' });
    const most = make('input', { type: 'number', min: 0, placeholder: 'any' });
    const count = (input, otherwise) => (input.value === '' ? otherwise : Number(input.value));
    least.addEventListener('input', () => { state.least = count(least, 0); select(); });
    most.addEventListener('input', () => { state.most = count(most, Infinity); select(); });
    const sort = options([['', 'as listed'], ['id', 'id'], ['regions', 'number of regions'],
      ...data.columns.map((name, i) => [i, name])]);
    const order = options([['1', 'lowest first'], ['', 'highest first']]);
    sort.addEventListener('change', () => { state.sort = sort.value; select(); });
    order.addEventListener('change', () => { state.rising = order.value === '1'; select(); });
    const form = make('form', { class: 'tools', role: 'search' }, galleries(),
      labelled('Text', search), labelled('Split', split), labelled('Regions from', least),
      labelled('to', most), labelled('Sort by', sort), labelled('Order', order), status);
    form.addEventListener('submit', event => event.preventDefault());
    return form;
  }

  figure.append(controls(), list, dialog);
  select();
  new ResizeObserver(() => {
    if (fittingColumns() !== columns) layOut();
  }).observe(list);
})();
