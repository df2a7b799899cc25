// Keeps the draft on the server: saves when the hands have rested, and says so.
const REST = 2500;

export class Draft {
  constructor(page, read) {
    this.page = page;
    this.version = page.version;
    this.read = read;
    this.state = document.getElementById('saved');
    this.isDirty = false;
    window.addEventListener('beforeunload', (event) => this.isDirty && event.preventDefault());
  }

  changed() {
    this.isDirty = true;
    this.show('unsaved');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), REST);
  }

  // True when what is on the screen is on the server.
  async save() {
    clearTimeout(this.timer);
    if (!this.isDirty) return true;
    if (this.saving) await this.saving;
    this.saving = this.send();
    const saved = await this.saving;
    this.saving = undefined;
    return saved;
  }

  async send() {
    this.isDirty = false;
    this.show('saving');
    try {
      const answer = await fetch(this.page.urls.draft, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', 'X-Form-Token': this.page.token, Accept: 'application/json' },
        body: JSON.stringify({ version: this.version, content: await this.read() })
      });
      const said = await answer.json();
      if (answer.ok) {
        this.version = said.version;
        this.show('saved', said.saved_at);
        return true;
      }
      this.show(answer.status === 409 ? 'outdated' : 'refused', said.message);
    } catch (failure) {
      if (!(failure instanceof TypeError) && !(failure instanceof SyntaxError)) throw failure;
      this.show('offline');
    }
    this.isDirty = true;
    return false;
  }

  // The words stand in the page, in its language: one element a state, and one of them is shown.
  show(state, detail = '') {
    for (const part of this.state.children) part.hidden = part.dataset.state !== state;
    const shown = [...this.state.children].find((part) => !part.hidden);
    const slot = shown?.querySelector('[data-detail]');
    if (slot) slot.textContent = detail;
  }
}
