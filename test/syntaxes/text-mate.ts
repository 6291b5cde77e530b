import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';

/** Stand-ins for the grammars of other languages: one scope for a word tells where they begin and end. */
const STAND_INS: Record<string, string> = {
  'source.python': '{"scopeName":"source.python","patterns":[{"match":"\\\\w+","name":"word.python"}]}',
  'source.shell': '{"scopeName":"source.shell","patterns":[{"match":"\\\\w+","name":"word.shell"}]}',
};

/** The grammar in the engine that VS Code colours with. */
export async function loadGrammar(): Promise<IGrammar> {
  const wasm = createRequire(__filename).resolve('vscode-oniguruma/release/onig.wasm');
  await loadWASM({ data: readFileSync(wasm) });
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) => {
      if (scope !== 'source.scanflow') return parseRawGrammar(STAND_INS[scope]!, `${scope}.json`);
      const file = path.resolve('syntaxes/scanflow.tmLanguage.json');
      return parseRawGrammar(readFileSync(file, 'utf8'), file);
    },
  });
  return (await registry.loadGrammar('source.scanflow'))!;
}

/** Each piece of a text with what the grammar calls it; pieces that have no name are left out. */
export function colours(grammar: IGrammar, text: string): string[] {
  const found: string[] = [];
  let state = INITIAL;
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const piece = line.slice(startIndex, endIndex).trim();
      const name = scopes.at(-1)!;
      if (piece !== '' && name !== 'source.scanflow') found.push(`${piece} ${short(name)}`);
    }
  }
  return found;
}

/** Without the language that ends the name of every scope. */
const short = (scope: string): string => scope.replace(/\.(scanflow|yaml)$/, '');
