// Makes a drawn diagram movable: without this script the server's SVG stays as it is.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import moddle from './properties/moddle.json';
import { translation } from './translate/index.js';
import './styles/viewer.css';

const { module: translateModule } = translation(document.documentElement.lang);

for (const place of document.querySelectorAll('[data-diagram]')) {
  const viewer = new NavigatedViewer({
    container: place, additionalModules: [translateModule], moddleExtensions: { spiffworkflow: moddle }
  });
  const answer = await fetch(place.dataset.diagram);
  if (!answer.ok) continue;
  await viewer.importXML(await answer.text());
  viewer.get('canvas').zoom('fit-viewport', 'auto');
  for (const id of (place.dataset.current ?? '').split(' ').filter(Boolean)) viewer.get('canvas').addMarker(id, 'is-current');
  place.dataset.ready = 'true';
}
