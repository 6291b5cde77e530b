import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { largeWorkflow, readGraphs } from '../test/vscode/read-graph';

/**
 * What the editor costs: the packed extension (bytes, files), its own time from the first line of its bundle to the end of
 * `activate` (a stand-in for VS Code answers everything at once, so that only our own code counts), and how long the layout
 * of large graphs takes, closed as they are shown first and with all groups open.
 */
const ROUNDS = 9;
const dist = __dirname;
const root = path.dirname(dist);

async function main(): Promise<void> {
  const activations = Array.from({ length: ROUNDS }, () => activation());
  const graphs = [];
  for (const count of [50, 200, 1_000]) graphs.push(await layouts(count));
  console.log(
    JSON.stringify(
      {
        package: packed(),
        activation: { unit: 'ms', budget: 100, rounds: ROUNDS, ...spread(activations) },
        layout: { unit: 'ms', graphs },
      },
      null,
      2,
    ),
  );
}

function packed(): { bytes: number; budget: number; files: number } {
  execFileSync('node', ['scripts/package.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
  const file = path.join(dist, 'scanflow.vsix');
  const list = execFileSync('node', ['-e', LIST, file], { cwd: root, encoding: 'utf8' });
  return { bytes: statSync(file).size, budget: 6 * 1024 * 1024, files: Number(list) };
}

/** The entries of a zip file, by its end record. */
const LIST = `const b = require('fs').readFileSync(process.argv[1]); console.log(b.readUInt16LE(b.lastIndexOf('PK\\u0005\\u0006') + 10));`;

/** Loads and activates the extension in a process of its own. */
function activation(): number {
  return Number(execFileSync('node', ['-e', ACTIVATE, path.join(dist, 'extension.js')], { encoding: 'utf8' }));
}

const ACTIVATE = `
const Module = require('module');
const standIn = () => new Proxy(function () {}, {
  get: (target, key) => key === 'prototype' ? target.prototype : key === Symbol.toPrimitive ? () => '' : key === Symbol.iterator ? [][Symbol.iterator].bind([]) : key === 'then' ? undefined : key in target ? target[key] : (target[key] = standIn()),
  set: (target, key, value) => Reflect.defineProperty(target, key, { value, writable: true, configurable: true }),
  apply: () => standIn(),
  construct: () => standIn(),
});
const text = require('fs').readFileSync(process.argv[1], 'utf8');
const names = new Set([...text.matchAll(/\\b(?:vscode|code)\\w*\\.([A-Za-z]\\w*)/g)].map(([, name]) => name));
const vscode = Object.fromEntries([...names].map((name) => [name, standIn()]));
Object.assign(vscode.workspace, { workspaceFolders: undefined, textDocuments: [], isTrusted: true });
Object.assign(vscode.window, { activeTextEditor: undefined, visibleTextEditors: [] });
const load = Module._load;
Module._load = function (name, ...rest) { return name === 'vscode' ? vscode : load.call(this, name, ...rest); };
const began = performance.now();
const { activate } = require(process.argv[1]);
activate({ extensionPath: '/', extensionUri: standIn(), subscriptions: [], workspaceState: standIn(), secrets: standIn(), extension: standIn() });
process.stdout.write(String(performance.now() - began));
process.exit(0);
`;

async function layouts(count: number) {
  const text = largeWorkflow(count);
  const times = { closed: [] as number[], open: [] as number[] };
  let shown = { closed: 0, open: 0 };
  for (let round = 0; round < 3; round++) {
    for (const [name, collapsed] of [
      ['closed', null],
      ['open', []],
    ] as const) {
      // The first text starts the thread; the second is another shape, so that nothing is kept.
      const began: number[] = [];
      const [, reading] = await readGraphs(dist, [largeWorkflow(3), text], collapsed && [...collapsed], () =>
        began.push(performance.now()),
      );
      times[name].push(began[2]! - began[1]!);
      shown = { ...shown, [name]: reading!.scene!.boxes.length + reading!.scene!.groups.length };
    }
  }
  const edges = text.match(/->/g)!.length;
  return {
    nodes: count,
    edges,
    closed: { shown: shown.closed, ...spread(times.closed) },
    open: { shown: shown.open, ...spread(times.open) },
  };
}

function spread(values: number[]): { min: number; median: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b).map((value) => Math.round(10 * value) / 10);
  return { min: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]!, max: sorted.at(-1)! };
}

void main();
