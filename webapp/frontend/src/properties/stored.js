// Our settings of an element: spiffworkflow:properties, name and value. An empty one is not kept, since the engine's
// parser fails on a property without a value.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

function container(element) {
  return getBusinessObject(element).extensionElements?.get('values').find((value) => value.$type === 'spiffworkflow:Properties');
}

export function stored(element, name) {
  return container(element)?.get('properties').find((property) => property.name === name)?.value ?? '';
}

// One edit is one undo step: whatever is missing on the way is made in the same command.
export function store(element, name, value, { modeling, bpmnFactory }) {
  const object = getBusinessObject(element);
  const old = container(element);
  const others = (old?.get('properties') ?? []).filter((property) => property.name !== name);
  const all = value ? [...others, bpmnFactory.create('spiffworkflow:Property', { name, value })] : others;

  if (old) return modeling.updateModdleProperties(element, old, { properties: owned(all, old) });
  if (!value) return undefined;

  const made = bpmnFactory.create('spiffworkflow:Properties', { properties: all });
  owned(all, made);
  if (object.extensionElements) {
    made.$parent = object.extensionElements;
    const values = [...object.extensionElements.get('values'), made];
    return modeling.updateModdleProperties(element, object.extensionElements, { values });
  }
  const extensionElements = bpmnFactory.create('bpmn:ExtensionElements', { values: [made] });
  extensionElements.$parent = object;
  made.$parent = extensionElements;
  return modeling.updateModdleProperties(element, object, { extensionElements });
}

function owned(properties, parent) {
  for (const property of properties) property.$parent = parent;
  return properties;
}
