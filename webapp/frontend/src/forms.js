// The form editor of the studio.
import { FormEditor } from '@bpmn-io/form-js-editor';

import { Draft } from './draft.js';
import { Findings } from './findings.js';
import './styles/forms.css';

const page = JSON.parse(document.getElementById('canvas').dataset.given);
const editor = new FormEditor({ container: document.getElementById('canvas') });
const findings = new Findings(page);
const draft = new Draft(page, async () => JSON.stringify(editor.saveSchema(), null, 2), () => findings.refresh());
const actions = {
  save: () => draft.save(),
  'save-over': () => draft.save(true),
  keep: () => draft.keep(),
  reload: () => draft.reload(),
  check: async () => (await draft.save()) && findings.check()
};

document.addEventListener('click', (event) => actions[event.target.closest('[data-action]')?.dataset.action]?.());

await editor.importSchema(JSON.parse(page.xml));
editor.on('changed', () => draft.changed());
document.getElementById('canvas').dataset.ready = 'true';
findings.refresh();
