import { type InlayHint, InlayHintKind } from 'vscode-languageserver-types';
import { exactReference, type Node, portsOf, type Range, signatureOf } from '../../graph';
import { resolvedValues } from './hover/things';
import { visitPlaces } from './places';
import { type RunState, stepsOf } from './run-state';
import type { Snapshot } from './snapshot';
import { contentOf } from './symbols/collect';
import { defaultText } from './words';

/**
 * What is not written, but follows: values of references, ports of built-in nodes, how many versions a matrix makes; and
 * how long a node took in the last run.
 */
export function inlayHints(snapshot: Snapshot, range: Range, run?: RunState): InlayHint[] {
  return [
    // First: an editor cuts what is longer than a part of the line, and ports are many.
    ...(run ? timeHints(snapshot, range, run) : []),
    ...nodeHints(snapshot, range),
    ...referenceHints(snapshot, range),
  ];
}

/** More steps of one node than this are not written out: the hover has them. */
const MOST_TIMES = 3;

function timeHints({ workflow, lines, text }: Snapshot, shown: Range, { run, nodes }: RunState): InlayHint[] {
  return [...workflow.nodes.values()].flatMap(({ name, nameRange, programRange }): InlayHint[] => {
    const steps = stepsOf(nodes, name).filter(({ detail }) => detail);
    if (!shows(nameRange, shown) || steps.length === 0 || steps.length > MOST_TIMES) return [];
    const from = lines.offsetAt(nameRange.end);
    const length = text.slice(from).search(/[\r\n]|$/);
    // Before the ports, where they stand in this line.
    const end = programRange.end.line === nameRange.end.line ? programRange.end : lines.positionAt(from + length);
    return [
      {
        position: end,
        label: ` ${steps.map(({ detail }) => detail).join(' + ')}`,
        tooltip: `Run ${run}: ${steps.map(({ state, detail }) => `${state}, ${detail}`).join('; ')}`,
        paddingLeft: true,
      },
    ];
  });
}

const shows = ({ start, end }: Range, shown: Range): boolean =>
  end.line >= shown.start.line && start.line <= shown.end.line;

function nodeHints(snapshot: Snapshot, shown: Range): InlayHint[] {
  const { workflow } = snapshot;
  const hints: InlayHint[] = [];
  for (const node of workflow.nodes.values()) {
    if (!shows(node.range, shown)) continue;
    const { inputs, outputs } = portsOf(workflow, node);
    if (inputs.size + outputs.size > 0) {
      const label = `${[...inputs.keys()].join(', ')} → ${[...outputs.keys()].join(', ')}`.trim();
      hints.push({
        position: node.programRange.end,
        label: ` ${label}`,
        kind: InlayHintKind.Type,
        tooltip: tooltip(snapshot, node),
        paddingLeft: true,
      });
    }
    const versions = versionCount(node.matrix);
    if (versions > 1)
      hints.push({
        position: node.nameRange.end,
        label: ` ×${versions}`,
        kind: InlayHintKind.Parameter,
        tooltip: `${versions} versions, one for each combination of the matrix.`,
      });
  }
  for (const sub of workflow.workflows.values()) {
    const versions = versionCount(sub.matrix);
    if (versions > 1 && shows(sub.range, shown))
      hints.push({
        position: sub.nameRange.end,
        label: ` ×${versions}`,
        kind: InlayHintKind.Parameter,
        tooltip: `${versions} versions of each node, one for each combination of the matrix.`,
      });
  }
  return hints;
}

const versionCount = (matrix: ReadonlyMap<string, readonly string[]>): number =>
  [...matrix.values()].reduce((product, values) => product * values.length, 1);

function tooltip(snapshot: Snapshot, node: Node): string {
  const values = signatureOf(node) ? resolvedValues(snapshot, node) : [];
  return values
    .map(({ name, value, from }) =>
      from === 'axis' ? `${name}: of its version` : `${name}: ${value === undefined ? '?' : defaultText(value)}`,
    )
    .join('\n');
}

/** `$(critical)` below `with:`: the value that it has where a run gives no other. */
function referenceHints(snapshot: Snapshot, shown: Range): InlayHint[] {
  const hints: InlayHint[] = [];
  visitPlaces(snapshot, ({ path, node }) => {
    if (path[0] !== 'nodes' || path[2] !== 'with' || path.length !== 4) return;
    const content = contentOf({ snapshot }, node);
    const name = content && exactReference(content.text);
    const parameter = name === undefined ? undefined : snapshot.workflow.parameters.get(name);
    if (!content || parameter?.default === undefined) return;
    const position = snapshot.lines.positionAt(content.start + content.text.length);
    if (!shows({ start: position, end: position }, shown)) return;
    const text = defaultText(parameter.default);
    hints.push({
      position,
      label: ` = ${text.length > 30 ? `${text.slice(0, 27)}...` : text}`,
      kind: InlayHintKind.Parameter,
      tooltip: parameter.description || text,
    });
  });
  return hints;
}
