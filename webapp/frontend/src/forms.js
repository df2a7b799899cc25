// The form editor of the studio.
import { FormEditor } from '@bpmn-io/form-js-editor';

import { Draft } from './draft.js';
import { showFindings } from './findings.js';
import './styles/forms.css';

const page = JSON.parse(document.getElementById('canvas').dataset.given);
const editor = new FormEditor({ container: document.getElementById('canvas') });
const draft = new Draft(page, async () => JSON.stringify(editor.saveSchema(), null, 2));
const actions = {
  save: () => draft.save(),
  check: async () => (await draft.save()) && showFindings(page)
};

document.addEventListener('click', (event) => actions[event.target.closest('[data-action]')?.dataset.action]?.());

await editor.importSchema(JSON.parse(page.xml));
editor.on('changed', () => draft.changed());
document.getElementById('canvas').dataset.ready = 'true';
