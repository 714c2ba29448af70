// The page: asks what there is, and wires its tabs.
import * as api from './api.js';
import {make, showProblems} from './boxes.js';
import {drawTab} from './draw.js';
import {groundTab} from './ground.js';
import {Layouts} from './layouts.js';

const TABS = ['draw', 'ground'];

const element = id => document.getElementById(id);

history.replaceState(null, '', location.pathname); // a token stays in its cookie alone

function openTab(name) {
  for (const tab of TABS) {
    element('panel-' + tab).hidden = tab !== name;
    element('tab-' + tab).setAttribute('aria-selected', String(tab === name));
    element('tab-' + tab).tabIndex = tab === name ? 0 : -1;
  }
}

function wireTabs() {
  for (const tab of TABS) {
    element('tab-' + tab).addEventListener('click', () => openTab(tab));
    element('tab-' + tab).addEventListener('keydown', event => {
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        const other = TABS[(TABS.indexOf(tab) + 1) % TABS.length];
        openTab(other);
        element('tab-' + other).focus();
      }
    });
  }
}

/** Lets one of two models be chosen, or both. */
function chooseModels(id, models) {
  const fieldset = element(id);
  const choices = [...models.map(model => [model.key, model.name]), ['both', 'both']];
  for (const [value, text] of choices) {
    fieldset.append(make('label', {},
        make('input', {type: 'radio', name: id, value, checked: value === 'both'}), make('span', {}, text)));
  }
  fieldset.hidden = false;
}

async function start() {
  wireTabs();
  let about;
  try {
    about = await api.models();
  } catch (e) {
    showProblems(element('start-problem'), 'The studio cannot begin', e.errors ?? [String(e)]);
    return;
  }
  const {models} = about;
  element('models').replaceChildren(...models.map(model =>
      make('span', {class: 'chip'}, make('strong', {}, model.name), ` ${model.imageSize} × ${model.imageSize}`)));
  if (models.length > 1) {
    chooseModels('draw-models', models);
    chooseModels('ground-models', models);
  }
  const layouts = new Layouts(about.example);
  drawTab(about, layouts);
  groundTab(about, layout => {
    layouts.add(layout);
    openTab('draw');
  });
  document.documentElement.dataset.ready = 'yes';
}

start();
