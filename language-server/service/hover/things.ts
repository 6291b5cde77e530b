import {
  ANY,
  catalogue,
  type Edge,
  type Node,
  parametersOf,
  type Signature,
  signatureOf,
  substitute,
  type Value,
  type Workflow,
} from '../../../graph';
import { type RunState, stepsOf } from '../run-state';
import type { Snapshot } from '../snapshot';
import { namesOf } from '../symbols/collect';
import type { NamedThing } from '../symbols/symbol';
import { wordFor } from '../symbols/symbol';
import { code, defaultText, escapeMarkdown, parameterSummary } from '../words';
import { pastRuns } from './past-runs';
import { standingOf } from './standing';

/** What is known of a thing, as Markdown. @returns undefined where there is nothing more to say than its name. */
export function describeThing(
  snapshot: Snapshot,
  { kind, name, owner }: NamedThing,
  run: RunState | undefined,
): string | undefined {
  const { workflow } = snapshot;
  switch (kind) {
    case 'node': {
      const node = workflow.nodes.get(name);
      return node && describeNode(snapshot, node, run);
    }
    case 'source': {
      const source = workflow.sources.get(name);
      if (!source) return undefined;
      const takers = workflow.edges.filter(({ from }) => from.source && from.node === name).map(({ to }) => to);
      return lines(
        `**source** ${code(name)}: ${source.type}`,
        `${code(source.path)}${source.watch ? ', watched' : ''}`,
        takers.length > 0 && `Goes to ${names(takers.map(endpoint))}.`,
      );
    }
    case 'parameter':
    case 'argument':
      return describeParameter(workflow, name, owner);
    case 'executor':
      return describeExecutor(workflow, name);
    case 'input':
    case 'output': {
      const executor = workflow.executors.get(owner);
      const port = kind === 'input' ? executor?.inputs.get(name) : executor?.outputs.get(name);
      return port && describePort(wordFor[kind], `executor ${code(owner)}`, port);
    }
    case 'builtin': {
      const signature = catalogue.get(name);
      return signature && describeBuiltin(signature);
    }
    case 'builtin-input':
    case 'builtin-output': {
      const signature = catalogue.get(owner);
      const port = (kind === 'builtin-input' ? signature?.inputs : signature?.outputs)?.find(
        (each) => each.name === name,
      );
      return port && describePort(kind === 'builtin-input' ? 'input' : 'output', code(`scanflow/${owner}`), port);
    }
    case 'builtin-parameter': {
      const parameter = catalogue.get(owner)?.parameters.find((each) => each.name === name);
      return (
        parameter &&
        lines(
          `**parameter** ${code(name)} of ${code(`scanflow/${owner}`)}: ${parameterSummary(parameter)}`,
          parameter.description,
        )
      );
    }
    case 'label':
      return lines(`**node label** ${code(name)}`, labelled(workflow, name));
    case 'phase':
      if (name === ANY) {
        const general = workflow.edges.filter(({ label }) => label === ANY);
        return lines(`**phase** ${code(ANY)}: every phase`, `${count(general.length, 'edge')} of every phase.`);
      }
      return lines(
        `**phase** ${code(name)}: ${ordinal(workflow.labels.edges.indexOf(name) + 1)} of ${workflow.labels.edges.length}`,
        `${count(workflow.edges.filter(({ label }) => label === name).length, 'edge')} of its own.`,
      );
    case 'subworkflow': {
      const sub = workflow.workflows.get(name);
      if (!sub) return undefined;
      return lines(
        `**workflow** ${code(name)}: ${sub.order}`,
        `Holds ${names(sub.members.map((member) => member.name))}.`,
        sub.after.length > 0 && `After ${names(sub.after.map((each) => each.name))}.`,
        sub.tracker !== undefined && `Tracker: ${code(sub.tracker)}`,
        sub.matrix.size > 0 && matrixText(sub.matrix),
      );
    }
    case 'axis': {
      const values = [...workflow.nodes.values(), ...workflow.workflows.values()].flatMap(
        (each) => each.matrix.get(name) ?? [],
      );
      return values.length === 0 ? undefined : lines(`**axis** ${code(name)}`, values.map(code).join(', '));
    }
    case 'workflow':
      return lines(
        `**workflow** ${code(workflow.name)}`,
        escapeMarkdown(workflow.description),
        `${count(workflow.nodes.size, 'node')}, ${count(workflow.edges.length, 'edge')}`,
      );
    default:
      return undefined;
  }
}

