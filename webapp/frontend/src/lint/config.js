// Hints while drawing. The server's gate decides; these say early what it would say.
import conditionalFlows from 'bpmnlint/rules/conditional-flows';
import endEventRequired from 'bpmnlint/rules/end-event-required';
import labelRequired from 'bpmnlint/rules/label-required';
import noComplexGateway from 'bpmnlint/rules/no-complex-gateway';
import noDisconnected from 'bpmnlint/rules/no-disconnected';
import noDuplicateFlows from 'bpmnlint/rules/no-duplicate-sequence-flows';
import noImplicitEnd from 'bpmnlint/rules/no-implicit-end';
import noImplicitSplit from 'bpmnlint/rules/no-implicit-split';
import startEventRequired from 'bpmnlint/rules/start-event-required';

import { canRun, laneHasRole, taskIsComplete, timerHasKind } from './rules.js';

const RULES = {
  'conditional-flows': ['error', conditionalFlows],
  'end-event-required': ['error', endEventRequired],
  'label-required': ['warn', labelRequired],
  'no-complex-gateway': ['error', noComplexGateway],
  'no-disconnected': ['error', noDisconnected],
  'no-duplicate-sequence-flows': ['error', noDuplicateFlows],
  'no-implicit-end': ['error', noImplicitEnd],
  'no-implicit-split': ['error', noImplicitSplit],
  'start-event-required': ['error', startEventRequired],
  'vireille/can-run': ['error', canRun],
  'vireille/lane-has-role': ['error', laneHasRole],
  'vireille/task-is-complete': ['error', taskIsComplete],
  'vireille/timer-has-kind': ['warn', timerHasKind]
};

export const lintConfig = {
  config: { rules: Object.fromEntries(Object.entries(RULES).map(([name, [severity]]) => [name, severity])) },
  resolver: {
    resolveRule: (pack, name) => RULES[pack === 'bpmnlint' ? name : `${pack.replace('bpmnlint-plugin-', '')}/${name}`][1],
    resolveConfig: (pack, name) => { throw new Error(`No such set of rules: ${pack}/${name}`); }
  }
};
