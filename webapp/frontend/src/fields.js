// Which field mends what the gate found: its code, or the property it speaks of, to the entry of the panel.
const BY_CODE = {
  form_key_missing: 'vireille-form_key', form_key_unknown: 'vireille-form_key',
  operation_missing: 'vireille-operation', operation_unknown: 'vireille-operation',
  decision_missing: 'vireille-decision', decision_unknown: 'vireille-decision',
  role_unknown: 'vireille-role', role_unheld: 'vireille-role', milestone_here: 'vireille-milestone',
  call_unknown: 'vireille-called', call_input_missing: 'vireille-input',
  multiple_properties: 'vireille-collection', element_twice: 'vireille-element',
  timer_kind: 'vireille-timer', timer_empty: 'timerEventDefinitionType', timer_cycle: 'timerEventDefinitionType',
  timer_now: 'timerEventDefinitionValue', timer_period: 'timerEventDefinitionValue',
  no_condition: 'vireille-condition', question_missing: 'name', missing_id: 'id', duplicate_id: 'id',
  not_executable: 'isExecutable', message_unnamed: 'messageRef', error_unnamed: 'errorRef'
};

export function fieldOf({ code, use }) {
  if (BY_CODE[code]) return BY_CODE[code];
  if (!use) return undefined;
  return use === 'timer' ? 'timerEventDefinitionValue' : `vireille-${use}`;
}
