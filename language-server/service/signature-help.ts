import type { SignatureHelp } from 'vscode-languageserver-types';
import { type Position, signatureOf } from '../../graph';
import { cursorAt } from './cursor/cursor';
import type { Snapshot } from './snapshot';
import { defaultText, parameterSummary, typeWord } from './words';

/** The parameters of the built-in node that the cursor's `with:` belongs to, and the one that is being given. */
export function signatureHelp(snapshot: Snapshot, position: Position): SignatureHelp | null {
  const cursor = cursorAt(snapshot.text, snapshot.lines.offsetAt(position));
  const [section, name, key, given] = cursor?.path ?? [];
  if (!cursor || section !== 'nodes' || key !== 'with') return null;
  const node = snapshot.workflow.nodes.get(String(name));
  const signature = node && signatureOf(node);
  if (!signature || signature.parameters.length === 0) return null;
  const written = cursor.role === 'key' ? snapshot.text.slice(cursor.start, cursor.end).trim() : String(given);
  const labels = signature.parameters.map((parameter) =>
    parameter.default === undefined
      ? `${parameter.name}: ${typeWord[parameter.type]}`
      : `${parameter.name} = ${defaultText(parameter.default)}`,
  );
  const active = signature.parameters.findIndex((parameter) => parameter.name === written);
  const next = signature.parameters.findIndex((parameter) => !cursor.present.has(parameter.name));
  return {
    signatures: [
      {
        label: `scanflow/${signature.name} { ${labels.join(', ')} }`,
        documentation: { kind: 'markdown', value: signature.description.split('\n\n', 1)[0]! },
        parameters: signature.parameters.map((parameter, index) => ({
          label: labels[index]!,
          documentation: { kind: 'markdown', value: `${parameterSummary(parameter)}. ${parameter.description}` },
        })),
      },
    ],
    activeSignature: 0,
    activeParameter: Math.max(0, active >= 0 ? active : next),
  };
}
