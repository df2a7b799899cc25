// The server's verdict as a list, drawn by the server; each line leads to its place.
export class Findings {
  // shown: called with the list each time it is new.
  constructor(page, shown = () => {}) {
    this.page = page;
    this.shown = shown;
    this.place = document.getElementById('findings');
    this.running = document.getElementById('scenarios-run');
  }

  // After every save, without the scenarios, which take seconds: nothing moves but the list.
  async refresh() {
    await this.ask(`${this.page.urls.check}?quick`);
  }

  // On request: first the findings that are quick to find, then all; the focus moves to the list.
  async check() {
    if (!(await this.ask(`${this.page.urls.check}?quick`))) return;
    this.place.querySelector('h2')?.focus();
    this.running.hidden = false;
    await this.ask(this.page.urls.check);
    this.running.hidden = true;
  }

  async ask(address) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.place.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(address, { headers: { Accept: 'text/html' }, signal: asking.signal });
      const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = parsed.getElementById('findings');
      if (!found) return false;
      // The same list stays as it is: nothing moves under a finger, and the focus is not taken from its lines.
      if (found.innerHTML !== this.drawn) {
        this.drawn = found.innerHTML;
        this.place.replaceChildren(...found.childNodes);
      }
      this.shown(this.place);
      return true;
    } catch (failure) {
      // A newer question, or no way to the server: the list stays as it is.
      if (failure.name !== 'AbortError' && !(failure instanceof TypeError)) throw failure;
      return false;
    } finally {
      if (asking === this.asking) this.place.removeAttribute('aria-busy');
    }
  }
}
