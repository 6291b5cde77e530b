import type { Value } from '../../../graph';
import { lineStartAt } from '../cursor/lines';
import { shapeAt } from '../places';
import { namesOf } from '../symbols/collect';
import { defaultText, typeWord } from '../words';
import type { Replacing } from './edges';
import { CompletionItemKind, type CompletionRequest, type Offer } from './request';

/**
 * What can stand in the `$(` before the cursor.
 *
 * @returns undefined where there is none, or where it would not be filled in.
 */
export function referenceOffers(request: CompletionRequest): Replacing | undefined {
  const { snapshot, offset, cursor } = request;
  const lineStart = lineStartAt(snapshot.text, offset);
  const open = /(?<!\$)\$\(([\w.-]*)$/.exec(snapshot.text.slice(Math.max(lineStart, offset - 200), offset));
  if (!open || !isFilledIn(cursor.path)) return undefined;
  const [section, owner] = cursor.path;
  const written = open[1]!;
  const rest = /^[\w.-]*/.exec(snapshot.text.slice(offset, offset + 200))![0];
  const closed = snapshot.text[offset + rest.length] === ')';
  const offers = section === 'executors' ? executorNames(request, String(owner)) : outerNames(request, [String(owner)]);
  return {
    start: offset - written.length,
    end: offset + rest.length,
    offers: offers.map((offer) => (closed ? offer : { ...offer, text: `${offer.label})` })),
  };
}

function isFilledIn(path: CompletionRequest['cursor']['path']): boolean {
  const [section, , key] = path;
  if (section === 'executors')
    return (key === 'command' || key === 'env') && shapeAt(path.slice(0, 3)).shape !== undefined;
  return section === 'nodes' && key === 'with';
}

function executorNames(request: CompletionRequest, name: string): Offer[] {
  const executor = request.workflow.executors.get(name);
  const ports: Offer[] = [];
  for (const input of executor?.inputs.values() ?? [])
    ports.push({
      label: `inputs.${input.name}`,
      kind: CompletionItemKind.Field,
      detail: input.type,
      documentation: input.description,
      rank: 1,
    });
  for (const output of executor?.outputs.values() ?? [])
    ports.push({
      label: `outputs.${output.name}`,
      kind: CompletionItemKind.Field,
      detail: output.type,
      documentation: output.description,
      rank: 2,
    });
  const given = new Map<string, Value>();
  const users = [...request.workflow.nodes.values()].filter(
    ({ program }) => 'executor' in program && program.executor === name,
  );
  for (const node of users) {
    for (const [key, value] of node.with) if (!request.workflow.parameters.has(key)) given.set(key, value);
  }
  return [
    ...ports,
    ...outerNames(request, users.length > 0 ? users.map((node) => node.name) : [...request.workflow.nodes.keys()]),
    ...[...given].map(
      ([label, value]): Offer => ({
        label,
        kind: CompletionItemKind.Variable,
        detail: `with: ${defaultText(value)}`,
        rank: 3,
      }),
    ),
  ];
}

/** Parameters of the workflow, and axes that these nodes have: of their own, of their workflows or of nodes before them. */
function outerNames({ workflow, snapshot }: CompletionRequest, nodes: readonly string[]): Offer[] {
  const had = new Set(nodes.flatMap((node) => [...(namesOf(snapshot).axes.get(node) ?? [])]));
  const axes = new Map<string, string[]>();
  for (const owner of [...workflow.nodes.values(), ...workflow.workflows.values()])
    for (const [axis, values] of owner.matrix) if (had.has(axis)) axes.set(axis, values);
  return [
    ...[...workflow.parameters.values()].map(
      (parameter): Offer => ({
        label: parameter.name,
        kind: CompletionItemKind.Variable,
        detail: `${typeWord[parameter.type]}${parameter.default === undefined ? '' : ` = ${defaultText(parameter.default)}`}`,
        documentation: parameter.description,
        rank: 3,
      }),
    ),
    ...[...axes].map(
      ([label, values]): Offer => ({
        label,
        kind: CompletionItemKind.Variable,
        detail: `axis: ${values.join(', ')}`,
        rank: 4,
      }),
    ),
  ];
}
