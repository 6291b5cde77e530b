/**
 * Writes docs/nodes/: a page a built-in node, from the catalogue, and the list of all. What stands below the line that says
 * so is written by hand and kept. `node scripts/generate-node-docs.mjs [--check]`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { root } from './bundle.mjs';

const LINE = '<!-- Above: made of graph/catalogue by scripts/generate-node-docs.mjs. Below: written by hand. -->';

const folder = path.join(root, 'docs/nodes');
const catalogue = await readCatalogue();
const files = new Map([['README.md', listOf(catalogue)]]);
for (const signature of catalogue.values()) {
  const name = `${signature.name}.md`;
  files.set(name, `${pageOf(signature)}\n${LINE}\n${byHand(name)}`);
}

const known = existsSync(folder) ? readdirSync(folder) : [];
const wrong = [
  ...[...files].filter(([name, text]) => read(name) !== text).map(([name]) => `${name} is not what the catalogue says`),
  ...known.filter((name) => !files.has(name)).map((name) => `${name} is about no built-in node`),
  ...[...files.keys()]
    .filter((name) => name !== 'README.md' && byHand(name).trim() === '')
    .map((name) => `${name} has no part by hand`),
];

if (process.argv.includes('--check')) {
  for (const each of wrong) console.error(`docs/nodes/${each}: run \`node scripts/generate-node-docs.mjs\`.`);
  process.exit(wrong.length > 0 ? 1 : 0);
}
mkdirSync(folder, { recursive: true });
for (const [name, text] of files) writeFileSync(path.join(folder, name), text);

async function readCatalogue() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['graph/catalogue/index.ts'],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${source}`)).catalogue;
}

function read(name) {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function byHand(name) {
  const [, below = ''] = read(name).split(`${LINE}\n`);
  return below;
}

function listOf(signatures) {
  const rows = [...signatures.values()].map(({ name, kind, nature, description, paper }) => {
    return [`[\`scanflow/${name}\`](${name}.md)`, kind, nature, firstSentence(description), paper ?? ''];
  });
  return `# Built-in nodes

What \`uses:\` may name. Each is an ordinary executor: it meets the engine through the node contract only
(docs/node-contract.md), and can be replaced by one of your own.

${table(['node', 'kind', 'nature', 'what it does', 'in the paper'], rows)}
Datasets are \`.npz\` (arrays \`x\`, \`y\`, \`id\`, \`weight\`), \`.npy\`, idx (also gzipped), CSV with a header, Parquet,
a folder of such files or of images; the content decides, never the name. What a node writes has the format that it read. Samples without an \`id\` are
known by a hash of their content. Labels are compared as text.
`;
}

function pageOf({ name, kind, nature, description, paper, inputs, outputs, parameters }) {
  const facts = [`A ${kind}, ${nature}.`, ...(paper ? [`In the paper: ${paper}.`] : [])].join(' ');
  const port = (each) => `\`${each.name}\`${each.optional ? ' (optional)' : ''}${each.many ? ' (many)' : ''}`;
  const sections = [
    ['Inputs', ['port', 'type', ''], inputs.map((each) => [port(each), each.type, each.description])],
    ['Outputs', ['port', 'type', ''], outputs.map((each) => [port(each), each.type, each.description])],
    [
      'Parameters',
      ['name', 'type', 'default', ''],
      parameters.map((each) => [`\`${each.name}\``, typeOf(each), defaultOf(each), each.description]),
    ],
  ];
  const tables = sections
    .filter(([, , rows]) => rows.length > 0)
    .map(([title, head, rows]) => `## ${title}\n\n${table(head, rows)}`);
  return [`# \`scanflow/${name}\``, description, facts, ...tables].join('\n\n');
}

function typeOf({ type, enum: values, minimum, maximum }) {
  if (values) return values.map((value) => (value === '' ? '(empty)' : `\`${value}\``)).join(', ');
  if (minimum === undefined) return type;
  return maximum === undefined ? `${type}, from ${minimum}` : `${type}, ${minimum} to ${maximum}`;
}

function defaultOf({ default: value }) {
  if (value === undefined) return 'must be given';
  return value === '' ? '(empty)' : `\`${JSON.stringify(value)}\``;
}

function firstSentence(text) {
  return text.split('\n')[0];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}
