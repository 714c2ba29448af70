// The tab on which phrases are found in an image.
import * as api from './api.js';
import {showProblems} from './boxes.js';
import {bringIntoView, chosenModel, merged} from './draw.js';
import {unknown} from './editor.js';
import {foundCard, nothing} from './results.js';
import {Waiting} from './waiting.js';

const TYPING = 350;
const MB = 1_000_000;

const element = id => document.getElementById(id);

/** Wires the tab; useAsLayout gets a layout that was found. */
export function groundTab({limits, example}, useAsLayout) {
  const waiting = new Waiting('ground');
  let image = null;
  let url = '';

  element('phrases').value = example?.regions.map(region => region.phrase).join('\n') ?? '';
  element('drop-note').textContent = `JPEG, PNG, WebP, GIF or BMP, at most ${megabytes(limits.maxUpload)}`;
  element('ground-results').append(nothing(
      'No image yet.',
      'Choose one, say what to look for, and see the box that the model reads for each phrase.'));

  const drop = element('drop');
  element('image-file').addEventListener('change', event => take(event.target.files[0]));
  drop.addEventListener('dragover', event => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener('paste', event => {
    const file = event.clipboardData?.files[0];
    if (file && !element('panel-ground').hidden) {
      event.preventDefault();
      take(file);
    }
  });
  element('ground-form').addEventListener('submit', event => {
    event.preventDefault();
    ground();
  });
  element('ground-cancel').addEventListener('click', () => waiting.cancel());
  element('phrases').addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ground();
    }
  });
  lookUpWords(limits);

  function take(file) {
    if (!file) return;
    const problems = file.size > limits.maxUpload
        ? [`${file.name} has ${megabytes(file.size)}; the studio takes at most ${megabytes(limits.maxUpload)}`]
        : [];
    showProblems(element('ground-problem'), 'Too large', problems);
    if (problems.length > 0) return;
    URL.revokeObjectURL(url);
    image = file;
    url = URL.createObjectURL(file);
    element('drop-text').textContent = file.name;
    const preview = document.createElement('img');
    preview.alt = file.name;
    preview.src = url;
    preview.className = 'preview';
    preview.addEventListener('error', () => preview.remove()); // the studio may say why
    drop.querySelector('.preview')?.remove();
    drop.prepend(preview);
    element('ground-results').replaceChildren(
        nothing('Not looked at yet.', `Find looks for each phrase in ${file.name}.`));
  }

  async function ground() {
    if (waiting.isOn) return;
    const list = phrases();
    const problems = [
      ...(image ? [] : ['Choose an image first.']),
      ...(list.length > 0 ? [] : ['Say what to look for, a phrase a line.']),
      ...(list.length <= limits.regions ? [] : [`At most ${limits.regions} phrases; there are ${list.length}.`]),
    ];
    showProblems(element('ground-problem'), 'Something is missing', problems);
    if (problems.length > 0) return;
    const source = url;
    const answer = await waiting.during(
        (ticket, signal) => api.ground(image, list, chosenModel('ground-models'), ticket, signal),
        () => 'looking');
    if (answer) {
      element('ground-results').replaceChildren(
          ...answer.results.map(result => foundCard(result, source, found => useAsLayout(layoutOf(found)))));
      bringIntoView(element('ground-results'));
    }
  }
}

function layoutOf(result) {
  return {
    id: 'found',
    caption: '',
    regions: result.regions.filter(region => region.box).map(({phrase, box}) => ({phrase, box})),
  };
}

const phrases = () =>
    element('phrases').value.split('\n').map(phrase => phrase.trim()).filter(phrase => phrase !== '');

const megabytes = bytes => `${(bytes / MB).toFixed(1)} MB`;

function lookUpWords(limits) {
  let timer;
  const look = async () => {
    const list = phrases().slice(0, limits.regions).map(phrase => phrase.slice(0, limits.phrase));
    try {
      const words = list.length === 0 ? [] : merged(await api.lackingWords(list), list.length).flat();
      element('phrases-note').textContent = unknown([...new Set(words)]);
    } catch (e) {
      element('phrases-note').textContent = '';
    }
  };
  element('phrases').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING);
  });
  look();
}
