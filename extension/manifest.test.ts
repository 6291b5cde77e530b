import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

interface Manifest {
  activationEvents: string[];
  extensionKind: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; icon?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    keybindings: { command: string; key: string; when: string; args?: unknown }[];
    views: Record<string, { id: string }[]>;
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

const text = readFileSync('package.json', 'utf8');
const { contributes, ...manifest } = JSON.parse(text) as Manifest;
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const declared = new Set(contributes.commands.map(({ command }) => command));

test('what people read is in package.nls.json, all of it and nothing more', () => {
  const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!));
  expect([...used].filter((key) => !(key in strings))).toEqual([]);
  expect(Object.keys(strings).filter((key) => !used.has(key))).toEqual([]);
});

test('menus and keys name commands that are there', () => {
  const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
  expect(named.filter((command) => !declared.has(command))).toEqual([]);
});

test('no two commands have one key in one place, nor where the place of one lies within that of the other', () => {
  const conditions = (when: string) => when.split('&&').map((one) => one.trim());
  const within = (one: string[], other: string[]) => one.every((condition) => other.includes(condition));
  const keys = contributes.keybindings.map(({ key, when, ...rest }) => ({ key, when: conditions(when), ...rest }));
  const clashes = keys.flatMap((one, at) =>
    keys
      .slice(at + 1)
      .filter(({ key, when }) => key === one.key && (within(when, one.when) || within(one.when, when)))
      .map((other) => `${one.key}: ${one.command}, ${other.command}`),
  );
  expect(clashes).toEqual([]);
});

test('the palette hides what cannot be done: only what always can stands there without a condition', () => {
  const conditions = new Map(contributes.menus.commandPalette!.map(({ command, when }) => [command, when]));
  const always = [...declared]
    .filter((command) => !conditions.has(command))
    .map((command) => command.split('.').at(-1));
  expect(always.sort()).toEqual(
    ['doctor', 'newWorkflow', 'openWalkthrough', 'reconnect', 'refresh', 'showEngineLog', 'showKeys'].sort(),
  );
});

test('conditions are such as VS Code reads: a term that it cannot read makes the whole count for nothing', () => {
  const all = [
    ...Object.entries(contributes.menus).flatMap(([, items]) => items.map(({ when }) => when)),
    ...contributes.keybindings.map(({ when }) => when),
  ].filter((when) => when !== undefined);
  const terms = all.flatMap((when) => when.split(/&&|\|\|/).map((term) => term.trim().replaceAll(/^\(+|\)+$/g, '')));
  const term = /^(?:!?[\w.:]+|[\w.:]+ (?:==|!=) '?[\w.:/-]+'?|[\w.:]+ =~ \/.+\/\w*|[\w.:]+ (?:not )?in [\w.:]+)$/;
  expect(terms.filter((one) => !term.test(one))).toEqual([]);
});

test('plain keys are bound only where our own view has the focus and no text is written', () => {
  const plain = contributes.keybindings.filter(({ key }) => !/ctrl|cmd|alt/.test(key));
  for (const { key, when } of plain) {
    expect(when, key).toMatch(/scanflow\.\w+Focus/);
    expect(when, key).toContain('!scanflow.inputFocus');
    // A webview that loses the focus says so a moment later: the first letter typed elsewhere is none of ours.
    expect(when, key).toMatch(/!inputFocus/);
  }
});

test('icons are those of VS Code', () => {
  const mapping = createRequire(import.meta.url).resolve('@vscode/codicons/src/template/mapping.json');
  const names = new Set(Object.values(JSON.parse(readFileSync(mapping, 'utf8')) as Record<string, string[]>).flat());
  const icons = contributes.commands.flatMap(({ icon }) => /^\$\((.*)\)$/.exec(icon ?? '')?.[1] ?? []);
  expect(icons.filter((icon) => !names.has(icon))).toEqual([]);
});

test('it wakes for workflows, their graphs and their tasks only, beside the files, and runs nothing untrusted', () => {
  expect(
    manifest.activationEvents.filter((event) => !/^on(WebviewPanel:scanflow\.|TaskType:scanflow$|Uri$)/.test(event)),
  ).toEqual([]);
  expect(manifest.extensionKind).toEqual(['workspace']);
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(supported).toBe('limited');
  const runs = Object.keys(contributes.configuration.properties).filter((name) => name.startsWith('scanflow.run.'));
  expect(restrictedConfigurations).toEqual(runs);
});

test('no more views than a container should have', () => {
  for (const views of Object.values(contributes.views)) expect(views.length).toBeLessThanOrEqual(5);
});
