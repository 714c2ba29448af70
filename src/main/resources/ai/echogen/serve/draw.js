// The tab on which layouts are drawn.
import * as api from './api.js';
import {make, save, showProblems, two} from './boxes.js';
import {Editor} from './editor.js';
import {line, readLines} from './layouts.js';
import {drawingCard, nothing} from './results.js';
import {Waiting} from './waiting.js';

const MOST_EARLIER = 24;
const TYPING = 350; // milliseconds after which words are looked up

const element = id => document.getElementById(id);

/** Wires the tab. */
export function drawTab(about, layouts) {
  const {limits, usual, models} = about;
  const waiting = new Waiting('draw');
  const editor = new Editor(layouts, limits, () => draw());
  const earlier = [];

  element('seed').max = limits.seed;
  element('guidance').value = usual.guidance;
  element('temperature').value = usual.temperature;
  element('best-of').max = limits.bestOf;
  element('draw-results').append(nothing(
      'Nothing is drawn yet.',
      'Draw makes a picture of the layout on the left, and reads the boxes back from it: where they agree, the model did what it was told.'));

  element('draw-form').addEventListener('submit', event => {
    event.preventDefault();
    draw();
  });
  element('draw-cancel').addEventListener('click', () => waiting.cancel());
  element('seed-new').addEventListener('click', () => {
    element('seed').value = crypto.getRandomValues(new Uint32Array(1))[0];
  });
  for (const kind of ['given', 'read', 'phrases']) {
    const box = element('show-' + kind);
    const apply = () => element('panel-draw').classList.toggle('show-' + kind, box.checked);
    box.addEventListener('change', apply);
    apply();
  }

  async function draw() {
    if (waiting.isOn || !editor.requirePhrases()) return;
    const layout = JSON.parse(JSON.stringify(layouts.current));
    const request = {
      ...layout,
      seed: number('seed'), guidance: number('guidance'), temperature: number('temperature'), bestOf: number('best-of'),
      model: chosenModel('draw-models'),
    };
    const each = request.model === 'both' ? models.length : 1;
    const total = request.bestOf * each;
    const answer = await waiting.during(
        (ticket, signal) => api.draw(request, ticket, signal),
        drawn => total > 1 ? `drawing ${Math.min(total, drawn + 1)} of ${total}` : 'drawing');
    if (answer) {
      const run = {layout, request, results: answer.results};
      earlier.unshift(run);
      earlier.length = Math.min(earlier.length, MOST_EARLIER);
      show(run);
      bringIntoView(element('draw-results'));
    }
  }

  function show(run) {
    element('draw-results').replaceChildren(...run.results.map(result => drawingCard(result, run.layout.id)));
    element('history').replaceChildren(...earlier.map(one => item(one, one === run)));
    element('history-block').hidden = earlier.length < 2;
  }

  function item(run, isShown) {
    const result = run.results[0];
    const best = result.drawings[result.best];
    const figures = run.results
        .map(one => one.drawings[one.best].meanIou)
        .map(mean => mean === null ? '–' : two(mean))
        .join(' | ');
    return make('li', {},
        make('button', {type: 'button', class: isShown ? 'thumb chosen' : 'thumb', 'aria-pressed': String(isShown),
          'aria-label': `${run.layout.id}, seed ${run.request.seed}, mean IoU ${figures}: show it and its layout`,
          onclick: () => {
            restore(run);
            show(run);
            element('history').querySelector('.thumb.chosen').focus();
          }},
        make('img', {src: 'data:image/png;base64,' + best.png, alt: '', draggable: 'false'}),
        make('span', {}, figures),
        make('span', {class: 'soft'}, 'seed ' + run.request.seed)));
  }

  /** The layout and the settings as they were, in a step that can be undone. */
  function restore(run) {
    const at = layouts.all.findIndex(layout => layout.id === run.layout.id);
    if (at < 0) layouts.add(run.layout);
    else {
      if (at !== layouts.at) layouts.select(at);
      if (JSON.stringify(layouts.current) !== JSON.stringify(run.layout)) {
        layouts.change('restore ' + Date.now(), layout => Object.assign(layout, JSON.parse(JSON.stringify(run.layout))));
      }
    }
    element('seed').value = run.request.seed;
    element('guidance').value = run.request.guidance;
    element('temperature').value = run.request.temperature;
    element('best-of').value = run.request.bestOf;
  }

  lookUpWords(layouts, editor);
  layoutBar(layouts);
}

/** Scrolls to results that are below the window, as on a telephone. */
export function bringIntoView(results) {
  if (results.getBoundingClientRect().top > 0.8 * innerHeight) {
    results.parentElement.scrollIntoView({block: 'start'});
  }
}

/** A number as it is in its field; one that is none is for the studio to refuse. */
function number(id) {
  const text = element(id).value.trim();
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

/** The word of the model that is chosen in a fieldset. */
export function chosenModel(id) {
  return element(id).querySelector('input:checked')?.value ?? 'a';
}

/** Words that a model lacks, looked up while they are typed. */
function lookUpWords(layouts, editor) {
  let timer;
  let asked = '';
  const look = async () => {
    const {caption, regions} = layouts.current;
    const texts = [caption, ...regions.map(region => region.phrase)];
    const key = JSON.stringify(texts);
    if (key === asked) return;
    asked = key;
    try {
      const answer = await api.lackingWords(texts);
      if (key === asked) editor.lacking = merged(answer, texts.length);
    } catch (e) {
      asked = ''; // drawing says what is wrong
    }
  };
  layouts.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING);
  });
  look();
}

/** What any of the models lacks, for each text. */
export function merged(answer, count) {
  return Array.from({length: count}, (_, i) => [...new Set(Object.values(answer).flatMap(lists => lists[i]))]);
}

function layoutBar(layouts) {
  const select = element('layout');
  const show = () => {
    select.replaceChildren(...layouts.all.map((layout, i) =>
        make('option', {value: i, selected: i === layouts.at}, title(layout))));
    select.selectedIndex = layouts.at;
  };
  layouts.onChange(show);
  show();
  select.addEventListener('change', () => layouts.select(select.selectedIndex));
  element('layout-new').addEventListener('click', () => layouts.add({caption: '', regions: []}));
  element('layout-copy').addEventListener('click', () => layouts.add(layouts.current));
  element('layout-remove').addEventListener('click', () => layouts.remove());
  element('export').addEventListener('click', () => exportAll(layouts));
  const file = element('import-file');
  element('import').addEventListener('click', () => file.click());
  file.addEventListener('change', async () => {
    if (file.files.length === 0) return;
    const {layouts: read, problems} = readLines(await file.files[0].text());
    showProblems(element('import-problem'), 'Not imported', problems);
    if (read.length > 0) layouts.addAll(read);
    file.value = '';
  });
}

function title({id, regions}) {
  const phrases = regions.map(region => region.phrase).filter(phrase => phrase).join(', ');
  return phrases ? `${id}: ${phrases}` : `${id} (empty)`;
}

function exportAll(layouts) {
  const lines = layouts.all.map(line);
  const unfinished = layouts.all.filter((_, i) => lines[i] === null).map(layout => layout.id);
  const finished = lines.filter(one => one !== null);
  showProblems(element('import-problem'), 'Left out, since phrases are missing', unfinished);
  if (finished.length > 0) save('layouts.jsonl', 'application/jsonl', finished.join('\n') + '\n');
}
