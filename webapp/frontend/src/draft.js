// Keeps the draft on the server: saves when the hands have rested, and says so.
const REST = 2500;

export class Draft {
  // read: what is on the screen, as text; saved: called each time it is on the server.
  constructor(page, read, saved = () => {}) {
    this.page = page;
    this.seen = page.seen;
    this.read = read;
    this.saved = saved;
    this.isDirty = false;
    window.addEventListener('beforeunload', (event) => this.isUnsaved && event.preventDefault());
    document.addEventListener('click', (event) => this.leave(event));
    document.addEventListener('submit', (event) => this.leave(event));
  }

  get isUnsaved() {
    return this.isDirty || Boolean(this.saving);
  }

  // On the way to another page: saved first. What can't be saved keeps the reader here, where it says why.
  async leave(event) {
    const way = event.target.closest(event.type === 'submit' ? 'form' : 'a[href]');
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || way?.target || way?.pathname === window.location.pathname;
    if (!way || isElsewhere || event.defaultPrevented || !this.isUnsaved) return;
    event.preventDefault();
    if (!(await this.save())) return;
    if (event.type === 'submit') way.submit();
    else window.location.assign(way.href);
  }

  changed() {
    this.isDirty = true;
    this.show('unsaved');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), REST);
  }

  // True when what is on the screen is on the server.
  async save(force = false) {
    clearTimeout(this.timer);
    // Two may have waited for the same save: the second waits for what the first sends now.
    while (this.saving) await this.saving;
    if (!this.isDirty) return true;
    this.saving = this.send(force);
    const saved = await this.saving;
    this.saving = undefined;
    if (saved) this.saved();
    return saved;
  }

  async send(force) {
    this.isDirty = false;
    this.show('saving');
    try {
      if (this.isSignedOut) await this.renew();
      const answer = await fetch(this.page.urls.draft, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', 'X-Form-Token': this.page.token, Accept: 'application/json' },
        body: JSON.stringify({ seen: this.seen, content: await this.read(), force })
      });
      this.isSignedOut = !answer.headers.get('Content-Type')?.includes('json') && answer.status < 500;
      if (this.isSignedOut) {
        this.show('signed-out');
      } else {
        const reply = await answer.json();
        if (answer.ok) {
          this.seen = reply.seen;
          this.show('saved', reply.saved_at);
          return true;
        }
        this.show(reply.outdated ? 'outdated' : 'refused', reply.message);
      }
    } catch (failure) {
      if (!(failure instanceof TypeError) && !(failure instanceof SyntaxError)) throw failure;
      this.show('offline');
    }
    this.isDirty = true;
    return false;
  }

  // Who has signed in again in another window has another token; the editor's page gives it.
  async renew() {
    const answer = await fetch(window.location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('canvas');
    if (page) this.page.token = JSON.parse(page.dataset.given).token;
  }

  // Into the reader's own files, whatever the server says.
  async keep() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([await this.read()], { type: 'application/octet-stream' }));
    link.download = this.page.path.replace('/process.bpmn', '.bpmn').split('/').pop();
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // Another's version in place of what is on the screen.
  reload() {
    this.isDirty = false;
    window.location.reload();
  }

  // The words stand in the page, in its language: one element a state, and one of them is shown.
  show(state, detail = '') {
    for (const part of document.querySelectorAll('[data-state]')) part.hidden = part.dataset.state !== state;
    const slot = document.querySelector(`[data-state="${state}"] [data-detail]`);
    if (slot) slot.textContent = detail;
  }
}
