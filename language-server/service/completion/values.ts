import { isMap, isScalar, type Pair } from 'yaml';
import { catalogue, knownMetrics, type Shape } from '../../../graph';
import { textOf } from '../../../graph/text/nodes';
import { lineStartAt } from '../cursor/lines';
import { fieldPath, placesAround } from '../places';
import { parameterSummary } from '../words';
import { longEdge, ownEdge, type Replacing, shorthandOffers } from './edges';
import { describe, type EdgeSoFar, fromOffers, phaseOffers, targetOffers, toOffers } from './endpoints';
import { parameterValueOffers } from './parameter-values';
import { pathOffers } from './paths';
import { CompletionItemKind, type CompletionRequest, type Offer } from './request';

const PORT_TYPES = ['file', 'dataset', 'tags', 'feedback', 'model', 'predictions', 'labels'];

/** What can be the value at the cursor. */
export async function valueOffers(request: CompletionRequest, shape: Shape | undefined): Promise<Replacing> {
  const { cursor } = request;
  const whole = { start: cursor.start, end: cursor.end };
  const [section, name, key] = cursor.path;
  if (section === 'edges') {
    if (cursor.path.length === 2) return edgeOffers(request);
    if (cursor.path.length === 3) return { ...whole, offers: longEdgeOffers(request, String(key)) };
  }
  const values = await parameterValueOffers(request);
  if (values) return { ...whole, offers: values };
  const at = fieldPath(cursor.path);
  const named = namedOffers(request, at, String(name));
  if (named) return { ...whole, offers: named };
  if (at === 'nodes.when') return whenOffers(request);
  const paths = pathRole(request, at);
  if (paths) return { ...whole, offers: await pathOffers(request, paths) };
  return { ...whole, offers: plainOffers(shape) };
}

/** Values of which the shape alone says what they are. */
function plainOffers(shape: Shape | undefined): Offer[] {
  if (!shape) return [];
  if (shape.kind === 'either') return plainOffers(shape.short);
  if (shape.kind === 'choice')
    return shape.values.map((label, index) => ({ label, kind: CompletionItemKind.EnumMember, rank: index }));
  if (shape.kind === 'boolean') return ['true', 'false'].map((label) => ({ label, kind: CompletionItemKind.Keyword }));
  return [];
}

function edgeOffers(request: CompletionRequest): Replacing {
  const { cursor, snapshot } = request;
  const found = shorthandOffers(request, snapshot.text.slice(cursor.start, cursor.end), cursor.start);
  return cursor.written === '' && !cursor.flow && request.snippets
    ? { ...found, offers: [...found.offers, longEdge()] }
    : found;
}

function longEdgeOffers(request: CompletionRequest, key: string): Offer[] {
  const edge = writtenEdge(request);
  if (key === 'from') return fromOffers(request, edge);
  if (key === 'to') return toOffers(request, edge, ownEdge(request));
  if (key === 'label') return phaseOffers(request);
  if (key === 'tracker') return trackers(request);
  if (key === 'via') {
    return [
      {
        label: 'tracker',
        kind: CompletionItemKind.EnumMember,
        documentation: 'What the tracker has of the run that made it.',
      },
      { label: 'volume', kind: CompletionItemKind.EnumMember, documentation: 'The file itself.' },
    ];
  }
  return [];
}

