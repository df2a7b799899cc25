// The diagram editor of the studio. The page gives the diagram, the choices and the addresses; the server judges.
import Modeler from 'bpmn-js/lib/Modeler';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import LintModule from 'bpmn-js-bpmnlint';
import MinimapModule from 'diagram-js-minimap';

import { lintConfig } from './lint/config.js';
import { Draft } from './draft.js';
import { showFindings } from './findings.js';
import propertiesModule from './properties/index.js';
import moddle from './properties/moddle.json';
import { TIMERS } from './properties/table.js';
import { translation } from './translate/index.js';
import './styles/modeler.css';

const page = JSON.parse(document.getElementById('canvas').dataset.given);
const { module: translateModule, translate } = translation(document.documentElement.lang);
const timers = TIMERS.map((value) => ({ value, label: translate(value) }));

const modeler = new Modeler({
  container: '#canvas',
  propertiesPanel: { parent: '#properties' },
  additionalModules: [
    BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, propertiesModule, CreateAppendAnythingModule, LintModule,
    MinimapModule, translateModule
  ],
  moddleExtensions: { spiffworkflow: moddle },
  textRenderer: { defaultStyle: { fontFamily: '"Source Sans 3", sans-serif', fontSize: '12px' } },
  linting: { bpmnlint: lintConfig, active: true },
  choices: { ...page.choices, timers }
});

const draft = new Draft(page, async () => (await modeler.saveXML({ format: true })).xml);

const canvas = () => modeler.get('canvas');
const actions = {
  undo: () => modeler.get('commandStack').undo(),
  redo: () => modeler.get('commandStack').redo(),
  'zoom-in': () => modeler.get('zoomScroll').stepZoom(1),
  'zoom-out': () => modeler.get('zoomScroll').stepZoom(-1),
  fit,
  map: () => modeler.get('minimap').toggle(),
  save: () => draft.save(),
  check
};

async function check() {
  if (await draft.save()) await showFindings(page);
}

// The whole diagram, beside the palette and never larger than drawn.
function fit() {
  const { inner, outer } = canvas().viewbox();
  const [left, edge] = [120, 24];
  const scale = Math.min((outer.width - left - edge) / inner.width, (outer.height - 2 * edge) / inner.height, 1);
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas().viewbox({ x: inner.x - left / scale, y: inner.y - (height - inner.height) / 2, width, height });
}

// Selects an element and brings it into sight: what a line of the findings does.
function focus(id) {
  const element = modeler.get('elementRegistry').get(id);
  if (!element) return;
  modeler.get('selection').select(element);
  canvas().scrollToElement(element, { top: 120, bottom: 120, left: 120, right: 120 });
}

document.addEventListener('click', (event) => {
  const action = event.target.closest('[data-action]')?.dataset.action;
  if (action in actions) actions[action]();
  const line = event.target.closest('[data-element]');
  if (line?.dataset.file === page.path) {
    event.preventDefault();
    focus(line.dataset.element);
  }
});
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 's') {
    event.preventDefault();
    draft.save();
  }
});

await modeler.importXML(page.xml);
modeler.get('eventBus').on('commandStack.changed', () => draft.changed());
fit();
document.getElementById('canvas').dataset.ready = 'true';
// A link from the findings of another page names its element.
const focusNamed = () => focus(decodeURIComponent(window.location.hash.slice(1)));
window.addEventListener('hashchange', focusNamed);
focusNamed();
