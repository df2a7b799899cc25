// What can be set on which element. The same stands in engine/bpmn/vocabulary.py; a test compares them, the publish gate checks the values.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

const user = (element) => is(element, 'bpmn:UserTask');
const operation = (element) => is(element, 'bpmn:ServiceTask');
const decision = (element) => is(element, 'bpmn:BusinessRuleTask');
const call = (element) => is(element, 'bpmn:CallActivity');
const ending = (element) => is(element, 'bpmn:EndEvent');
const lane = (element) => is(element, 'bpmn:Lane');
const timed = (element) => is(element, 'bpmn:Event') &&
  (getBusinessObject(element).get('eventDefinitions') ?? []).some((event) => is(event, 'bpmn:TimerEventDefinition'));
const many = (element) => is(element, 'bpmn:Activity') &&
  is(getBusinessObject(element).get('loopCharacteristics') ?? {}, 'bpmn:MultiInstanceLoopCharacteristics');
const reached = (element) => isAny(element, ['bpmn:Task', 'bpmn:CallActivity', 'bpmn:SubProcess', 'bpmn:Event']);

const either = (...tests) => (element) => tests.some((test) => test(element));

export const TIMERS = ['reminder', 'due', 'stalled', 'escalation', 'fallback', 'presumed_service', 'appeal_period', 'hold'];

// kind: select (options by name, given by the page), text (a word) or feel (an expression or a context).
export const PROPERTIES = [
  { name: 'role', on: lane, kind: 'select', options: 'roles', label: 'Role', why: 'Who does the tasks of this lane' },
  { name: 'form_key', on: user, kind: 'select', options: 'forms', label: 'Form', why: 'What is asked in this task' },
  { name: 'operation', on: operation, kind: 'select', options: 'operations', label: 'Operation', why: 'What the system does here' },
  { name: 'decision', on: decision, kind: 'select', options: 'decisions', label: 'Decision table', why: 'The table that is asked' },
  { name: 'timer', on: timed, kind: 'select', options: 'timers', label: 'Kind of timer', why: 'What lists and the heat map call it' },
  { name: 'due_reason', on: user, kind: 'text', label: 'Due date', why: 'Variable whose date is shown as due' },
  { name: 'candidate_group', on: user, kind: 'feel', label: 'Role at run time', why: 'FEEL that gives the role, instead of the lane' },
  { name: 'not_by', on: user, kind: 'text', label: 'Not by', why: 'Variable with the person who may not do it' },
  { name: 'collection', on: many, kind: 'feel', label: 'Once for each of', why: 'FEEL that gives a list' },
  { name: 'element', on: many, kind: 'text', label: 'Name of one', why: 'Variable that holds the one at hand' },
  { name: 'business_key', on: call, kind: 'feel', label: 'Key', why: 'FEEL that tells this call from the others' },
  { name: 'input', on: either(call, operation, decision), kind: 'feel', label: 'Goes in', why: 'FEEL context' },
  { name: 'output', on: either(user, operation, decision, call), kind: 'feel', label: 'Comes out', why: 'FEEL context; its entries become variables' },
  { name: 'outcome', on: ending, kind: 'select', options: 'outcomes', label: 'Outcome', why: 'How the case ends here' },
  { name: 'milestone', on: reached, kind: 'text', label: 'Milestone', why: 'Reached when this is done; promises speak of milestones' }
];
