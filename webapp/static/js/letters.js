// Presses the letter's own button when the hands have rested: the same request, the same page, of which the parts that
// tell something are put in place. What is being typed is never touched.
const REST = 900;
const form = document.getElementById('letter');
const states = document.getElementById('letter-state');
let timer, running, isDirty = false, isWaiting = false;

function show(state) {
  for (const part of states.children) part.hidden = part.dataset.state !== state;
}

function replace(id, page) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (old && fresh) old.replaceChildren(...fresh.childNodes);
}

async function press() {
  if (running) { isWaiting = true; return; }
  running = true;
  isDirty = false;
  show('saving');
  const sent = new FormData(form);
  sent.set('do', 'live');
  sent.delete('overwrite');
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(sent), headers: { Accept: 'text/html' } });
    if (!(answer.headers.get('content-type') ?? '').startsWith('text/html')) throw new TypeError('no page');
    take(answer.status, new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
    isDirty = true;
    show('offline');
  } finally {
    running = false;
  }
  if (isWaiting) { isWaiting = false; press(); }
}

function take(status, page) {
  const isConflict = status === 409 && page.getElementById('letter');
  if (status === 401 || status === 403) document.dispatchEvent(new Event('session-lost'));
  if (status !== 200 && !isConflict) { isDirty = true; show('offline'); return; }
  const isFaulty = Boolean(page.querySelector('#letter-problems .error-summary'));
  for (const slot of document.querySelectorAll('.problem-slot')) replace(slot.id, page);
  for (const field of form.elements)
    if (field.id) field.toggleAttribute('aria-invalid', page.getElementById(field.id)?.hasAttribute('aria-invalid') ?? false);
  if (isConflict) replace('letter-problems', page);
  else if (!isFaulty) document.getElementById('letter-problems').replaceChildren();
  replace('preview', page);
  if (isFaulty || isConflict) isDirty = true;
  else document.getElementById('seen').value = page.getElementById('seen').value;
  show(isConflict ? 'conflict' : isFaulty ? 'faulty' : 'saved');
}

form.addEventListener('input', (event) => {
  if (event.target.name === 'overwrite') return;
  isDirty = true;
  clearTimeout(timer);
  timer = setTimeout(press, REST);
});
form.addEventListener('submit', (event) => {
  clearTimeout(timer);
  if (event.submitter?.value !== 'pdf') isDirty = false;
});
// After signing in in another tab one comes back to this one.
window.addEventListener('focus', () => isDirty && press());
window.addEventListener('beforeunload', (event) => isDirty && event.preventDefault());
