// Rules of our own: an element the engine can't run, a task without its form, a lane without its role.
import { is, isAny } from 'bpmnlint-utils';

const RUNS = [
  'bpmn:Definitions', 'bpmn:Process', 'bpmn:Collaboration', 'bpmn:Participant', 'bpmn:LaneSet', 'bpmn:Lane', 'bpmn:SequenceFlow',
  'bpmn:UserTask', 'bpmn:ServiceTask', 'bpmn:BusinessRuleTask', 'bpmn:ScriptTask', 'bpmn:CallActivity', 'bpmn:SubProcess',
  'bpmn:ExclusiveGateway', 'bpmn:ParallelGateway', 'bpmn:InclusiveGateway', 'bpmn:EventBasedGateway', 'bpmn:StartEvent', 'bpmn:EndEvent',
  'bpmn:BoundaryEvent', 'bpmn:IntermediateCatchEvent', 'bpmn:IntermediateThrowEvent', 'bpmn:Artifact', 'bpmn:Message'
];

export function canRun() {
  return {
    check(node, reporter) {
      const drawn = isAny(node, ['bpmn:FlowElement', 'bpmn:Artifact']);
      if (drawn && !isAny(node, RUNS)) reporter.report(node.id, 'The engine cannot run this kind of element');
      if (node.$type === 'bpmn:Task') reporter.report(node.id, 'Say who or what does this task');
    }
  };
}

export function taskIsComplete() {
  const needs = { 'bpmn:UserTask': 'form_key', 'bpmn:ServiceTask': 'operation', 'bpmn:BusinessRuleTask': 'decision' };
  const says = {
    form_key: 'The task has no form', operation: 'The task has no operation', decision: 'The task has no decision table'
  };
  return {
    check(node, reporter) {
      const name = needs[node.$type];
      if (name && !property(node, name)) reporter.report(node.id, says[name], ['spiffworkflow:properties']);
      if (is(node, 'bpmn:CallActivity') && !node.calledElement) reporter.report(node.id, 'No process is called here');
    }
  };
}

export function laneHasRole() {
  return {
    check(node, reporter) {
      if (is(node, 'bpmn:Lane') && !property(node, 'role')) reporter.report(node.id, 'The lane does not say whose it is');
    }
  };
}

export function timerHasKind() {
  return {
    check(node, reporter) {
      const timers = (node.eventDefinitions ?? []).filter((event) => is(event, 'bpmn:TimerEventDefinition'));
      if (!timers.length) return;
      if (!property(node, 'timer')) reporter.report(node.id, 'Say what kind of timer this is');
      if (!timers[0].timeDate && !timers[0].timeDuration && !timers[0].timeCycle)
        reporter.report(node.id, 'The timer does not say when');
    }
  };
}

function property(node, name) {
  const properties = node.extensionElements?.get('values').find((value) => value.$type === 'spiffworkflow:Properties');
  return properties?.get('properties').find((one) => one.name === name)?.value;
}
