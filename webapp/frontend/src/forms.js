// The form editor of the studio.
import { FormEditor } from '@bpmn-io/form-js-editor';

import { Draft } from './draft.js';
import { Findings } from './findings.js';
import { asGiven } from './given.js';
import { opened } from './opening.js';
import { sharedParts } from './parts.js';
import { formSettings } from './properties/form.js';
import { translation } from './translate/index.js';
import { speak } from './translate/spoken.js';
import './styles/forms.css';

const place = document.getElementById('canvas');
const { translate, dictionary } = translation(document.documentElement.lang);
// form-js asks for no translation. The form in its middle is the owner's own text and is left alone.
speak(place, '.fjs-palette-container, .fjs-properties-container, .fjs-context-pad', dictionary);
const page = JSON.parse(place.dataset.given);
const { parts } = page.choices;
const editor = new FormEditor({
  container: place,
  additionalModules: [formSettings(translate, parts, page.kind === 'part'), sharedParts(parts, page.path, translate)]
});
const findings = new Findings(page);
let written;
const draft = new Draft(page, async () => written(editor.saveSchema()), () => findings.refresh());
const actions = {
  save: () => draft.save(),
  'save-over': () => draft.save(true),
  keep: () => draft.keep(),
  reload: () => draft.reload(),
  check: async () => (await draft.save()) && findings.check()
};

// A finding leads to its question; one inside a list is named after the list.
function choose(where) {
  const names = decodeURIComponent(where).split('.');
  const fields = editor.get('formFieldRegistry').getAll();
  const found = names.reduce((list, name) => fields.find((field) =>
    [field.key, field.path, field.id].includes(name) && (!list || field._parent === list.id)) ?? list, undefined);
  if (found) editor.get('selection').set(found);
  return Boolean(found);
}

document.addEventListener('click', (event) => {
  const { file, element } = event.target.closest('#findings [data-element]')?.dataset ?? {};
  if (element && file === page.path && choose(element)) event.preventDefault();
});
document.addEventListener('click', (event) => actions[event.target.closest('[data-action]')?.dataset.action]?.());

if (await opened(() => editor.importSchema(JSON.parse(page.xml)))) {
  written = asGiven(page.xml, editor.saveSchema());
  editor.on('changed', () => draft.changed());
  if (window.location.hash) choose(window.location.hash.slice(1));
  place.dataset.ready = 'true';
}
findings.refresh();
