import { Argument, type Command } from 'commander';
import { algorithms, closest, toGraph, type WorkflowGraph } from '../../../graph';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { cliFault } from '../faults';
import { plainLine } from '../screen/plain-text';
import { table } from '../screen/table';
import { validWorkflow } from '../workflow-file';

interface GraphOptions extends CommonOptions {
  phase?: string;
}

/** What can be asked about a graph: how many nodes it takes, and the answer for a program. */
const QUESTIONS = new Map<string, { nodes: 0 | 1 | 2; ask(graph: WorkflowGraph, ...nodes: string[]): object }>([
  ['neighbours', { nodes: 1, ask: (graph, node) => ({ nodes: algorithms.neighbours(graph, node) }) }],
  ['predecessors', { nodes: 1, ask: (graph, node) => ({ nodes: algorithms.predecessors(graph, node) }) }],
  ['successors', { nodes: 1, ask: (graph, node) => ({ nodes: algorithms.successors(graph, node) }) }],
  ['impact', { nodes: 1, ask: (graph, node) => ({ nodes: algorithms.impact(graph, node) }) }],
  ['path', { nodes: 2, ask: (graph, from, to) => ({ path: algorithms.path(graph, from, to) }) }],
  ['components', { nodes: 0, ask: (graph) => ({ components: algorithms.components(graph) }) }],
  ['communities', { nodes: 0, ask: (graph) => ({ communities: algorithms.communities(graph) }) }],
  ['pagerank', { nodes: 0, ask: (graph) => ({ ranks: ranks(graph) }) }],
]);

/** `graph FILE QUESTION [NODE] [TO]`. */
export function graphCommand(program: Command, context: Context): void {
  addCommand(program, 'graph <file>', 'ask about the graph of a workflow')
    .addArgument(new Argument('<question>', 'what to ask').choices([...QUESTIONS.keys()]))
    .argument('[node]', 'for neighbours, predecessors, successors, impact; the first of a path')
    .argument('[to]', 'the last node of a path')
    .option('--phase <phase>', 'only the edges of this phase')
    .action(
      async (
        file: string,
        question: string,
        node: string | undefined,
        to: string | undefined,
        options: GraphOptions,
      ) => {
        const workflow = await validWorkflow(context, file);
        const { phase } = options;
        if (phase !== undefined && !workflow.labels.edges.includes(phase)) {
          throw cliFault('usage', `there is no phase ${phase}; there are ${workflow.labels.edges.join(', ')}.`);
        }
        const graph = toGraph(workflow, phase);
        const asked = QUESTIONS.get(question)!;
        const nodes = [node, to].filter((name) => name !== undefined);
        if (nodes.length !== asked.nodes) {
          throw cliFault('usage', `${question} takes ${['no node', 'one node', 'two nodes'][asked.nodes]}.`);
        }
        const unknown = nodes.find((name) => !graph.hasNode(name));
        if (unknown !== undefined) throw noNode(unknown, graph);
        const answer = asked.ask(graph, ...nodes);
        printResult(context, options, answer, () => textOf(answer));
      },
    );
}

function ranks(graph: WorkflowGraph): { node: string; rank: number }[] {
  return [...algorithms.pagerank(graph)].map(([node, rank]) => ({ node, rank })).sort((a, b) => b.rank - a.rank);
}

function noNode(name: string, graph: WorkflowGraph) {
  const near = closest(name, graph.nodes());
  const remedy = near === undefined ? `There are ${graph.nodes().join(', ')}.` : `Did you mean ${near}?`;
  return cliFault('usage', `there is no node ${name}.`, { remedy });
}

function textOf(answer: ReturnType<NonNullable<ReturnType<typeof QUESTIONS.get>>['ask']>): string {
  const [[key, value]] = Object.entries(answer) as [[string, unknown]];
  if (value === null) return 'There is no path\n';
  if (key === 'ranks') return table(null, ranksOf(value));
  if (key === 'path') return `${(value as string[]).map(plainLine).join(' -> ')}\n`;
  return (value as (string | string[])[]).map((each) => `${[each].flat().map(plainLine).join(' ')}\n`).join('');
}

function ranksOf(value: unknown): string[][] {
  return (value as { node: string; rank: number }[]).map(({ node, rank }) => [node, rank.toFixed(6)]);
}
