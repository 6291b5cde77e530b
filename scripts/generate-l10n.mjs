/**
 * Writes l10n/bundle.l10n.json: all that the extension and its webviews say to people, to be translated as
 * `l10n/bundle.l10n.LANGUAGE.json`. `node scripts/generate-l10n.mjs [--check]`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const bundle = path.join(root, 'l10n/bundle.l10n.json');
const faults = [];
const texts = new Set();

for (const room of ['extension', 'webviews']) {
  const names = readdirSync(path.join(root, room), { recursive: true }).sort();
  for (const name of names.filter((one) => /\.tsx?$/.test(one) && !/\.test\.ts$/.test(one)))
    collect(path.join(room, name));
}

/** The first argument of each `t(...)` and `l10n.t(...)`: written out, or one of two that are. */
function collect(name) {
  const kind = name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(
    name,
    readFileSync(path.join(root, name), 'utf8'),
    ts.ScriptTarget.Latest,
    false,
    kind,
  );
  const text = (node) => {
    if (ts.isStringLiteralLike(node)) texts.add(node.text);
    else if (ts.isParenthesizedExpression(node)) text(node.expression);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(text);
    else faults.push(`${name}:${source.getLineAndCharacterOfPosition(node.pos).line + 1}`);
  };
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.arguments.length > 0 && isT(node.expression)) text(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function isT(called) {
  if (ts.isIdentifier(called)) return called.text === 't';
  if (!ts.isPropertyAccessExpression(called) || called.name.text !== 't') return false;
  const { expression } = called;
  return (ts.isPropertyAccessExpression(expression) ? expression.name : expression).text === 'l10n';
}

for (const fault of faults)
  console.error(`${fault}: a text that is looked up is written out there, with {0} for what changes.`);
if (faults.length > 0) process.exit(1);

const wanted = `${JSON.stringify(Object.fromEntries([...texts].sort().map((text) => [text, text])), null, 2)}\n`;
const stale = !existsSync(bundle) || readFileSync(bundle, 'utf8') !== wanted;
if (process.argv.includes('--check')) {
  if (stale) console.error('l10n/bundle.l10n.json is not what the code says: run `node scripts/generate-l10n.mjs`.');
  process.exit(stale ? 1 : 0);
}
if (stale) {
  mkdirSync(path.dirname(bundle), { recursive: true });
  writeFileSync(bundle, wanted);
}