function describeNode(snapshot: Snapshot, node: Node, run: RunState | undefined): string {
  const { workflow } = snapshot;
  const before = ends(
    workflow.edges.filter(({ to }) => to.node === node.name),
    'from',
  );
  const after = ends(
    workflow.edges.filter(({ from }) => !from.source && from.node === node.name),
    'to',
  );
  const signature = signatureOf(node);
  const program = 'executor' in node.program ? `executor ${code(node.program.executor)}` : code(node.program.uses);
  const standing = standingOf(snapshot, node.name);
  const last = stepsOf(run?.nodes ?? [], node.name);
  return lines(
    `**${node.kind}** ${code(node.name)}: ${node.nature}, label ${code(node.label)}, runs ${program}`,
    escapeMarkdown(node.description) || signature?.description.split('\n\n', 1)[0],
    resolvedParameters(snapshot, node),
    node.matrix.size > 0 && matrixText(node.matrix),
    node.improves &&
      `Improves ${code(endpoint(node.improves))}${node.metric ? `, judged by ${code(node.metric.name)} (${node.metric.goal})` : ''}; ${node.approval === 'auto' ? 'what is better is used at once' : 'a person authorises what is better'}.`,
    before.length > 0 && `Fed by ${names(before)}.`,
    after.length > 0 && `Feeds ${names(after)}.`,
    standing &&
      `PageRank ${standing.pagerank.toPrecision(2)} (${standing.rank} of ${standing.of})${standing.community.length > 0 ? `; community: ${names(standing.community)}` : ''}`,
    last.length > 0 &&
      run &&
      `Last run ${code(run.run)}: ${last.map(({ name, state, detail }) => `${last.length > 1 ? `${code(name)} ` : ''}${state}${detail ? ` (${escapeMarkdown(detail)})` : ''}`).join(', ')}`,
    pastRuns(run, node.name),
  );
}

/** The values that a node's program gets, with the workflow's defaults filled in. */
export function resolvedParameters(snapshot: Snapshot, node: Node): string | false {
  const values = resolvedValues(snapshot, node);
  return (
    values.length > 0 &&
    [
      '| parameter | value |',
      '| --- | --- |',
      ...values.map(
        ({ name, value, from }) =>
          `| ${code(name)} | ${from === 'axis' ? '_of its version_' : value === undefined ? '_none_' : code(short(value))}${from === 'default' ? ' (default)' : ''} |`,
      ),
    ].join('\n')
  );
}

export interface ResolvedValue {
  name: string;
  /** Undefined where a run has to give it, or an axis does. */
  value: Value | undefined;
  /** `with`: it is written at the node. `axis`: each version has a value of its own. */
  from: 'with' | 'axis' | 'default';
}

/** @returns parameters of a built-in in its order, and what is given to an executor. */
export function resolvedValues(snapshot: Snapshot, node: Node): ResolvedValue[] {
  const { workflow } = snapshot;
  const axes = namesOf(snapshot).axes.get(node.name);
  const defaults = new Map([...workflow.parameters.values()].map((parameter) => [parameter.name, parameter.default]));
  const resolve = (value: Value): Value => substitute(value, (name) => defaults.get(name)).value;
  const parameters = parametersOf(workflow, node);
  if (parameters.size > 0) {
    return [...parameters.values()].map(({ name, default: initial }) => {
      const written = node.with.get(name);
      if (written !== undefined) return { name, value: resolve(written), from: 'with' };
      return axes?.has(name) ? { name, value: undefined, from: 'axis' } : { name, value: initial, from: 'default' };
    });
  }
  return [...node.with].map(([name, value]) => ({ name, value: resolve(value), from: 'with' }));
}

function describeParameter(workflow: Workflow, name: string, owner: string): string | undefined {
  const parameter = workflow.parameters.get(name);
  if (parameter) {
    return lines(
      `**parameter** ${code(name)}: ${parameterSummary(parameter)}`,
      escapeMarkdown(parameter.description),
      `\`scanflow run -p ${name}=...\``,
    );
  }
  if (owner === '') return undefined;
  const given = [...workflow.nodes.values()].filter(
    (node) => 'executor' in node.program && node.program.executor === owner && node.with.has(name),
  );
  if (given.length === 0) return undefined;
  return lines(
    `**parameter** ${code(name)} of executor ${code(owner)}`,
    given.map((node) => `- ${code(node.name)}: ${code(short(node.with.get(name)!))}`).join('\n'),
  );
}

