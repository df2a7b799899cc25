// Our group of the properties panel: one entry for each line of the table, and the expressions BPMN itself has.
import { FeelEntry, SelectEntry, TextFieldEntry, isFeelEntryEdited, isSelectEntryEdited,
  isTextFieldEntryEdited } from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { useService } from 'bpmn-js-properties-panel';

import { PROPERTIES } from './table.js';
import { NAMES, named } from './names.js';
import { store, stored } from './stored.js';

const KINDS = {
  select: { entry: SelectEntry, isEdited: isSelectEntryEdited },
  text: { entry: TextFieldEntry, isEdited: isTextFieldEntryEdited },
  feel: { entry: FeelEntry, isEdited: isFeelEntryEdited, more: { feel: 'required' }, mark: '=' }
};

// Groups of the generic panel that the engine does nothing with.
const UNUSED = ['CamundaPlatform__', 'multiInstance'];

function Entry({ element, id, kind, label, why, read, write, options, places, help }) {
  const translate = useService('translate');
  const debounce = useService('debounceInput');
  const modeling = useService('modeling');
  const bpmnFactory = useService('bpmnFactory');
  // The FEEL editor marks an expression with an equals sign, which is not a part of what is stored.
  const { entry, more, mark = '' } = KINDS[kind];
  return entry({
    element, id, debounce, translate, ...more,
    label: translate(label),
    description: described(helped(help, read(element)) ?? (why && translate(why)), places?.[read(element)], translate('Open')),
    // Nothing is undefined, as the fields give it back: else leaving an empty one would count as a change.
    getValue: () => (read(element) ? mark + read(element) : kind === 'select' ? '' : undefined),
    setValue: (value) => write(element, (value ?? '').slice(mark.length), { modeling, bpmnFactory }),
    getOptions: () => withCurrent(options ?? [], read(element), translate)
  });
}

// Of an operation: what it does, reads and returns.
function helped(help, current) {
  return help?.find(({ value }) => value === current)?.label;
}

// What is chosen can be opened in its own editor.
function described(why, address, open) {
  return address ? h('span', {}, why, ' · ', h('a', { href: address }, open)) : why;
}

// A name the page doesn't know (an older model, a typing error) stays visible, so that nothing changes by being looked at.
function withCurrent(options, current, translate) {
  const known = options.some(({ value }) => value === current);
  const unknown = current && !known ? [{ value: current, label: `${current} (${translate('unknown')})` }] : [];
  return [{ value: '', label: translate('<none>') }, ...unknown, ...options];
}

export default function VireilleProvider(propertiesPanel, choices, names) {
  const own = PROPERTIES.map(({ name, ...line }) => ({
    ...line,
    id: `vireille-${name}`,
    read: (element) => stored(element, name),
    write: (element, value, services) => store(element, name, value, services)
  }));
  const lines = [...own, ...EXPRESSIONS, ...NAMES.map((line) => named(line, names))];

  this.getGroups = (element) => (groups) => {
    const entries = lines.filter(({ on }) => on(element)).map(({ id, kind, options, ...line }) => ({
      id, kind, ...line, component: Entry, options: choices[options], places: choices.places?.[options], help: choices[`${options}_help`],
      isEdited: KINDS[kind].isEdited
    }));
    const kept = groups.filter(({ id }) => !UNUSED.some((unused) => id.startsWith(unused)));
    if (!entries.length) return kept;
    const [general, ...rest] = kept;
    return [general, { id: 'vireille', label: 'Vireille', entries, shouldOpen: true }, ...rest].filter(Boolean);
  };

  propertiesPanel.registerProvider(400, this);
}
VireilleProvider.$inject = ['propertiesPanel', 'config.choices', 'config.names'];

const EXPRESSIONS = [
  {
    id: 'vireille-condition', kind: 'feel', label: 'Condition', why: 'FEEL; this way is taken when it is true',
    on: (element) => is(element, 'bpmn:SequenceFlow') && isConditional(getBusinessObject(element)),
    read: (element) => getBusinessObject(element).conditionExpression?.body ?? '',
    write: (element, value, { modeling, bpmnFactory }) => modeling.updateProperties(element, {
      conditionExpression: value ? bpmnFactory.create('bpmn:FormalExpression', { body: value }) : undefined
    })
  },
  {
    id: 'vireille-script', kind: 'feel', label: 'Context', why: 'FEEL; its entries become variables',
    on: (element) => is(element, 'bpmn:ScriptTask'),
    read: (element) => getBusinessObject(element).script ?? '',
    write: (element, value, { modeling }) => modeling.updateProperties(element, { script: value || undefined })
  },
  {
    id: 'vireille-called', kind: 'select', options: 'processes', label: 'Called process', why: 'Which process runs here',
    on: (element) => is(element, 'bpmn:CallActivity'),
    read: (element) => getBusinessObject(element).calledElement ?? '',
    write: (element, value, { modeling }) => modeling.updateProperties(element, { calledElement: value || undefined })
  }
];

function isConditional(flow) {
  return is(flow.sourceRef, 'bpmn:ExclusiveGateway') || is(flow.sourceRef, 'bpmn:InclusiveGateway');
}
