import type { Field, ObjectShape, Shape } from '../../../graph';
import { signatureOf } from '../../../graph';
import { defaultText, typeWord } from '../words';
import { CompletionItemKind, type CompletionRequest, literal, type Offer } from './request';
import { snippetsFor } from './snippets';

/** Keys of the map at the cursor: those of the language, or the names that the user could mean. */
export function keyOffers(request: CompletionRequest, shape: Shape | undefined): Offer[] {
  if (!shape) return [];
  if (shape.kind === 'either') return [...keyOffers(request, shape.long), ...keyOffers(request, shape.short)];
  if (shape.kind === 'object') return objectKeys(request, shape);
  if (shape.kind === 'map') return nameOffers(request);
  return [];
}

/** Keys for a place where the colon stands already, or a quote is still open: their names, and no whole entries. */
export const bareKeys = (offers: readonly Offer[]): Offer[] =>
  offers
    .filter(({ kind }) => kind === CompletionItemKind.Property)
    .map((offer) => ({ ...offer, text: offer.label, snippet: false, again: false }));

function objectKeys({ cursor }: CompletionRequest, shape: ObjectShape): Offer[] {
  const single = new Set(
    EXCLUSIVE.find(
      (group) => group.some((key) => cursor.present.has(key)) && group.every((key) => Object.hasOwn(shape.fields, key)),
    ),
  );
  return Object.entries(shape.fields).flatMap(([name, field]) => {
    if (cursor.present.has(name) || single.has(name)) return [];
    return [
      {
        label: name,
        kind: CompletionItemKind.Property,
        ...keyText(name, field, cursor),
        detail: `${field.required ? 'required' : 'optional'}: ${kindWord(field.shape)}`,
        documentation: fieldDocumentation(name, field),
        rank: field.required ? 1 : 3,
      },
    ];
  });
}

/** Keys of which one excludes the others. */
const EXCLUSIVE = [
  ['image', 'build', 'requirements'],
  ['executor', 'uses'],
];

/** What is written for a key: its colon, and the beginning of a value that fits the style around it. */
function keyText(
  name: string,
  { shape }: Field,
  { flow, column }: CompletionRequest['cursor'],
): Pick<Offer, 'text' | 'snippet' | 'again'> {
  const indent = ' '.repeat(column + 2);
  const own = shape.kind === 'either' ? shape.short : shape;
  const again = { again: true };
  if (shape.kind === 'object' && !flow && column === 0)
    return { text: `${name}:\n${indent}$0`, snippet: true, ...again };
  if (shape.kind === 'map' && !flow && BLOCK_MAPS.has(name)) return { text: `${name}:\n${indent}$0`, snippet: true };
  if (shape.kind === 'list' && shape.of.kind === 'either' && !flow)
    return { text: `${name}:\n${indent}- $0`, snippet: true, ...again };
  if (own.kind === 'list') return { text: `${name}: [$0]`, snippet: true, ...again };
  if (own.kind === 'map' || own.kind === 'object') return { text: `${name}: { $0 }`, snippet: true, ...again };
  if (own.kind === 'choice') return { text: `${name}: \${1|${own.values.join(',')}|}`, snippet: true };
  if (own.kind === 'boolean') return { text: `${name}: \${1|true,false|}`, snippet: true };
  return { text: `${name}: `, ...again };
}

/** Maps with entries of several lines. */
const BLOCK_MAPS = new Set(['parameters', 'sources', 'executors', 'nodes', 'workflows']);

export function kindWord(shape: Shape): string {
  switch (shape.kind) {
    case 'either':
      return `${kindWord(shape.short)} or ${kindWord(shape.long)}`;
    case 'choice':
      return shape.values.join(' | ');
    case 'list':
      return `list of ${kindWord(shape.of)}s`;
    case 'number':
      return shape.integer ? 'whole number' : 'number';
    case 'text':
      return shape.format === 'text' ? 'text' : shape.format;
    case 'object':
      return shape.name;
    default:
      return shape.kind;
  }
}

export function fieldDocumentation(name: string, field: Field): string {
  const parts = [field.description];
  if (field.default !== undefined) parts.push(`Default: \`${defaultText(field.default)}\``);
  if (field.example !== undefined) parts.push(['```yaml', `${name}: ${field.example}`, '```'].join('\n'));
  return parts.join('\n\n');
}

/** Names in a map of names: parameters of a program, axes, new nodes and executors. */
function nameOffers(request: CompletionRequest): Offer[] {
  const { cursor } = request;
  const [section, name, key] = cursor.path;
  if (section === 'nodes' && key === 'with' && typeof name === 'string') return parameterOffers(request, name);
  if (section === 'nodes' && key === 'matrix' && typeof name === 'string') {
    return parameterNames(request, name).map((parameter) => ({
      label: parameter,
      kind: CompletionItemKind.Property,
      text: `${parameter}: [$0]`,
      snippet: true,
      detail: `versions of ${name}`,
    }));
  }
  if (cursor.path.length !== 1) return [];
  return snippetsFor(request, String(section));
}

/** What a node's program takes: parameters of a built-in, or the names that an executor's command asks for. */
function parameterOffers(request: CompletionRequest, name: string): Offer[] {
  const { workflow, cursor } = request;
  const node = workflow.nodes.get(name);
  const signature = node && signatureOf(node);
  if (!signature) {
    return parameterNames(request, name)
      .filter((parameter) => !cursor.present.has(parameter))
      .map((parameter) => ({
        label: parameter,
        kind: CompletionItemKind.Property,
        text: `${parameter}: `,
        detail: `$(${parameter}) of the executor`,
        again: true,
      }));
  }
  return signature.parameters
    .filter((parameter) => !cursor.present.has(parameter.name))
    .map((parameter) => {
      const sample = parameter.default === undefined ? '' : defaultText(parameter.default);
      const value = parameter.enum
        ? `\${1|${parameter.enum.map((each) => literal(String(each)).replaceAll(',', '\\,')).join(',')}|}`
        : `\${1:${literal(sample)}}`;
      return {
        label: parameter.name,
        kind: CompletionItemKind.Property,
        text: `${parameter.name}: ${value}`,
        snippet: true,
        detail:
          parameter.default === undefined
            ? `${typeWord[parameter.type]}, required`
            : `${typeWord[parameter.type]} = ${sample}`,
        documentation: parameter.description,
        rank: parameter.default === undefined ? 1 : 3,
      };
    });
}

function parameterNames({ workflow }: CompletionRequest, name: string): string[] {
  const node = workflow.nodes.get(name);
  if (!node) return [];
  const signature = signatureOf(node);
  if (signature) return signature.parameters.map((parameter) => parameter.name);
  const executor = 'executor' in node.program ? workflow.executors.get(node.program.executor) : undefined;
  if (!executor) return [];
  const texts = [...executor.command, ...executor.env.values()];
  const names = new Set(
    texts.flatMap((text) => [...text.matchAll(/(?<!\$)\$\(([A-Za-z_][\w-]*)\)/g)].map(([, each]) => each!)),
  );
  return [...names];
}
