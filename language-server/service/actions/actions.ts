import { type CodeAction, type CodeActionContext, CodeActionKind, type Diagnostic } from 'vscode-languageserver-types';
import type { Problem, Range, Severity } from '../../../graph';
import { type Cancellation, throwIfCancelled } from '../cancellation';
import { lineStartAt } from '../cursor/lines';
import { noticeDataflow } from '../diagnostics/dataflow';
import { IGNORE } from '../diagnostics/ignore';
import { columnOf, eolOf, lineEndAt } from '../editing/find';
import type { FileAccess } from '../files/access';
import { filesAsNodes, scriptFolders } from '../graph/files-as-nodes';
import type { Snapshot } from '../snapshot';
import { asAction, type Proposal } from './action';
import { fixers } from './fixers';
import { rewrites } from './rewrite';

/** What can be done about the diagnostics at a range, and how else what is there could be written. */
export async function codeActions(
  snapshot: Snapshot,
  range: Range,
  { diagnostics, only }: CodeActionContext,
  files: FileAccess,
  token: Cancellation,
): Promise<CodeAction[]> {
  const wants = (kind: string): boolean =>
    !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const noticed = new Map<string, Problem[]>();
    const known = [...snapshot.problems, ...noticeDataflow(snapshot, token)];
    for (const problem of known) {
      const group = noticed.get(problem.code);
      if (group) group.push(problem);
      else noticed.set(problem.code, [problem]);
    }
    for (const diagnostic of diagnostics) {
      throwIfCancelled(token);
      const problem = problemOf(diagnostic, noticed);
      if (!problem) continue;
      for (const proposal of await proposalsFor(snapshot, problem, files)) {
        actions.push({ ...asAction(snapshot, proposal, CodeActionKind.QuickFix), diagnostics: [diagnostic] });
      }
      actions.push({
        ...asAction(snapshot, ignore(snapshot, problem), CodeActionKind.QuickFix),
        diagnostics: [diagnostic],
      });
    }
  }
  for (const { kind, proposal } of rewrites(snapshot, range))
    if (wants(kind)) actions.push(asAction(snapshot, proposal, kind));
  if (wants(CodeActionKind.Refactor)) actions.push(...(await fromScripts(snapshot, range, files)));
  return actions;
}

/** The problem that a client's diagnostic tells of; what was computed from files is made of the diagnostic itself. */
function problemOf({ code, range, message }: Diagnostic, known: ReadonlyMap<string, Problem[]>): Problem | undefined {
  if (typeof code !== 'string' || !/^SF[12]\d{3}$/.test(code)) return undefined;
  const same = (known.get(code) ?? []).find(
    (problem) =>
      problem.range.start.line === range.start.line && problem.range.start.character === range.start.character,
  );
  if (same) return same;
  const severity: Severity = 'warning';
  const text = typeof message === 'string' ? message : message.value;
  return fixers.has(code) ? { code, severity, message: text, remedy: '', range } : undefined;
}

/** What would solve a problem: the edit that it carries, and what is known for its code. */
export async function proposalsFor(snapshot: Snapshot, problem: Problem, files: FileAccess): Promise<Proposal[]> {
  const { fix } = problem;
  const { lines, text } = snapshot;
  const own: Proposal[] = fix
    ? [
        {
          title: titleOf(text.slice(lines.offsetAt(fix.range.start), lines.offsetAt(fix.range.end)), fix.text),
          changes: [{ start: lines.offsetAt(fix.range.start), end: lines.offsetAt(fix.range.end), text: fix.text }],
          preferred: true,
        },
      ]
    : [];
  return [...own, ...((await fixers.get(problem.code)?.({ snapshot, problem, files })) ?? [])];
}

function titleOf(before: string, after: string): string {
  if (after === `'${before}'` || after === `"${before}"`) return 'Put it in quotes';
  if (after === '') return `Remove "${short(before)}"`;
  return before === '' ? `Add "${short(after)}"` : `Change to "${short(after)}"`;
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text).replace(/\s+/g, ' ');

/** Silences a problem on its line: after the line's end, or before the line where its end is not free. */
function ignore({ text, lines }: Snapshot, { code, range }: Problem): Proposal {
  const start = lines.offsetAt({ line: range.start.line, character: 0 });
  const end = lineEndAt(text, start);
  const line = text.slice(start, end);
  const title = `Ignore ${code} on this line`;
  const there = new RegExp(`#[ \\t]*${IGNORE}[ \\t]+[^#]*$`).exec(line);
  if (there)
    return {
      title,
      changes: [{ start: start + line.trimEnd().length, end: start + line.trimEnd().length, text: `, ${code}` }],
    };
  if (!/#/.test(line) && !/[|>][-+\d]*\s*$/.test(line) && balanced(line))
    return { title, changes: [{ start: end, end, text: ` # ${IGNORE} ${code}` }] };
  const indent = ' '.repeat(columnOf(text, start + line.length - line.trimStart().length));
  return {
    title,
    changes: [
      {
        start: lineStartAt(text, start),
        end: lineStartAt(text, start),
        text: `${indent}# ${IGNORE} ${code}${eolOf(text)}`,
      },
    ],
  };
}

/** No quote goes on at the end of a line: a comment there would be a part of the text. */
const balanced = (line: string): boolean =>
  (line.match(/"/g) ?? []).length % 2 === 0 && (line.match(/'/g) ?? []).length % 2 === 0;

/** At the nodes or executors: the scripts of each folder here that no executor runs yet. */
async function fromScripts(snapshot: Snapshot, range: Range, files: FileAccess): Promise<CodeAction[]> {
  const offset = snapshot.lines.offsetAt({ line: range.start.line, character: 0 });
  if (!/^(nodes|executors)[ \t]*:/.test(snapshot.text.slice(offset, offset + 30))) return [];
  return (await scriptFolders(snapshot, files)).flatMap(({ folder, scripts }) => {
    const result = filesAsNodes(snapshot, scripts);
    if ('refused' in result) return [];
    const where = folder === '' ? 'beside this file' : `in "${folder}"`;
    const what = scripts.length === 1 ? `"${scripts[0]}"` : `${scripts.length} scripts ${where}`;
    return {
      title: `Add nodes for ${what}`,
      kind: CodeActionKind.Refactor,
      edit: { changes: { [snapshot.uri]: result.edits } },
    };
  });
}
