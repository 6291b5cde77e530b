import * as vscode from 'vscode';
import { fault, nodeParameters, type StepParameters } from '../../engine/protocol';
import type { Links } from '../engine/links';

const SCHEME = 'scanflow-run';

/** What is told of a run, or of one of its nodes (`model`, of a version `model[lr=0.1]`). */
export interface RunPlace {
  /** Of the folder (`Mirror.key`). */
  key: string;
  run: string;
  node?: string;
}

/** Runs and their nodes as documents that nobody has to save: VS Code's own diff editor compares them. */
export class RunTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly links: Links) {}

  /** Two of them side by side. */
  async diff(left: RunPlace, right: RunPlace): Promise<void> {
    const of = left.node === undefined ? '' : `${left.node}: `;
    await vscode.commands.executeCommand('vscode.diff', uriOf(left), uriOf(right), `${of}${left.run} ↔ ${right.run}`);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { key, run, node } = placeOf(uri);
    const mirror = this.links.byKey(key);
    if (!mirror) throw fault('SF4902', 'request', 'The folder of these runs is not open here.', 'Open it.');
    const steps = await mirror.link.ask('parameters', { run });
    if (node !== undefined) return textOf(steps.find((step) => nameOf(step) === node) ?? null);
    const { parameters, metrics, nodes } = await mirror.summary(run);
    const states = Object.fromEntries(nodes.map(({ name, state }) => [name, state]));
    return jsonOf({
      parameters: { ...parameters, ...Object.fromEntries(nodeParameters(steps)) },
      metrics,
      nodes: states,
    });
  }

  dispose(): void {
    this.provider.dispose();
  }
}

/** A node has the same parameters in each phase. */
const nameOf = ({ step }: StepParameters): string => step.slice(0, step.lastIndexOf('@'));

/** Of a run that had no such node there is nothing to say. */
function textOf(step: StepParameters | null): string {
  if (step === null) return '';
  const { program, parameters, command, env } = step;
  return jsonOf({ program, parameters, ...(command.length > 0 && { command, env }) });
}

const jsonOf = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** Anyone can write an address. @throws SF4902 for one that is none of `uriOf`. */
function placeOf(uri: vscode.Uri): RunPlace {
  let place: Partial<Record<keyof RunPlace, unknown>> = {};
  try {
    place = Object(JSON.parse(uri.query));
  } catch {
    // Said below.
  }
  const { key, run, node } = place;
  if (typeof key === 'string' && typeof run === 'string' && (node === undefined || typeof node === 'string')) {
    return { key, run, node };
  }
  throw fault('SF4902', 'request', 'This address names no run.', 'Compare the runs again.');
}

function uriOf({ key, run, node }: RunPlace): vscode.Uri {
  const name = node === undefined ? run : `${run} ${node.replaceAll('/', ' ')}`;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}.json`, query: JSON.stringify({ key, run, node }) });
}
