// The decision table editor of the studio.
import DmnModeler from 'dmn-js/lib/Modeler';

import { Draft } from './draft.js';
import { Findings } from './findings.js';
import { opened } from './opening.js';
import { translation } from './translate/index.js';
import './styles/tables.css';

const page = JSON.parse(document.getElementById('canvas').dataset.given);
const { module: translateModule } = translation(document.documentElement.lang);
const parts = { additionalModules: [translateModule] };

const modeler = new DmnModeler({
  container: '#canvas', drd: parts, decisionTable: parts, literalExpression: parts, boxedExpression: parts
});
const findings = new Findings(page);
const draft = new Draft(page, async () => (await modeler.saveXML({ format: true })).xml, () => findings.refresh());
const actions = {
  save: () => draft.save(),
  'save-over': () => draft.save(true),
  keep: () => draft.keep(),
  reload: () => draft.reload(),
  check: async () => (await draft.save()) && findings.check()
};

document.addEventListener('click', (event) => actions[event.target.closest('[data-action]')?.dataset.action]?.());

if (await opened(() => modeler.importXML(page.xml))) {
  const table = modeler.getViews().find(({ type }) => type === 'decisionTable');
  if (table) await modeler.open(table);
  modeler.on('views.changed', listen);
  listen();
  document.getElementById('canvas').dataset.ready = 'true';
}
findings.refresh();

// Each view has a command stack of its own, made when the view is first opened.
function listen() {
  const events = modeler.getActiveViewer()?.get('eventBus');
  if (!events || events.heard) return;
  events.heard = true;
  events.on('commandStack.changed', () => draft.changed());
}
