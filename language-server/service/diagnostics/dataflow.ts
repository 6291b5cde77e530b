import { isSeq } from 'yaml';
import {
  type InputPort,
  type OutputPort,
  type Problem,
  portsOf,
  type Range,
  referencesIn,
  type Severity,
  signatureOf,
  type Workflow,
} from '../../../graph';
import { textOf, type YamlNode } from '../../../graph/text/nodes';
import { type Cancellation, throwIfCancelled } from '../cancellation';
import { nodeAt } from '../editing/find';
import type { Snapshot } from '../snapshot';
import { contentOf } from '../symbols/collect';
import { type HintCode, hintCodes } from './codes';

/** Adds what is noticed. */
export type Notice = (code: HintCode, range: Range, message: string, remedy: string) => void;

export function notices(): { problems: Problem[]; notice: Notice } {
  const problems: Problem[] = [];
  const notice: Notice = (code, range, message, remedy) => {
    const severity: Severity = hintCodes[code].severity;
    problems.push({ code, severity, message, remedy, range });
  };
  return { problems, notice };
}

/**
 * What the graph lets through, but is probably not meant. Nothing is said of a text with errors: what is missing there may
 * be what the error took away.
 */
export function noticeDataflow(snapshot: Snapshot, token: Cancellation): Problem[] {
  if (snapshot.problems.some(({ severity }) => severity === 'error')) return [];
  const { problems, notice } = notices();
  const { workflow } = snapshot;
  noticePorts(workflow, token, notice);
  noticeNodes(workflow, token, notice);
  noticeUnjudged(workflow, notice);
  noticeUnused(snapshot, notice);
  return problems;
}

/** Outputs that nothing takes and optional inputs that nothing gives, of executors: built-in nodes have more than most need. */
function noticePorts(workflow: Workflow, token: Cancellation, notice: Notice): void {
  /** Ports that edges reach: what two nodes of one executor share is one port. */
  const reached = new Set<InputPort | OutputPort | undefined>();
  for (const { from, to } of workflow.edges) {
    throwIfCancelled(token);
    const giver = from.source || from.port === undefined ? undefined : workflow.nodes.get(from.node);
    if (giver) reached.add(portsOf(workflow, giver).outputs.get(from.port!));
    const taker = to.port === undefined ? undefined : workflow.nodes.get(to.node);
    if (taker) reached.add(portsOf(workflow, taker).inputs.get(to.port!));
  }
  const used = new Set(
    [...workflow.nodes.values()].flatMap(({ program }) => ('executor' in program ? [program.executor] : [])),
  );
  for (const executor of workflow.executors.values()) {
    if (!used.has(executor.name)) continue;
    for (const output of executor.outputs.values()) {
      if (reached.has(output)) continue;
      notice(
        'SF2401',
        output.nameRange,
        `Nothing takes the output "${output.name}" of executor "${executor.name}".`,
        'Add an edge from it if another node needs it; a result that is only kept is fine.',
      );
    }
    for (const input of executor.inputs.values()) {
      if (!input.optional || reached.has(input)) continue;
      notice(
        'SF2402',
        input.nameRange,
        `Nothing gives the optional input "${input.name}" of executor "${executor.name}".`,
        'Add an edge to it, or remove it.',
      );
    }
  }
}

function noticeNodes(workflow: Workflow, token: Cancellation, notice: Notice): void {
  const fed = new Set<string>();
  const heard = new Set<string>();
  for (const { from, to } of workflow.edges) {
    if (to.port !== undefined) fed.add(to.node);
    if (!from.source && from.port !== undefined) heard.add(from.node);
  }
  for (const node of workflow.nodes.values()) {
    throwIfCancelled(token);
    if (node.kind === 'tracker') continue;
    if (node.kind === 'checker' && !fed.has(node.name) && signatureOf(node)?.inputs.length !== 0) {
      notice(
        'SF2404',
        node.nameRange,
        `Checker "${node.name}" has nothing to check: no data reaches it.`,
        'Add an edge with the data that it checks.',
      );
      continue;
    }
    const builtin = signatureOf(node);
    if (node.kind === 'checker' && builtin && builtin.outputs.length > 0 && !heard.has(node.name)) {
      notice(
        'SF2401',
        node.nameRange,
        `Nothing takes what checker "${node.name}" finds.`,
        `Add an edge from one of its outputs: ${builtin.outputs.map(({ name }) => `"${node.name}.${name}"`).join(', ')}.`,
      );
    }
  }
}

/** An improver of feedback without `on`: what is held back takes the place of nothing. What a system measures has no data. */
function noticeUnjudged(workflow: Workflow, notice: Notice): void {
  for (const node of workflow.nodes.values()) {
    const { metric } = node;
    if (!metric || metric.on !== undefined || metric.name.startsWith('system.')) continue;
    if (![...portsOf(workflow, node).inputs.values()].some(({ type }) => type === 'feedback')) continue;
    notice(
      'SF2410',
      metric.nameRange,
      `Improver "${node.name}" is not judged by the feedback that is held back: \`metric\` has no \`on\`.`,
      'Add `on: sources.<name>`, the test data whose place it takes.',
    );
  }
}

function noticeUnused(snapshot: Snapshot, notice: Notice): void {
  const { workflow } = snapshot;
  const run = new Set(
    [...workflow.nodes.values()].flatMap(({ program }) => ('executor' in program ? [program.executor] : [])),
  );
  for (const { name, nameRange } of workflow.executors.values()) {
    if (!run.has(name))
      notice('SF2406', nameRange, `No node runs executor "${name}".`, 'Add a node for it, or remove it.');
  }
  const named = referencedNames(workflow);
  for (const { name, nameRange } of workflow.parameters.values()) {
    if (!named.has(name))
      notice(
        'SF2407',
        nameRange,
        `Nothing uses parameter "${name}".`,
        `Write $(${name}) where its value belongs, or remove it.`,
      );
  }
  const taken = new Set<string>();
  for (const { from } of workflow.edges) if (from.source) taken.add(from.node);
  for (const node of workflow.nodes.values()) if (node.metric?.on !== undefined) taken.add(node.metric.on);
  for (const { name, nameRange } of workflow.sources.values()) {
    if (!taken.has(name))
      notice('SF2408', nameRange, `Nothing takes source "${name}".`, `Add an edge from sources.${name}, or remove it.`);
  }
  const has = new Set([...workflow.nodes.values()].map(({ label }) => label));
  const phases = new Set(workflow.edges.map(({ label }) => label));
  for (const [key, given, what] of [
    ['nodes', has, 'node'],
    ['edges', phases, 'edge'],
  ] as const) {
    const list = nodeAt(snapshot, ['labels', key]);
    for (const item of isSeq(list) ? list.items : []) {
      const label = textOf(item);
      const written = contentOf({ snapshot }, item as YamlNode);
      if (label === undefined || !written || given.has(label)) continue;
      const range = snapshot.lines.range(written.start, written.start + written.text.length);
      notice('SF2409', range, `No ${what} has the label "${label}".`, 'Label one with it, or remove it.');
    }
  }
}

function referencedNames(workflow: Workflow): Set<string> {
  const names = new Set<string>();
  for (const { command, env } of workflow.executors.values()) {
    for (const name of referencesIn([...command, ...env.values()])) names.add(name);
  }
  for (const node of workflow.nodes.values())
    for (const value of node.with.values()) for (const name of referencesIn(value)) names.add(name);
  return names;
}
