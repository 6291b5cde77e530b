import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import { type Fix, ignoredIn, isIgnored, type Problem, type Severity } from '../../../graph';
import type { Cancellation } from '../cancellation';
import type { FileAccess } from '../files/access';
import type { Settings } from '../settings';
import { derived, type Snapshot } from '../snapshot';
import { noticeDataflow } from './dataflow';
import { noticeFiles } from './files';

/** What a client keeps with a diagnostic and sends back when it asks for fixes. */
export interface DiagnosticData {
  fix?: Fix;
}

/** A page a code: what it means, and how it is mended. */
const DOCS = 'https://github.com/scanflow/scanflow/blob/main/docs/problems';

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const ignoredOf = derived(({ text }: Snapshot) => ignoredIn(text));

/** What is there for nothing is shown faded. */
const UNUSED = new Set(['SF2406', 'SF2407', 'SF2408', 'SF2409']);

/** Everything that is wrong with a text or probably not meant, as the user wants to be told it. */
export async function diagnose(
  snapshot: Snapshot,
  files: FileAccess,
  settings: Settings,
  token: Cancellation,
): Promise<Diagnostic[]> {
  const problems = [
    ...snapshot.problems,
    ...noticeDataflow(snapshot, token),
    ...(await noticeFiles(snapshot, files, token)),
  ];
  return problems.flatMap((problem) => asDiagnostic(snapshot, problem, settings) ?? []);
}

function asDiagnostic(snapshot: Snapshot, problem: Problem, settings: Settings): Diagnostic | undefined {
  const severity = settings.severity.get(problem.code) ?? problem.severity;
  if (severity === 'off' || isIgnored(problem, ignoredOf(snapshot))) return undefined;
  const data: DiagnosticData = { fix: problem.fix };
  return {
    range: problem.range,
    severity: SEVERITIES[severity],
    code: problem.code,
    codeDescription: { href: `${DOCS}/${problem.code}.md` },
    source: 'scanflow',
    message: `${problem.message} ${problem.remedy}`,
    ...(UNUSED.has(problem.code) && { tags: [DiagnosticTag.Unnecessary] }),
    ...(problem.related && {
      relatedInformation: problem.related.map(({ message, range }) => ({
        message,
        location: { uri: snapshot.uri, range },
      })),
    }),
    ...(problem.fix && { data }),
  };
}
