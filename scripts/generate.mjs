/** Writes the files that are made of the code: graph/scanflow.schema.json. `node scripts/generate.mjs [--check]`. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

const bundled = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['graph/definition/json-schema.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const { jsonSchema } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
);

/** Path -> what it should be. */
const files = { 'graph/scanflow.schema.json': formatted('graph/scanflow.schema.json', JSON.stringify(jsonSchema())) };

const stale = Object.entries(files).filter(([name, text]) => {
  const file = path.join(root, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`${name} is not what the code makes: run \`node scripts/generate.mjs\`.`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const [name, text] of stale) writeFileSync(path.join(root, name), text);

/** As the formatter of the repository would have it: a generated file is checked like any other. */
function formatted(name, text) {
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${name}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The formatter failed on ${name}: ${stderr}`);
  return stdout;
}
