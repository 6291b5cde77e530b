import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
/** Attributes and properties that are read out or shown. */
const SPOKEN =
  /^(title|label|placeholder|placeHolder|prompt|alt|detail|description|tooltip|aria-(label|valuetext|roledescription))$/;
/** Words with a space between them, or one that begins as a sentence does. */
const PROSE = /\p{L} \p{L}|\p{L}…|^ ?\p{Lu}\p{Ll}|\p{Ll}, \p{Ll}/u;
/** Names of keys, and what is no text: selectors and classes. */
const NAMES =
  /^(Arrow\w+|Enter|Escape|Esc|Home|End|(U, )?Ctrl\+.*|⇧ S|[a-z-]+( [a-z]+)* (mark|program|improves|loading)|(g|button)[.,].*)$/;

/** An icon's name, as VS Code writes it into a label. */
const ICON = /\$\([\w-]+\)/g;

/** What a person would read in one language only, with its place. */
function unlocalised(name: string, text: string, webview: boolean): string[] {
  const kind = name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, kind);
  const found: string[] = [];
  const say = (node: ts.Node, said: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${name}:${line + 1} ${said.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    // The names of an object are for programs.
    if (ts.isPropertyAssignment(node)) {
      visit(node.initializer);
      return;
    }
    if (ts.isCallExpression(node) && /(^|l10n\.)t$/.test(node.expression.getText())) {
      for (const rest of node.arguments.slice(1)) visit(rest);
      return;
    }
    if (ts.isJsxText(node)) {
      if (/\p{L}{2,}/u.test(node.text)) say(node, node.text);
    } else if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const said = wordsOf(node).replaceAll(ICON, '');
      const spoken = SPOKEN.test(nameOf(node) ?? '');
      if (spoken ? /\p{L}{2,}/u.test(said) : webview && PROSE.test(said) && !NAMES.test(said) && !isStyle(node)) {
        say(node, said);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A template's own words, without what it is filled with. */
function wordsOf(node: ts.StringLiteralLike | ts.TemplateExpression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `#${literal.text}`).join('');
}

/** Of the attribute, property or DOM attribute that a text becomes. */
function nameOf(node: ts.Node): string | null {
  const { parent } = node;
  if (ts.isJsxAttribute(parent)) return parent.name.getText();
  if (ts.isJsxExpression(parent)) return nameOf(parent);
  if (ts.isPropertyAssignment(parent) && parent.initializer === node) return parent.name.getText();
  const assigned = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (assigned && ts.isPropertyAccessExpression(parent.left) && parent.right === node) {
    return parent.left.name.text;
  }
  if (ts.isCallExpression(parent) && parent.arguments[1] === node) {
    const [first] = parent.arguments;
    if (first && ts.isStringLiteralLike(first)) return first.text;
  }
  return null;
}

const isStyle = (node: ts.Node): boolean => /^(class|className|d|viewBox|transform|points)$/.test(nameOf(node) ?? '');

function textsOf(room: string): [string, string][] {
  return (
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      // What messages hold is said of their fields there, and by whoever sends them.
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|^messages\//.test(name))
      .map((name) => [`${room}/${name}`, readFileSync(path.join(root, room, name), 'utf8')])
  );
}

describe('what people read can be translated', () => {
  test.each(['webviews', 'extension'])('in %s', (room) => {
    expect(textsOf(room).flatMap(([name, text]) => unlocalised(name, text, room === 'webviews'))).toEqual([]);
  });

  test.each([
    ['text between tags', '<p>Done</p>'],
    ['an attribute', '<p title="more" />'],
    ['an attribute made of parts', `<p aria-label={\`more of $\{x}\`} />`],
    ['a sentence', "const x = 'Nothing waits.';"],
    ['a property of the document', "x.title = 'more';"],
  ])('%s is found', (_, text) => {
    expect(unlocalised('x.tsx', text, true)).toHaveLength(1);
    expect(unlocalised('x.tsx', "const x = t('Nothing waits for {0}.', who);", true)).toEqual([]);
  });
});
