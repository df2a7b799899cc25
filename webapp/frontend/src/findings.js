// The server's verdict as a list, drawn by the server; each line leads to its element.
export async function showFindings(page) {
  const place = document.getElementById('findings');
  place.setAttribute('aria-busy', 'true');
  const answer = await fetch(page.urls.check, { headers: { Accept: 'text/html' } });
  const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const found = parsed.getElementById('findings');
  if (found) place.replaceChildren(...found.childNodes);
  place.removeAttribute('aria-busy');
  place.querySelector('h2')?.focus();
}
