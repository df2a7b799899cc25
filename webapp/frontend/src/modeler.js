// The diagram editor of the studio. The page gives the diagram, the choices and the addresses; the server judges.
import Modeler from 'bpmn-js/lib/Modeler';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import LintModule from 'bpmn-js-bpmnlint';
import MinimapModule from 'diagram-js-minimap';

import { Breach } from './breach.js';
import Composing from './composing.js';
import Copying from './copying.js';
import { Draft } from './draft.js';
import { fieldOf } from './fields.js';
import { Findings } from './findings.js';
import { opened } from './opening.js';
import { lintConfig } from './lint/config.js';
import propertiesModule from './properties/index.js';
import { Names } from './properties/names.js';
import moddle from './properties/moddle.json';
import { TIMERS } from './properties/table.js';
import { showField, Steps } from './steps.js';
import { translation } from './translate/index.js';
import { speak } from './translate/spoken.js';
import './styles/modeler.css';

const place = document.getElementById('canvas');
const page = JSON.parse(place.dataset.given);
const { module: translateModule, translate, dictionary } = translation(document.documentElement.lang);
speak(document.getElementById('properties'), '*', dictionary);
const timers = TIMERS.map((value) => ({ value, label: translate(value) }));

const modeler = new Modeler({
  container: '#canvas',
  propertiesPanel: { parent: '#properties' },
  additionalModules: [
    BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, propertiesModule, CreateAppendAnythingModule, LintModule,
    MinimapModule, translateModule,
    { __init__: ['copying'], composing: ['type', Composing], copying: ['type', Copying] }
  ],
  moddleExtensions: { spiffworkflow: moddle },
  textRenderer: { defaultStyle: { fontFamily: '"Source Sans 3", sans-serif', fontSize: '12px' } },
  linting: { bpmnlint: lintConfig, active: true },
  choices: { ...page.choices, timers },
  names: new Names(page, (message) => draft.show(message ? 'refused' : 'offline', message))
});

const breach = new Breach(modeler, page);
const findings = new Findings(page, (list) => isOpen && breach.take(list));
const draft = new Draft(page, async () => (await modeler.saveXML({ format: true })).xml, () => findings.refresh());
const steps = new Steps(modeler, translate);

const canvas = () => modeler.get('canvas');
const actions = {
  ...steps.actions,
  undo: () => modeler.get('commandStack').undo(),
  redo: () => modeler.get('commandStack').redo(),
  search: () => modeler.get('searchPad').toggle(),
  'zoom-in': () => modeler.get('zoomScroll').stepZoom(1),
  'zoom-out': () => modeler.get('zoomScroll').stepZoom(-1),
  fit,
  map: () => modeler.get('minimap').toggle(),
  steps: () => {
    steps.toggle();
    fit();
  },
  'next-breach': () => breach.next(),
  'hide-breach': () => breach.hide(),
  save: () => draft.save(),
  'save-over': () => draft.save(true),
  keep: () => draft.keep(),
  reload: () => draft.reload(),
  check: async () => (await draft.save()) && findings.check()
};

// Where the diagram was when it was last fitted: who has moved it since keeps their place.
let fitted;
const standing = ({ x, y, scale }) => [x, y, scale].map((each) => each.toFixed(3)).join(' ');

function resized() {
  if (fitted === standing(canvas().viewbox())) fit();
  else canvas().resized();
}

// The whole diagram, beside the palette and never larger than drawn.
function fit() {
  canvas().resized();
  const { inner, outer } = canvas().viewbox();
  const [left, edge] = [120, 24];
  const scale = Math.min((outer.width - left - edge) / inner.width, (outer.height - 2 * edge) / inner.height, 1);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas().viewbox({ x: inner.x - left / scale, y: inner.y - (height - inner.height) / 2, width, height });
  fitted = standing(canvas().viewbox());
}

// What a line of the findings does: its place is chosen, brought into sight, and the field that mends it has the focus.
function follow({ element, code, use, key }) {
  steps.choose(element);
  const field = code && fieldOf({ code, use });
  if (field) showField(modeler, field);
  if (key) breach.choose(key);
}

document.addEventListener('click', (event) => {
  const action = event.target.closest('[data-action]')?.dataset.action;
  if (action in actions) actions[action]();
  const line = event.target.closest('[data-element]');
  if (line?.dataset.file === page.path) {
    event.preventDefault();
    follow(line.dataset);
  }
});
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 's') {
    event.preventDefault();
    draft.save();
  }
});

// A link from the findings of another page names its element.
const focusNamed = () => window.location.hash && steps.choose(decodeURIComponent(window.location.hash.slice(1)));

const isOpen = await opened(() => modeler.importXML(page.xml));
if (isOpen) {
  modeler.get('eventBus').on('commandStack.changed', () => draft.changed());
  fit();
  place.dataset.ready = 'true';
  window.addEventListener('hashchange', focusNamed);
  new ResizeObserver(resized).observe(place);
  focusNamed();
}
findings.refresh();
