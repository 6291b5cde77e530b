import { catalogue, type Signature } from '../../../graph';
import { defaultText } from '../words';
import { CompletionItemKind, type CompletionRequest, type Offer } from './request';
import { approaches } from './templates';

/** Whole entries for a section: a node of each built-in, an executor in each of its forms, a workflow, a source. */
export function snippetsFor(request: CompletionRequest, section: string): Offer[] {
  if (!request.snippets || request.cursor.flow) return [];
  if (section === 'nodes') return nodeSnippets(request);
  const entry = ENTRIES[section];
  return (entry ?? []).map(({ label, text, documentation }) => ({
    label,
    kind: CompletionItemKind.Snippet,
    text: indented(text, request.cursor.column),
    snippet: true,
    documentation,
    rank: 2,
  }));
}

/** Whole files, where nothing is written yet. */
export function fileSnippets(request: CompletionRequest): Offer[] {
  if (!request.snippets || request.cursor.flow || request.cursor.present.size > 1) return [];
  return approaches.map(({ label, text, documentation }) => ({
    label,
    kind: CompletionItemKind.Snippet,
    text,
    snippet: true,
    documentation,
    rank: 0,
  }));
}

/** Lines of a snippet below an entry that is indented by `column`; the first line is where the cursor is. */
export const indented = (text: string, column: number): string => text.replaceAll('\n', `\n${' '.repeat(column)}`);

function nodeSnippets({ cursor, workflow }: CompletionRequest): Offer[] {
  const free = (name: string): string => {
    let candidate = name;
    for (let count = 2; workflow.nodes.has(candidate); count++) candidate = `${name}-${count}`;
    return candidate;
  };
  const offers = [...catalogue.values()].map(
    (signature): Offer => ({
      label: signature.name,
      kind: CompletionItemKind.Snippet,
      text: indented(builtinNode(signature, free(signature.name)), cursor.column),
      snippet: true,
      detail: `scanflow/${signature.name}: ${signature.kind}, ${signature.nature}`,
      documentation: signature.description,
      rank: 2,
    }),
  );
  for (const executor of workflow.executors.keys()) {
    offers.push({
      label: `node of ${executor}`,
      kind: CompletionItemKind.Snippet,
      text: `\${1:${free(executor)}}: { executor: ${executor}$2 }`,
      snippet: true,
      detail: `executor ${executor}`,
      rank: 1,
    });
  }
  return offers;
}

/** A node that runs a built-in: what it must be given, and what makes it an improver. */
function builtinNode(signature: Signature, name: string): string {
  const lines = [`\${1:${name}}:`, `  uses: scanflow/${signature.name}`];
  let stop = 2;
  const required = signature.parameters.filter((parameter) => parameter.default === undefined);
  if (required.length > 0) {
    lines.push('  with:');
    for (const parameter of required)
      lines.push(
        `    ${parameter.name}: \${${stop++}:${parameter.enum?.[0] === undefined ? parameter.type : defaultText(parameter.enum[0])}}`,
      );
  }
  if (signature.kind === 'improver') {
    lines.push(
      `  improves: \${${stop++}:node.port}`,
      `  metric: { name: \${${stop++}:node.metric}, on: sources.\${${stop++}:test}, goal: maximize }`,
      '  approval: manual',
    );
  }
  if (lines.length > 2) return `${lines.join('\n')}$0`;
  return `\${1:${name}}: { uses: scanflow/${signature.name}$2 }$0`;
}

interface Entry {
  label: string;
  text: string;
  documentation: string;
}

const ENTRIES: Record<string, Entry[] | undefined> = Object.assign(Object.create(null) as Record<string, Entry[]>, {
  executors: [
    {
      label: 'executor (Python)',
      text: `\${1:train}:\n  requirements: \${2:requirements.txt}\n  files: [\${3:train.py}]\n  command: [python, \${3:train.py}, \\$(inputs.\${4:data}), \\$(outputs.\${5:model})]\n  inputs: { \${4:data}: \${6:dataset} }\n  outputs: { \${5:model}: \${7:model} }$0`,
      documentation: 'A Python program with its packages.',
    },
    {
      label: 'executor (image)',
      text: `\${1:step}:\n  image: \${2:python:3.12-slim}\n  files: [\${3:step.py}]\n  command: [\${4:python}, \${3:step.py}]\n  inputs: { \${5:data}: \${6:dataset} }\n  outputs: { \${7:result}: \${8:file} }$0`,
      documentation: 'A program in an image that exists.',
    },
    {
      label: 'executor (Dockerfile)',
      text: `\${1:step}:\n  build: \${2:./step}\n  command: [\${3:program}]\n  inputs: { \${4:data}: \${5:dataset} }\n  outputs: { \${6:result}: \${7:file} }$0`,
      documentation: 'A program whose image is built of a folder with a Dockerfile.',
    },
  ],
  workflows: [
    {
      label: 'workflow (sequential)',
      text: `\${1:offline}: { order: sequential, nodes: [$2] }$0`,
      documentation: 'Each member runs after the one before.',
    },
    {
      label: 'workflow (parallel)',
      text: `\${1:models}: { order: parallel, nodes: [$2] }$0`,
      documentation: 'Only edges order the members.',
    },
  ],
  sources: [
    {
      label: 'source',
      text: `\${1:clean}: \${2:data/train.npz}$0`,
      documentation: 'A file or a folder of the workspace.',
    },
    {
      label: 'source (watched)',
      text: `\${1:incoming}: { path: \${2:incoming}, watch: true }$0`,
      documentation: 'New files in the folder make nodes run, while `scanflow watch` is on.',
    },
  ],
  parameters: [
    {
      label: 'parameter',
      text: `\${1:seed}: \${2:7}$0`,
      documentation: 'A value that a run can be given: `scanflow run -p seed=8`.',
    },
    {
      label: 'parameter (all about it)',
      text: `\${1:critical}: { type: \${2|integer,number,string,boolean,list,map|}, default: \${3:100}, description: \${4:What it is for.} }$0`,
      documentation: 'With a type, bounds and a description.',
    },
  ],
});
