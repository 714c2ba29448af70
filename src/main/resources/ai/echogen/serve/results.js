// What models have drawn and found, as cards.
import {colorOf, make, picture, save, two} from './boxes.js';

/** One model's drawings of a layout: the chosen one large, the others to choose from. */
export function drawingCard(result, title) {
  const card = make('article', {class: 'card', 'data-model': result.model});
  const show = at => card.replaceChildren(...drawing(result, title, at, show));
  show(result.best);
  return card;
}

function drawing(result, title, at, show) {
  const {png, meanIou, regions} = result.drawings[at];
  const source = 'data:image/png;base64,' + png;
  const marks = regions.flatMap((region, index) => [
    {index, phrase: region.phrase, box: region.box, kind: 'given'},
    ...(region.read ? [{index, phrase: region.phrase, box: region.read, kind: 'read'}] : []),
  ]);
  const words = meanIou === null ? 'a drawing' : `a drawing; mean IoU ${two(meanIou)}`;
  return [
    head(result, meanIou === null ? '' : `mean IoU ${two(meanIou)}`),
    picture(source, words, marks),
    ...(result.drawings.length > 1 ? [gallery(result, at, show)] : []),
    ...(regions.length > 0 ? [agreement(regions)] : []),
    lackingNote(result),
    make('div', {class: 'bar'}, make('button', {
      type: 'button', class: 'save',
      onclick: () => save(`${title}-${result.name}-${at}.png`, 'image/png', bytes(png)),
    }, 'Save PNG')),
  ];
}

function head(result, figure) {
  return make('header', {},
      make('h3', {}, result.name),
      make('span', {class: 'figure'}, figure),
      make('span', {class: 'soft'}, `${result.seconds < 10 ? two(result.seconds) : Math.round(result.seconds)} s`));
}

function gallery(result, chosen, show) {
  return make('div', {class: 'gallery', role: 'group', 'aria-label': `${result.drawings.length} drawings, by agreement`},
      ...result.drawings
          .map((one, at) => ({one, at}))
          .sort((a, b) => (b.one.meanIou ?? 0) - (a.one.meanIou ?? 0) || a.at - b.at)
          .map(({one, at}) => make('button', {
            type: 'button', class: at === chosen ? 'thumb chosen' : 'thumb', 'aria-pressed': String(at === chosen),
            'aria-label': `drawing ${at + 1}` + (one.meanIou === null ? '' : `, mean IoU ${two(one.meanIou)}`),
            onclick: event => {
              const card = event.target.closest('.card');
              show(at);
              card.querySelector('.thumb.chosen').focus();
            },
          }, make('img', {src: 'data:image/png;base64,' + one.png, alt: '', draggable: 'false'}),
              make('span', {}, one.meanIou === null ? `${at + 1}` : two(one.meanIou)))));
}

function agreement(regions) {
  return make('table', {class: 'agreement', 'aria-label': 'How well boxes that were read back agree with those given: IoU'},
      make('tbody', {}, ...regions.map((region, index) => make('tr', {class: colorOf(index)},
          phraseCell(region),
          make('td', {}, region.read ? meter(region.iou) : make('span', {class: 'soft'}, 'not found')),
          make('td', {class: 'number'}, two(region.iou))))));
}

function phraseCell(region) {
  return make('th', {scope: 'row'}, make('div', {},
      make('i', {class: 'swatch', 'aria-hidden': 'true'}), make('span', {}, region.phrase)));
}

function meter(value) {
  const bar = make('i');
  bar.style.width = 100 * value + '%';
  return make('span', {class: 'meter', 'aria-hidden': 'true'}, bar);
}

/** What one model has found in an image. */
export function foundCard(result, source, useAsLayout) {
  const marks = result.regions.flatMap((region, index) =>
      region.box ? [{index, phrase: region.phrase, box: region.box, kind: 'found'}] : []);
  return make('article', {class: 'card', 'data-model': result.model},
      head(result, `${marks.length} of ${result.regions.length} found`),
      picture(source, `the image, ${result.width} × ${result.height} pixels, with boxes`, marks),
      make('table', {class: 'agreement', 'aria-label': 'Boxes of the phrases'},
          make('tbody', {}, ...result.regions.map((region, index) => make('tr', {class: colorOf(index)},
              phraseCell(region),
              make('td', {class: 'number wide'}, region.box ? region.box.map(two).join('  ') : 'not found'))))),
      lackingNote(result),
      make('div', {class: 'bar'}, make('button', {
        type: 'button', disabled: marks.length === 0, onclick: () => useAsLayout(result),
      }, 'Use as a layout')));
}

function lackingNote(result) {
  const words = result.lacking;
  return make('p', {class: 'note'}, words.length === 0 ? '' : `Not in this model’s vocabulary: ${words.join(', ')}`);
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
}

/** What stands where there is nothing yet. */
export function nothing(...lines) {
  return make('div', {class: 'nothing'}, ...lines.map(text => make('p', {}, text)));
}