/** The other keys of the edge at the cursor: as they are parsed, or as they stand on the line. */
function writtenEdge({ snapshot, offset }: CompletionRequest): EdgeSoFar {
  const map = placesAround(snapshot, offset).findLast(({ path }) => path.length === 2)?.node;
  const found = new Map<string, string>();
  if (isMap(map)) {
    for (const { key, value } of map.items as Pair[]) {
      const text = textOf(value);
      if (isScalar(value) && text) found.set(textOf(key) ?? '', text);
    }
  } else {
    const start = lineStartAt(snapshot.text, offset);
    const line = snapshot.text.slice(start, start + 500).split('\n', 1)[0]!;
    for (const [, key, value] of line.matchAll(/\b(from|to|label):\s*["']?([\w.-]+)/g)) found.set(key!, value!);
  }
  return { from: found.get('from'), to: found.get('to'), label: found.get('label') };
}

/** Names that belong at a place: `nodes.executor`, `workflows.nodes`. */
function namedOffers(request: CompletionRequest, at: string, owner: string): Offer[] | undefined {
  const { workflow } = request;
  switch (at) {
    case 'nodes.executor':
      return [...workflow.executors.values()].map(({ name, inputs, outputs }) => ({
        label: name,
        kind: CompletionItemKind.Module,
        detail: `${[...inputs.keys()].join(', ') || 'nothing'} -> ${[...outputs.keys()].join(', ') || 'nothing'}`,
      }));
    case 'nodes.uses':
      return [...catalogue.values()].map((signature) => ({
        label: `scanflow/${signature.name}`,
        kind: CompletionItemKind.Class,
        detail: `${signature.kind}, ${signature.nature}`,
        documentation: [
          signature.description,
          ...signature.parameters.map((parameter) => `- \`${parameter.name}\`: ${parameterSummary(parameter)}`),
        ].join('\n\n'),
      }));
    case 'nodes.label':
      return [
        ...workflow.labels.nodes.map((label) => ({ label, kind: CompletionItemKind.EnumMember, rank: 1 })),
        ...['task', 'checker', 'improver', 'tracker'].map((label) => ({
          label,
          kind: CompletionItemKind.EnumMember,
          detail: 'a kind',
          rank: 3,
        })),
      ];
    case 'nodes.improves':
      return targetOffers(request, owner, false);
    case 'nodes.wraps':
      return targetOffers(request, owner, true);
    case 'nodes.metric.name':
      return metricOffers(request, owner);
    case 'nodes.metric.keep':
      return keptOffers(request, owner);
    case 'nodes.metric.on':
      return [...workflow.sources.values()].map(({ name, path }) => ({
        label: `sources.${name}`,
        kind: CompletionItemKind.File,
        detail: path,
      }));
    case 'workflows.nodes':
      return memberOffers(request, owner);
    case 'workflows.after':
      return [...workflow.nodes.keys(), ...workflow.workflows.keys()]
        .filter((each) => !isInOrAround(workflow, owner, each))
        .map((label) => ({ label, kind: CompletionItemKind.Class }));
    case 'workflows.tracker':
      return trackers(request);
    case 'executors.image':
      return imageOffers(request, owner);
    case 'sources.type':
    case 'executors.inputs':
    case 'executors.outputs':
    case 'executors.inputs.type':
    case 'executors.outputs.type':
      return typeOffers(request);
    default:
      return undefined;
  }
}

/** Images that the client knows, and those of the other executors. */
function imageOffers({ workflow, images }: CompletionRequest, owner: string): Offer[] {
  const offers = new Map<string, Offer>();
  const add = (label: string, detail: string) =>
    void (offers.has(label) || offers.set(label, { label, kind: CompletionItemKind.Value, detail }));
  for (const label of images) add(label, 'image on this machine');
  for (const { name, image } of workflow.executors.values())
    if (image !== undefined && name !== owner) add(image, `image of executor ${name}`);
  return [...offers.values()];
}

function trackers({ workflow }: CompletionRequest): Offer[] {
  return [...workflow.nodes.values()]
    .filter(({ kind }) => kind === 'tracker')
    .map((node) => ({ label: node.name, kind: CompletionItemKind.Class, documentation: describe(node) }));
}

/** Nodes and workflows that are not a member of any workflow yet, and not the workflow itself or what holds it. */
function memberOffers({ workflow }: CompletionRequest, owner: string): Offer[] {
  const taken = new Set([...workflow.workflows.values()].flatMap(({ members }) => members.map(({ name }) => name)));
  const above = new Set<string>();
  for (
    let name: string | undefined = owner;
    name !== undefined && !above.has(name);
    name = workflow.workflows.get(name)?.parent
  )
    above.add(name);
  return [
    ...[...workflow.nodes.values()].map((node) => ({
      label: node.name,
      kind: CompletionItemKind.Class,
      detail: node.label,
      documentation: describe(node),
      rank: 1,
    })),
    ...[...workflow.workflows.keys()]
      .filter((name) => !above.has(name))
      .map((label) => ({ label, kind: CompletionItemKind.Module, detail: 'workflow', rank: 2 })),
  ].filter(({ label }) => !taken.has(label));
}

function typeOffers({ workflow }: CompletionRequest): Offer[] {
  const own = new Set<string>();
  for (const { inputs, outputs } of workflow.executors.values())
    for (const port of [...inputs.values(), ...outputs.values()]) own.add(port.type);
  for (const { type } of workflow.sources.values()) own.add(type);
  for (const type of PORT_TYPES) own.delete(type);
  return [
    ...PORT_TYPES.map((label, index) => ({
      label,
      kind: CompletionItemKind.TypeParameter,
      rank: Math.min(index, 9),
    })),
    ...[...own].map((label) => ({
      label,
      kind: CompletionItemKind.TypeParameter,
      detail: 'a type of this file',
      rank: 1,
    })),
  ];
}

/** Is it the workflow itself, in it, or a workflow that it is in? It can't come before it. */
function isInOrAround({ workflows }: CompletionRequest['workflow'], owner: string, name: string): boolean {
  const isIn = (inner: string, outer: string): boolean => {
    const seen = new Set<string>();
    for (let at: string | undefined = inner; at !== undefined && !seen.has(at); at = holderOf(at)) {
      if (at === outer) return true;
      seen.add(at);
    }
    return false;
  };
  const holderOf = (member: string) =>
    [...workflows.values()].find(({ members }) => members.some((each) => each.name === member))?.name;
  return isIn(name, owner) || isIn(owner, name);
}

/** Metrics of the node that is measured, beside the one that decides. */
function keptOffers({ workflow }: CompletionRequest, improver: string): Offer[] {
  const [node = '', ...decides] = workflow.nodes.get(improver)?.metric?.name.split('.') ?? [];
  return (knownMetrics(workflow).get(node) ?? [])
    .filter((metric) => metric !== decides.join('.'))
    .map((label) => ({ label, kind: CompletionItemKind.Value, detail: describe(workflow.nodes.get(node)!) }));
}

/** What is logged behind an improver's proposal: not what itself logs. */
function metricOffers({ workflow }: CompletionRequest, improver: string): Offer[] {
  const known = [...knownMetrics(workflow)].filter(([node]) => node !== improver);
  const offers: Offer[] = known.flatMap(([node, metrics]) =>
    metrics.map((metric) => ({
      label: `${node}.${metric}`,
      kind: CompletionItemKind.Value,
      detail: describe(workflow.nodes.get(node)!),
      rank: 1,
    })),
  );
  offers.push(
    { label: 'system.duration', kind: CompletionItemKind.Value, detail: 'seconds', rank: 3 },
    { label: 'system.memory', kind: CompletionItemKind.Value, detail: 'bytes', rank: 3 },
  );
  return offers;
}

/** Metrics in a condition; the word at the cursor is a part of the text. */
function whenOffers(request: CompletionRequest): Replacing {
  const { workflow, cursor, snapshot, offset } = request;
  const word = /[\w.-]*$/.exec(snapshot.text.slice(cursor.start, offset))![0];
  const after = /^[\w.-]*/.exec(snapshot.text.slice(offset, cursor.end))![0];
  const [start, end] = [offset - word.length, offset + after.length];
  // A node can't wait for what it measures itself.
  const own = String(cursor.path[1]);
  const known = [...knownMetrics(workflow)].filter(([node]) => node !== own);
  const offers: Offer[] = known.flatMap(([node, metrics]) =>
    metrics.map((metric) => {
      const label = `metrics.${node}.${metric}`;
      return {
        label,
        kind: CompletionItemKind.Value,
        ...(inOpenQuote(request, label, start, end) ?? (node.includes('-') && inQuotes(request, label, start, end))),
      };
    }),
  );
  const rest = [...workflow.nodes.values()]
    .filter(({ kind, name }) => kind !== 'tracker' && name !== own)
    .map(({ name }): Offer => ({ label: `metrics.${name}.`, kind: CompletionItemKind.Class, rank: 7 }));
  return { start, end, offers: [...offers, ...rest] };
}

/** A metric after a quote of the condition, which is written double between single quotes of YAML. */
function inOpenQuote(
  { cursor, snapshot: { text } }: CompletionRequest,
  metric: string,
  start: number,
  end: number,
): Pick<Offer, 'text'> | undefined {
  const quote = cursor.quote === "'" ? "''" : "'";
  if (start - quote.length < cursor.start || !text.startsWith(quote, start - quote.length)) return undefined;
  return { text: text.startsWith(quote, end) ? metric : `${metric}${quote}` };
}

/** A metric in quotes of the condition. Where the condition begins, YAML would take them for its own: it is quoted, too. */
function inQuotes(
  { cursor, snapshot: { text, lines }, snippets }: CompletionRequest,
  metric: string,
  start: number,
  end: number,
): Pick<Offer, 'text' | 'snippet' | 'also'> {
  if (cursor.quote === "'") return { text: `''${metric}''` };
  const begins = cursor.quote === undefined && /:[ \t]*$/.test(text.slice(lineStartAt(text, start), start));
  if (!begins) return { text: `'${metric}'` };
  if (end < cursor.end)
    return { text: `"'${metric}'`, also: [{ range: lines.range(cursor.end, cursor.end), newText: '"' }] };
  return snippets ? { text: `"'${metric}'$0"`, snippet: true } : { text: `"'${metric}'"` };
}

function pathRole({ cursor }: CompletionRequest, at: string): 'file' | 'folder' | 'requirements' | undefined {
  if (at === 'executors.files' || at === 'sources.path' || (at === 'sources' && cursor.path.length === 2))
    return 'file';
  if (at === 'executors.build') return 'folder';
  return at === 'executors.requirements' ? 'requirements' : undefined;
}
