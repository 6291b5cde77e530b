import { type ErrorClass, fault, type ScanflowError } from '../protocol';

/** SF39xx: the command line. Each has a section in docs/problems.md. */
export const CLI_FAULTS = {
  usage: row(
    'SF3901',
    'request',
    'The command can not be understood',
    '`scanflow --help` and `scanflow COMMAND --help` say how.',
  ),
  noFile: row('SF3902', 'request', 'The file can not be read', 'Correct the path.'),
  noFolder: row('SF3903', 'request', 'The folder does not exist', 'Create it, or name another.'),
  invalid: row('SF3904', 'request', 'The workflow has errors', 'Correct what is listed above.'),
  badPair: row(
    'SF3905',
    'request',
    'A value was expected as NAME=VALUE',
    'Write it as in `-p rate=0.1` or `-i clean=data/train.npz`.',
  ),
  badAnswers: row(
    'SF3906',
    'request',
    'The answers can not be read',
    'Give a CSV with the columns id,label, or a JSON object {"id": "label"}.',
  ),
  inTheWay: row('SF3907', 'request', 'Files are in the way', 'Choose an empty folder: nothing is ever overwritten.'),
  noTemplate: row('SF3908', 'request', 'There is no such template', '`scanflow init --list` names them.'),
  noModel: row('SF3909', 'request', 'There is no such model', '`scanflow models` lists names, versions and aliases.'),
  noInstall: row(
    'SF3910',
    'environment',
    'The package could not be installed',
    'Read what npm says; without it the backend wasm works everywhere.',
  ),
  noRun: row('SF3911', 'request', 'There is no such run', '`scanflow runs --all` lists all of them.'),
  notKept: row(
    'SF3912',
    'failed',
    'The content is no longer in the store',
    'Run the workflow again: it makes again what is missing.',
  ),
  unexpected: row(
    'SF3999',
    'failed',
    'Something unexpected happened',
    'This is a defect of Scanflow: run it again with SCANFLOW_DEBUG=1 and report what it prints.',
  ),
} as const;

/**
 * A fault of the list above.
 *
 * @param what What happened, and where: stands behind the fault's own words.
 */
export function cliFault(
  name: keyof typeof CLI_FAULTS,
  what: string,
  options?: ErrorOptions & { remedy?: string },
): ScanflowError {
  const { code, class: errorClass, title, remedy } = CLI_FAULTS[name];
  return fault(code, errorClass, `${title}: ${what}`, options?.remedy ?? remedy, options);
}

function row(code: string, errorClass: ErrorClass, title: string, remedy: string) {
  return { code, class: errorClass, title, remedy };
}
