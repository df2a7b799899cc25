// The form editor of the studio.
import { FormEditor } from '@bpmn-io/form-js-editor';

import { Draft } from './draft.js';
import { Findings } from './findings.js';
import { opened } from './opening.js';
import { formSettings } from './properties/form.js';
import { translation } from './translate/index.js';
import { speak } from './translate/spoken.js';
import './styles/forms.css';

const place = document.getElementById('canvas');
const { translate, dictionary } = translation(document.documentElement.lang);
// form-js asks for no translation. The form in its middle is the owner's own text and is left alone.
speak(place, '.fjs-palette-container, .fjs-properties-container, .fjs-context-pad', dictionary);
const editor = new FormEditor({ container: place, additionalModules: [formSettings(translate)] });
const page = JSON.parse(place.dataset.given);
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

if (await opened(() => editor.importSchema(JSON.parse(page.xml)))) {
  editor.on('changed', () => draft.changed());
  place.dataset.ready = 'true';
}
findings.refresh();
