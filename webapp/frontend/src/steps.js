// The diagram as a list beside it: everything that can be chosen with the pointer, chosen and changed from here by keys.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { KINDS, arrows } from './composing.js';

const LISTED = ['bpmn:Activity', 'bpmn:Event', 'bpmn:Gateway', 'bpmn:Lane'];

export class Steps {
  constructor(modeler, translate) {
    this.modeler = modeler;
    this.translate = translate;
    this.panel = document.getElementById('steps');
    this.list = this.panel.querySelector('[data-steps]');
    this.kind = this.panel.querySelector('#step-kind');
    this.target = this.panel.querySelector('#step-target');
    this.kind.replaceChildren(...KINDS.map(([type, name]) => new Option(translate(name), type)));
    this.list.addEventListener('click', (event) => {
      const id = event.target.closest('[data-choose]')?.dataset.choose;
      if (id) this.choose(id);
    });
    modeler.get('eventBus').on(['elements.changed', 'shape.added', 'shape.removed', 'connection.removed'], () => this.later());
    modeler.get('eventBus').on('selection.changed', () => this.follow());
  }

  toggle() {
    this.panel.hidden = !this.panel.hidden;
    document.querySelector('[data-action="steps"]').setAttribute('aria-pressed', String(!this.panel.hidden));
    if (!this.panel.hidden) this.draw();
    this.modeler.get('canvas').resized();
  }

  // Many changes come at once; they are drawn once.
  later() {
    if (this.panel.hidden || this.waiting) return;
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.waiting = undefined;
    const focused = document.activeElement?.dataset?.choose;
    this.list.replaceChildren(...this.elements().map((element) => this.line(element)));
    this.follow();
    if (focused) this.list.querySelector(`[data-choose="${CSS.escape(focused)}"]`)?.focus();
  }

  // From the starts, what follows next; boundary events after what they stand on; then what no way reaches.
  elements() {
    const all = this.modeler.get('elementRegistry').filter((each) => isAny(each, LISTED) && !each.labelTarget);
    const found = new Set();
    const waiting = all.filter((each) => is(each, 'bpmn:StartEvent')).reverse();
    while (waiting.length) {
      const element = waiting.pop();
      if (found.has(element)) continue;
      found.add(element);
      const next = [...(element.attachers ?? []), ...arrows(element).map(({ target }) => target)];
      waiting.push(...next.reverse());
    }
    return [...found, ...all.filter((each) => !found.has(each))];
  }

  line(element) {
    const line = document.createElement('li');
    const lane = is(element, 'bpmn:Lane') ? '' : laneOf(element);
    const host = element.host && `${this.translate('On the border of')} ${this.name(element.host)}`;
    line.append(this.button(element, this.name(element), [this.kindOf(element), lane, host].filter(Boolean).join(' · ')));
    for (const flow of arrows(element)) {
      const label = flow.businessObject.name ? `${flow.businessObject.name}: ` : '';
      line.append(this.button(flow, `→ ${label}${this.name(flow.target)}`, ''));
    }
    return line;
  }

  button(element, text, more) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.choose = element.id;
    button.className = element.waypoints ? 'step-way' : 'step-name';
    button.append(text);
    if (more) {
      const second = document.createElement('span');
      second.className = 'second-line';
      second.textContent = more;
      button.append(second);
    }
    return button;
  }

  name(element) {
    return element.businessObject.name?.trim() || this.kindOf(element);
  }

  kindOf({ businessObject }) {
    const words = (type) => type.replace(/^bpmn:/, '').replace(/EventDefinition$/, '').replace(/(?!^)[A-Z]/g, (each) => ` ${each.toLowerCase()}`);
    const event = (businessObject.eventDefinitions ?? [])[0];
    const kind = this.translate(words(businessObject.$type));
    return event ? `${kind}: ${this.translate(words(event.$type)).toLowerCase()}` : kind;
  }

  choose(id) {
    const element = this.modeler.get('elementRegistry').get(id);
    if (!element) return;
    this.modeler.get('selection').select(element);
    this.modeler.get('canvas').scrollToElement(element, { top: 120, bottom: 120, left: 120, right: 120 });
  }

  get chosen() {
    const [first, ...others] = this.modeler.get('selection').get();
    return others.length ? undefined : first;
  }

  // What is chosen is marked, and only what can be done with it is offered.
  follow() {
    if (this.panel.hidden) return;
    const { chosen } = this;
    for (const each of this.list.querySelectorAll('[data-choose]')) {
      const isChosen = each.dataset.choose === chosen?.id;
      each.setAttribute('aria-pressed', String(isChosen));
      if (isChosen) each.scrollIntoView({ block: 'nearest' });
    }
    const isStep = chosen && !chosen.waypoints && isAny(chosen, ['bpmn:FlowNode']);
    const isFlow = chosen && is(chosen, 'bpmn:SequenceFlow');
    const offers = {
      'add-step': isFlow || (isStep && !is(chosen, 'bpmn:EndEvent')),
      'add-timer': isStep && is(chosen, 'bpmn:Activity'),
      connect: isStep && !is(chosen, 'bpmn:EndEvent'),
      'make-default': isFlow && isAny(chosen.source, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']),
      remove: isStep || isFlow
    };
    for (const [action, isOffered] of Object.entries(offers))
      this.panel.querySelector(`[data-action="${action}"]`).disabled = !isOffered;
    this.panel.querySelector('[data-nothing-chosen]').hidden = Boolean(chosen);
    // The list is drawn anew while somebody picks from it: keep what was picked for this step.
    const picked = this.offeredTo === chosen?.id && this.target.value;
    this.offeredTo = chosen?.id;
    this.target.replaceChildren(...this.elements().filter((each) => isStep && each !== chosen && canFollow(each))
      .map((each) => new Option(this.name(each), each.id, false, each.id === picked)));
  }

  get actions() {
    const composing = this.modeler.get('composing');
    const chosen = () => this.chosen;
    return {
      'add-step': () => this.goOn(composing.add(chosen(), this.kind.value)),
      'add-timer': () => this.goOn(composing.addTimer(chosen())),
      connect: () => this.goOn(composing.connect(chosen(), this.modeler.get('elementRegistry').get(this.target.value))),
      'make-default': () => composing.makeDefault(chosen()),
      remove: () => this.modeler.get('modeling').removeElements([chosen()])
    };
  }

  // What was added is chosen, and its name is where one writes next.
  goOn(added) {
    this.choose(added.id);
    showField(this.modeler, 'name');
  }
}

const MOST_FRAMES = 60;

// The panel draws what is chosen a moment later, and its field hears of it later still: asked for until it has the focus, so
// that what is typed next goes nowhere else.
export function showField(modeler, id, left = MOST_FRAMES) {
  const [chosen] = modeler.get('selection').get();
  const ask = () => {
    const isThere = document.activeElement?.closest('[data-entry-id]')?.dataset.entryId === id;
    if (!left-- || isThere || modeler.get('selection').get()[0] !== chosen) return;
    modeler.get('eventBus').fire('propertiesPanel.showEntry', { id });
    requestAnimationFrame(ask);
  };
  requestAnimationFrame(() => requestAnimationFrame(ask));
}

function canFollow(element) {
  return is(element, 'bpmn:FlowNode') && !isAny(element, ['bpmn:StartEvent', 'bpmn:BoundaryEvent']);
}

function laneOf({ businessObject }) {
  return (businessObject.lanes ?? []).map(({ name }) => name).join(', ');
}
