// Opens the file of the page. Names what can't be opened, with a way out, so that nothing is lost unseen.
export async function opened(read) {
  const unread = document.getElementById('unread');
  try {
    const { warnings = [] } = (await read()) ?? {};
    unread.querySelector('ul').replaceChildren(...warnings.map(({ message }) => {
      const line = document.createElement('li');
      line.textContent = message;
      return line;
    }));
    unread.hidden = !warnings.length;
    return true;
  } catch (failure) {
    console.warn(failure);
    document.getElementById('unopened').hidden = false;
    return false;
  }
}
