import { type CodeAction, type CodeActionContext, CodeActionKind, type Diagnostic } from 'vscode-languageserver-types';
import { fileCodes, type Problem, type Range, type Severity } from '../../../graph';
import { type Cancellation, throwIfCancelled } from '../cancellation';
import { noticeDataflow } from '../diagnostics/dataflow';
import { noticeFiles } from '../diagnostics/files';
import type { FileAccess } from '../files/access';
import { filesAsNodes, scriptFolders } from '../graph/files-as-nodes';
import type { Snapshot } from '../snapshot';
import { asAction, type Proposal } from './action';
import { fixers } from './fixers';
import { ignoreLine } from './ignore-line';
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
    // The disk is asked again only about what it told of.
    const ofFiles = diagnostics.some(({ code }) => Object.hasOwn(fileCodes, String(code)));
    const known = [
      ...snapshot.problems,
      ...noticeDataflow(snapshot, token),
      ...(ofFiles ? await noticeFiles(snapshot, files, token) : []),
    ];
    for (const problem of known) {
      const group = noticed.get(problem.code);
      if (group) group.push(problem);
      else noticed.set(problem.code, [problem]);
    }
    for (const diagnostic of diagnostics) {
      throwIfCancelled(token);
      const problem = problemOf(diagnostic, noticed);
      if (!problem) continue;
      const proposals = [...(await proposalsFor(snapshot, problem, files)), ...ignoreLine(snapshot, problem)];
      for (const proposal of proposals)
        actions.push({ ...asAction(snapshot, proposal, CodeActionKind.QuickFix), diagnostics: [diagnostic] });
    }
  }
  for (const { kind, proposal } of rewrites(snapshot, range))
    if (wants(kind)) actions.push(asAction(snapshot, proposal, kind));
  if (wants(CodeActionKind.Refactor)) actions.push(...(await fromScripts(snapshot, range, files)));
  return actions;
}

/** The problem that a client's diagnostic tells of; one that is not found any more is made of the diagnostic itself. */
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
