// Our own settings of a question as fields with words; form-js itself shows them as bare names and values.
import { h } from 'preact';

const whole = ({ type }) => type === 'default';
const included = ({ type, properties }) => type === 'group' && Boolean(properties?.part);
const empty = ({ type, components }) => type === 'group' && !components?.length;
const shown = (field) => !['default', 'separator', 'spacer'].includes(field.type) && !included(field);
const asked = (field) => shown(field) && !['text', 'group', 'dynamiclist'].includes(field.type);
const sealed = (field) => asked(field) || ['group', 'dynamiclist'].includes(field.type);
const dated = ({ type }) => type === 'datetime';
const chosen = ({ type }) => ['radio', 'select', 'checklist'].includes(type);

const CLASSES = [['identity', 'Identity'], ['contact', 'Contact details'], ['narrative', 'Narrative'], ['decision', 'Contents of a decision']];
const SKIPS = [['true', '“I don’t know” or “I don’t want to answer”'], ['dont_know', '“I don’t know”'], ['dont_want', '“I don’t want to answer”']];

const PARTIES = [['person', 'The person whom the case concerns'], ['speaker', 'The one who applies for a child'], ['child', 'A child'],
  ['referrer', 'The referrer'], ['unsafe', 'Someone to be kept away']];
const RECORDS = [['identity', 'With the identity'], ['contact', 'With the contact details'], ['answers', 'Nowhere else: it stays with the form']];

// The same table stands in forms/README.md; the publish gate checks the values.
const settings = (parts, isPart) => [
  { name: 'title', on: whole, kind: 'text', label: isPart ? 'Name of the part' : 'Name of the form' },
  { name: 'intro', on: (field) => whole(field) && !isPart, kind: 'long', label: 'Text above the form' },
  { name: 'part', on: empty, kind: 'select', label: 'The questions come from the part', choices: parts, isTheirs: true },
  { name: 'variable', on: asked, kind: 'box', label: 'The process may read the answer' },
  { name: 'class', on: sealed, kind: 'select', label: 'Kept sealed as', choices: CLASSES },
  { name: 'party', on: (field) => sealed(field) || (whole(field) && !isPart), kind: 'select', label: 'Whose details', choices: PARTIES },
  { name: 'register', on: sealed, kind: 'select', label: 'Where the details are kept', choices: RECORDS },
  { name: 'skippable', on: asked, kind: 'select', label: 'May be left unanswered', choices: SKIPS },
  { name: 'can_wait', on: asked, kind: 'box', label: 'Can wait until after an urgent call' },
  { name: 'person', on: chosen, kind: 'box', label: 'The choices are our staff' },
  { name: 'date_limit', on: dated, kind: 'select', label: 'Which days', choices: [['past', 'Past days only'], ['birth', 'A day of birth'], ['near', 'Days around today']] },
  { name: 'easy', on: asked, kind: 'box', label: 'Asked in the easy way' },
  { name: 'estimate', on: dated, kind: 'box', label: 'An estimate in words will do' },
  { name: 'why', on: shown, kind: 'long', label: 'Why we ask' },
  { name: 'reader', on: shown, kind: 'text', label: 'Who reads it' }
];

// Drawn here: form-js brings a properties panel of its own, whose fields it does not give away.
function Entry({ element: field, id, kind, name, label, choices = [], isTheirs, editField, translate }) {
  const input = `bio-properties-panel-${id}`;
  const stored = field.properties?.[name] ?? '';
  const set = (value) => editField(field, { properties: withSetting(field.properties, name, value) });
  const offered = [['', '<none>'], ...choices];
  if (stored && !offered.some(([value]) => value === stored)) offered.push([stored, stored]);
  const given = { id: input, name: id, class: 'bio-properties-panel-input' };
  const words = h('label', { for: input, class: 'bio-properties-panel-label' }, translate(label));
  const draw = {
    box: () => h('div', { class: 'bio-properties-panel-checkbox' },
      h('input', { ...given, type: 'checkbox', checked: stored === 'true', onChange: ({ target }) => set(target.checked) }), words),
    select: () => h('div', { class: 'bio-properties-panel-select' }, words,
      h('select', { ...given, value: stored, onChange: ({ target }) => set(target.value) },
        offered.map(([value, shown]) => h('option', { value, selected: value === stored }, value && isTheirs ? shown : translate(shown))))),
    text: () => h('div', { class: 'bio-properties-panel-textfield' }, words,
      h('input', { ...given, type: 'text', autocomplete: 'off', value: stored, onInput: ({ target }) => set(target.value) })),
    long: () => h('div', { class: 'bio-properties-panel-textarea' }, words,
      h('textarea', { ...given, rows: 2, value: stored, onInput: ({ target }) => set(target.value) }))
  };
  return h('div', { class: 'bio-properties-panel-entry', 'data-entry-id': id }, draw[kind]());
}

const isEdited = (node) => Boolean(node && (node.type === 'checkbox' ? node.checked : node.value));

// An empty one is not kept.
function withSetting(properties = {}, name, value) {
  const { [name]: before, ...others } = properties;
  return value ? { ...others, [name]: String(value) } : others;
}

export function formSettings(translate, parts, isPart) {
  const known = settings(Object.entries(parts).map(([key, { name }]) => [key, name]), isPart);
  function Provider(propertiesPanel) {
    this.getGroups = (field, editField) => (groups) => {
      if (!field) return groups;
      const entries = known.filter(({ on }) => on(field)).map((setting) => ({
        ...setting, id: `vireille-${setting.name}`, component: Entry, isEdited, editField, translate
      }));
      const [general, ...rest] = included(field) ? [undefined, ...groups.filter(({ id }) => id === 'condition')] : groups;
      return entries.length ? [general, { id: 'vireille', label: 'Vireille', entries }, ...rest].filter(Boolean) : groups;
    };
    propertiesPanel.registerProvider(this, 400);
  }
  Provider.$inject = ['propertiesPanel'];
  return { __init__: ['vireilleSettings'], vireilleSettings: ['type', Provider] };
}
