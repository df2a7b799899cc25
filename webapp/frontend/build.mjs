// Bundles the editors into the folder given. Run by hatch_build.py with Node from a wheel; nothing here is committed.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const out = resolve(process.argv[2] ?? '../static/build');
const forTests = resolve(process.argv[3] ?? '../../build/tests');
const require = createRequire(import.meta.url);

// CodeMirror writes a <style> element, which our style-src refuses; constructed sheets are not its concern.
const adoptedStyles = {
  name: 'adopted-styles',
  setup(bundle) {
    bundle.onLoad({ filter: /style-mod[\\/]src[\\/]style-mod\.js$/ }, async ({ path }) => {
      const before = await readFile(path, 'utf8');
      const after = before.replace('if (!root.head && root.adoptedStyleSheets', 'if (root.adoptedStyleSheets');
      if (after === before) throw new Error('style-mod has changed: look at how it mounts its sheets');
      return { contents: after, loader: 'js' };
    });
  }
};

// Browsers of today read woff2; the icon fonts name four older formats too.
const oldFonts = {
  name: 'old-fonts',
  setup(bundle) {
    bundle.onLoad({ filter: /-font[\\/]css[\\/][a-z]+\.css$/ }, async ({ path }) => {
      const before = await readFile(path, 'utf8');
      const woff2 = before.match(/url\('([^']+\.woff2[^']*)'\)/)?.[1];
      if (!woff2) throw new Error(`${path} names no woff2 font`);
      const contents = before.replace(/@font-face\s*{[^}]*}/, (face) =>
        face.replace(/\s*src:[^;]*;/g, '').replace('{', `{ src: url('${woff2}') format('woff2');`));
      return { contents, loader: 'css', resolveDir: dirname(path) };
    });
  }
};

const shared = {
  bundle: true, minify: true, legalComments: 'none', metafile: true, charset: 'utf8', logLevel: 'warning',
  target: ['chrome110', 'firefox115', 'safari16.4'],
  loader: { '.woff2': 'file', '.svg': 'dataurl', '.png': 'dataurl' },
  assetNames: 'assets/[name]-[hash]', plugins: [adoptedStyles, oldFonts], define: { 'process.env.NODE_ENV': '"production"' }
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const pages = await build({
  ...shared, format: 'esm', splitting: true, outdir: out, chunkNames: 'parts/[name]-[hash]',
  entryPoints: ['src/modeler.js', 'src/viewer.js', 'src/tables.js', 'src/forms.js']
});

// The reference that the tests ask what an expression is worth. It runs outside a browser, so it is one plain script.
const feel = await build({
  ...shared, format: 'iife', globalName: 'feelin', outfile: join(forTests, 'feelin.js'),
  stdin: { contents: "export * from '@bpmn-io/feelin'", resolveDir: process.cwd() }
});
await copyFile(require.resolve('axe-core/axe.min.js'), join(forTests, 'axe.js'));
await copyFile(require.resolve('accessibility-checker-engine/ace.js'), join(forTests, 'equal_access.js'));

await writeFile(join(out, 'THIRD_PARTY.txt'), await notices([pages.metafile, feel.metafile]));

async function notices(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles)
    for (const input of Object.keys(inputs)) {
      const found = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
      if (found) folders.add(found[1]);
    }
  const parts = await Promise.all([...folders].sort().map(notice));
  return `What the editors of Vireille are made of, and under which terms.\n\n${parts.join('\n')}`;
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'LICENSE-MIT'])
    try {
      return `${'='.repeat(72)}\n${name} ${version}\n\n${await readFile(join(folder, file), 'utf8')}`;
    } catch (missing) {
      if (missing.code !== 'ENOENT') throw missing;
    }
  return `${'='.repeat(72)}\n${name} ${version}\n\n${license}\n`;
}