function describeExecutor(workflow: Workflow, name: string): string | undefined {
  const executor = workflow.executors.get(name);
  if (!executor) return undefined;
  const place = executor.image ?? executor.build ?? executor.requirements;
  const users = [...workflow.nodes.values()]
    .filter((node) => 'executor' in node.program && node.program.executor === name)
    .map((node) => node.name);
  return lines(
    `**executor** ${code(name)}${place === undefined ? '' : `: ${executor.image !== undefined ? 'image' : executor.build !== undefined ? 'build' : 'requirements'} ${code(place)}`}`,
    ['```sh', executor.command.join(' '), '```'].join('\n'),
    ports('Takes', [...executor.inputs.values()]),
    ports('Makes', [...executor.outputs.values()]),
    users.length > 0 && `Run by ${names(users)}.`,
  );
}

export function describeBuiltin(signature: Signature): string {
  return lines(
    `**${signature.kind}** ${code(`scanflow/${signature.name}`)}: ${signature.nature}`,
    signature.description,
    ports('Takes', signature.inputs),
    ports('Makes', signature.outputs),
    signature.parameters.length > 0 &&
      [
        'Parameters:',
        ...signature.parameters.map(
          (parameter) => `- ${code(parameter.name)}: ${parameterSummary(parameter)}. ${parameter.description}`,
        ),
      ].join('\n'),
    signature.paper && `_In the paper: ${escapeMarkdown(signature.paper)}._`,
  );
}

function describePort(
  word: string,
  owner: string,
  port: { name: string; type: string; optional?: boolean; many?: boolean; path?: string; description: string },
): string {
  const more = [
    port.optional && 'optional',
    port.many && 'takes many',
    port.path !== undefined && `at ${code(port.path)}`,
  ]
    .filter(Boolean)
    .join(', ');
  return lines(
    `**${word}** ${code(port.name)} of ${owner}: ${port.type}${more ? `, ${more}` : ''}`,
    escapeMarkdown(port.description),
  );
}

const ports = (verb: string, each: readonly { name: string; type: string; description: string }[]): string | false =>
  each.length > 0 &&
  [
    `${verb}:`,
    ...each.map(
      ({ name, type, description }) =>
        `- ${code(name)}: ${type}${description ? `. ${escapeMarkdown(description)}` : ''}`,
    ),
  ].join('\n');

const labelled = (workflow: Workflow, label: string): string => {
  const nodes = [...workflow.nodes.values()].filter((node) => node.label === label).map(({ name }) => name);
  return nodes.length === 0 ? 'No node has it.' : `Nodes: ${names(nodes)}.`;
};

const ends = (edges: readonly Edge[], side: 'from' | 'to'): string[] => [
  ...new Set(edges.map((edge) => (edge[side].source ? `sources.${edge[side].node}` : edge[side].node))),
];

const endpoint = ({ node, port, source }: { node: string; port?: string; source: boolean }): string =>
  source ? `sources.${node}` : port === undefined ? node : `${node}.${port}`;

const MOST_NAMES = 12;

function names(all: readonly string[]): string {
  const shown = all.slice(0, MOST_NAMES).map(code).join(', ');
  return all.length > MOST_NAMES ? `${shown} and ${all.length - MOST_NAMES} more` : shown;
}

const matrixText = (matrix: ReadonlyMap<string, readonly string[]>): string =>
  `Versions: ${[...matrix].map(([axis, values]) => `${code(axis)} = ${values.map(code).join(', ')}`).join('; ')} (${[...matrix.values()].reduce((product, values) => product * values.length, 1)} in all)`;

const lines = (...parts: (string | false | undefined)[]): string =>
  parts.filter((part) => part !== false && part !== undefined && part !== '').join('\n\n');

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const ordinal = (number: number): string =>
  `${number}${['th', 'st', 'nd', 'rd'][number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? 'th'}`;

const short = (value: Value): string => {
  const text = defaultText(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};
