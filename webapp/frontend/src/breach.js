// A broken guardrail as a way through the diagram: numbered stops, the arrows between them, and the step it walked past above.
const OVERLAY = 'breach';

export class Breach {
  constructor(modeler, page) {
    this.modeler = modeler;
    this.page = page;
    this.panel = document.getElementById('breach');
    this.found = [];
    this.shown = 0;
    this.isHidden = false;
  }

  // Of the list of findings: those that tell a path.
  take(place) {
    this.found = [...place.querySelectorAll('[data-path]')].map((line) => ({
      key: line.dataset.key,
      sentence: line.querySelector('[data-sentence]').textContent,
      steps: JSON.parse(line.dataset.path)
    }));
    if (!this.found.length) this.isHidden = false;
    this.shown = Math.max(this.found.findIndex(({ key }) => key === this.key), 0);
    this.draw();
  }

  next() {
    this.shown = (this.shown + 1) % this.found.length;
    this.draw();
  }

  choose(key) {
    this.shown = Math.max(this.found.findIndex((each) => each.key === key), 0);
    this.isHidden = false;
    this.draw();
  }

  hide() {
    this.isHidden = true;
    this.draw();
  }

  draw() {
    this.clear();
    const breach = this.found[this.shown];
    this.panel.hidden = !breach || this.isHidden;
    this.modeler.get('canvas').resized();
    if (this.panel.hidden) return;
    this.key = breach.key;
    // The sentence leads over to its steps, which stand elsewhere here.
    this.panel.querySelector('[data-sentence]').textContent = breach.sentence.replace(/:\s*$/, '.');
    this.panel.querySelector('[data-action="next-breach"]').hidden = this.found.length < 2;
    const stops = this.stops(breach.steps);
    this.panel.querySelector('[data-elsewhere]').hidden = stops.length > 0;
    this.panel.querySelector('[data-here]').hidden = stops.length === 0;
    for (const { element, numbers } of stops) this.stop(element, numbers);
    stops.slice(1).forEach(({ element }, index) => {
      for (const flow of wayBetween(stops[index].element, element)) this.mark(flow);
    });
  }

  // In this diagram: a stop inside a called process stands at its call. The path itself tells which process called which.
  stops(steps) {
    const called = [];
    const found = [];
    steps.forEach((step, index) => {
      const depth = called.indexOf(step.process);
      if (depth < 0) called.push(step.process);
      else called.length = depth + 1;
      const here = called.indexOf(this.page.process);
      if (here < 0) return;
      const element = here === called.length - 1 ? this.element(step.element) : this.call(called[here + 1]);
      if (!element) return;
      if (found.at(-1)?.element === element) found.at(-1).numbers.push(index + 1);
      else found.push({ element, numbers: [index + 1] });
    });
    return found;
  }

  element(id) {
    return this.modeler.get('elementRegistry').get(id);
  }

  call(process) {
    return this.modeler.get('elementRegistry').find(({ businessObject }) => businessObject.calledElement === process);
  }

  stop(element, numbers) {
    this.mark(element);
    const badge = document.createElement('span');
    badge.className = 'breach-stop';
    badge.textContent = numbers.length > 1 ? `${numbers[0]}–${numbers.at(-1)}` : numbers[0];
    this.modeler.get('overlays').add(element, OVERLAY, { position: { top: -13, right: 11 }, html: badge });
  }

  mark(element) {
    this.modeler.get('canvas').addMarker(element, 'is-broken');
    this.marked.push(element);
  }

  clear() {
    for (const element of this.marked ?? []) {
      if (this.element(element.id)) this.modeler.get('canvas').removeMarker(element, 'is-broken');
    }
    this.marked = [];
    this.modeler.get('overlays').remove({ type: OVERLAY });
  }
}

// The shortest way along arrows, over the borders of activities where their timers and messages stand.
function wayBetween(from, to) {
  const seen = new Set([from]);
  let ways = [{ at: from, flows: [] }];
  while (ways.length) {
    const next = [];
    for (const { at, flows } of ways) {
      const leaving = [at, ...(at.attachers ?? [])].flatMap((each) => each.outgoing ?? []);
      for (const flow of leaving) {
        if (flow.target === to) return [...flows, flow];
        if (seen.has(flow.target)) continue;
        seen.add(flow.target);
        next.push({ at: flow.target, flows: [...flows, flow] });
      }
    }
    ways = next;
  }
  return [];
}
