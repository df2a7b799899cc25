// Changes that the list of steps offers, each one step of undo: put in between with room made, a timer on the border.
const GAP = 50;

export const KINDS = [
  ['bpmn:UserTask', 'User task'], ['bpmn:ServiceTask', 'Service task'], ['bpmn:BusinessRuleTask', 'Business rule task'],
  ['bpmn:CallActivity', 'Call activity'], ['bpmn:ExclusiveGateway', 'Exclusive gateway'],
  ['bpmn:ParallelGateway', 'Parallel gateway'], ['bpmn:IntermediateThrowEvent', 'Milestone'], ['bpmn:EndEvent', 'End event']
];

export default function Composing(modeling, elementFactory, spaceTool, autoPlace, canvas, commandStack) {
  commandStack.register('vireille.add', {
    preExecute(context) {
      const { place, type } = context;
      const shape = elementFactory.createShape({ type });
      context.added = place.waypoints ? between(place, shape) : after(place, shape);
    }
  });
  commandStack.register('vireille.timer', {
    preExecute(context) {
      const { host } = context;
      const shape = elementFactory.createShape({
        type: 'bpmn:BoundaryEvent', eventDefinitionType: 'bpmn:TimerEventDefinition', cancelActivity: false
      });
      context.added = modeling.createShape(shape, freePlace(host), host, { attach: true });
    }
  });

  commandStack.register('vireille.connect', {
    preExecute(context) {
      const { from, to } = context;
      const flow = (context.added = modeling.connect(from, to));
      const around = wayAround(from, to);
      if (around) modeling.updateWaypoints(flow, around);
    }
  });

  function perform(command, context) {
    commandStack.execute(command, context);
    return context.added;
  }

  // place: an arrow, or a step; behind a step with one way on, the new one comes between.
  this.add = (place, type) => {
    const ways = place.waypoints ? [] : arrows(place);
    return perform('vireille.add', { place: ways.length === 1 && type !== 'bpmn:EndEvent' ? ways[0] : place, type });
  };
  this.addTimer = (host) => perform('vireille.timer', { host });
  this.connect = (from, to) => perform('vireille.connect', { from, to });
  this.makeDefault = (flow) => modeling.updateProperties(flow.source, { default: flow.businessObject });

  function after(source, shape) {
    return autoPlace.append(source, shape);
  }

  function between(flow, shape) {
    makeRoom(flow, shape);
    return modeling.createShape(shape, middle(flow, shape), flow);
  }

  // Everything to the right moves, as with the space tool; nothing where the arrow leads back or is long enough.
  function makeRoom({ source, target }, shape) {
    const edge = source.x + source.width;
    const missing = shape.width + 2 * GAP - (target.x - edge);
    if (target.x < edge || missing <= 0) return;
    const all = children(canvas.getRootElement());
    const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(all, 'x', missing, edge);
    spaceTool.makeSpace(movingShapes, resizingShapes, { x: missing, y: 0 }, 'e', edge);
  }
}
Composing.$inject = ['modeling', 'elementFactory', 'spaceTool', 'autoPlace', 'canvas', 'commandStack'];

export function arrows(element) {
  return (element.outgoing ?? []).filter(({ type }) => type === 'bpmn:SequenceFlow');
}

function children(element) {
  return (element.children ?? []).flatMap((each) => [each, ...children(each)]);
}

// Below what stands between two steps of one row; nothing when the straight way is free.
function wayAround(from, to) {
  const [left, right] = [from.x + from.width, to.x];
  const isLevel = Math.abs(from.y + from.height / 2 - to.y - to.height / 2) < 10;
  const between = from.parent.children.filter(({ x, y, width, height, waypoints, labelTarget }) =>
    !waypoints && !labelTarget && x > left && x + width < right && y < to.y + to.height && y + height > to.y);
  if (!isLevel || !between.length) return undefined;
  const below = Math.max(...between.map(({ y, height }) => y + height), from.y + from.height, to.y + to.height) + 25;
  const [start, end] = [from.x + from.width / 2, to.x + Math.min(to.width / 2, 30)];
  return [
    { x: start, y: from.y + from.height }, { x: start, y: below }, { x: end, y: below }, { x: end, y: to.y + to.height }
  ];
}

// Of the longest level part of an arrow, else of its longest part.
function middle({ waypoints }, shape) {
  const parts = waypoints.slice(1).map((to, index) => {
    const from = waypoints[index];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const isLevel = Math.abs(to.y - from.y) < 2 && length > shape.width;
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, rank: length + (isLevel ? 1e6 : 0) };
  });
  const { x, y } = parts.reduce((best, each) => (each.rank > best.rank ? each : best));
  return { x: Math.round(x), y: Math.round(y) };
}

// On the lower border, from the right, where no other event stands; then on the upper one.
function freePlace(host) {
  const taken = (host.attachers ?? []).map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }));
  for (const y of [host.y + host.height, host.y])
    for (let x = host.x + host.width - 20; x >= host.x + 20; x -= 35)
      if (taken.every((each) => Math.hypot(each.x - x, each.y - y) >= 34)) return { x, y };
  return { x: host.x + host.width, y: host.y + host.height / 2 };
}
