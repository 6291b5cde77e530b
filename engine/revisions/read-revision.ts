import { lstat, readFile } from 'node:fs/promises';
import { meetingAt, type Node, portsOf, signatureOf } from '../../graph';
import type { EffectiveWorkflow } from '../plan';
import { type AppliedChange, insertedNodes, programs, splitPort } from '../plan';
import { type Change, fault, type Json, type Revision, type SetChange } from '../protocol';

const MAX_BYTES = 1_000_000;
/** Levels: what a change says is no deeper, and all that goes through it would run out of stack. */
const MAX_DEPTH = 64;

/**
 * The text of an improver's `revision.json`, which may be anything that a node can leave.
 *
 * @throws fault SF6001 for a folder, and for more than anybody writes.
 */
export async function revisionText(file: string, improver: string): Promise<string> {
  const stats = await lstat(file);
  if (!stats.isFile()) throw bad('SF6001', improver, 'is no file');
  if (stats.size > MAX_BYTES) throw bad('SF6001', improver, 'is larger than a megabyte');
  return readFile(file, 'utf8');
}

/**
 * Reads an improver's `revision.json` and binds it to the bytes that it needs. It may touch only what the node
 * `improves` and `wraps`.
 *
 * @param artifacts the improver's published outputs: port -> digest.
 * @param feedback the part of the feedback that the improver saw; null without.
 * @throws fault SF6001 (not a revision), SF6002 (touches something else), SF6003 (names what is not there).
 */
export function readRevision(
  text: string,
  node: Node,
  effective: EffectiveWorkflow,
  artifacts: ReadonlyMap<string, string>,
  feedback: string | null,
): AppliedChange[] {
  const { changes } = parse(text, node.name);
  const bound = changes.map((change, index): AppliedChange => {
    for (const touched of touches(change)) assertAllowed(node, touched);
    assertProgram(effective, node.name, changes.slice(0, index + 1));
    if (change.op === 'set') return change;
    if (change.op === 'merge') {
      if (feedback === null) throw bad('SF6003', node.name, 'merges feedback, but the node gets none');
      assertPort(effective, node.name, change.into);
      return { op: 'merge', into: change.into, feedback, weight: change.weight };
    }
    for (const port of change.before) assertPort(effective, node.name, port);
    const given: [string, string][] = Object.entries(change.artifacts ?? {}).map(([port, output]) => {
      const digest = artifacts.get(output);
      if (digest === undefined) throw bad('SF6003', node.name, `takes output ${output}, which the node did not write`);
      return [port, digest];
    });
    return { ...change, artifacts: Object.fromEntries(given) };
  });
  assertOnce(node.name, bound);
  return bound;
}

/** Two nodes of one name would be one that waits for itself. */
function assertOnce(improver: string, changes: AppliedChange[]): void {
  const seen = new Set<string>();
  for (const { node, name, before } of insertedNodes({ id: '', improver, changes })) {
    if (seen.has(node)) throw bad('SF6001', improver, `puts ${name} before ${before} twice`);
    seen.add(node);
  }
}

function parse(text: string, improver: string): Revision {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('SF6001', improver, 'is not JSON');
  }
  if (isDeeper(value, MAX_DEPTH)) throw bad('SF6001', improver, `is nested deeper than ${MAX_DEPTH} levels`);
  const changes = isRecord(value) ? value.changes : undefined;
  if (!Array.isArray(changes) || changes.length === 0) throw bad('SF6001', improver, 'has no list `changes`');
  for (const change of changes) {
    const problem = problemOf(change);
    if (problem) throw bad('SF6001', improver, problem);
  }
  // Each was looked at above.
  return { changes: changes as unknown as Change[] };
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));

function problemOf(change: unknown): string | null {
  if (!isRecord(change)) return 'has a change that is not an object';
  const text = (key: string) => typeof change[key] === 'string' && change[key] !== '';
  const optionalText = (key: string) => change[key] === undefined || text(key);
  const optionalRecord = (key: string) => change[key] === undefined || isRecord(change[key]);
  switch (change.op) {
    case 'merge':
      if (!text('into')) return 'has a merge without `into`';
      if (change.weight !== undefined && !(typeof change.weight === 'number' && change.weight > 0)) {
        return 'has a merge whose `weight` is not a positive number';
      }
      return null;
    case 'insert':
      if (!['name', 'input', 'output'].every(text)) return 'has an insert without `name`, `input` or `output`';
      if (!text('uses') && !text('executor')) return 'has an insert without `uses` or `executor`';
      if (!Array.isArray(change.before) || !change.before.every((port) => typeof port === 'string')) {
        return 'has an insert whose `before` is not a list of ports';
      }
      return optionalRecord('with') && optionalRecord('artifacts')
        ? null
        : 'has an insert with odd `with` or `artifacts`';
    case 'set':
      if (!text('node')) return 'has a set without `node`';
      if (!['executor', 'uses', 'image'].every(optionalText) || !optionalRecord('with')) return 'has an odd set';
      return null;
    default:
      return `has a change whose \`op\` is ${JSON.stringify(change.op)}; known are merge, insert and set`;
  }
}

function touches(change: Change): string[] {
  if (change.op === 'merge') return [change.into];
  return change.op === 'insert' ? change.before : [change.node];
}

function assertAllowed(node: Node, touched: string): void {
  const allowed = [...(node.improves ? [node.improves] : []), ...node.wraps];
  const { node: name, port } = touched.includes('.') ? splitPort(touched) : { node: touched, port: undefined };
  const fits = allowed.some(
    (end) => end.node === touched || (end.node === name && (end.port === undefined || end.port === port)),
  );
  if (!fits) {
    const list = allowed.map((end) => (end.port ? `${end.node}.${end.port}` : end.node)).join(', ') || 'nothing';
    throw bad('SF6002', node.name, `touches ${touched}, but the node improves and wraps ${list}`);
  }
}

function assertPort(effective: EffectiveWorkflow, improver: string, written: string): void {
  const { node: name, port } = splitPort(written);
  const node = effective.workflow.nodes.get(name);
  if (!node || !portsOf(effective.workflow, node, programs).inputs.has(port)) {
    throw bad('SF6003', improver, `names port ${written}, which does not exist`);
  }
  if (meetingAt(effective.workflow, { node: name, port })) {
    throw bad('SF6003', improver, `names port ${written}, which several edges reach: it would change one of them`);
  }
}

/** The last of these changes names a program that is there, and an image only for one that has images. */
function assertProgram({ workflow }: EffectiveWorkflow, improver: string, changes: readonly Change[]): void {
  const change = changes.at(-1)!;
  if (change.op === 'merge') return;
  const { executor, uses } = change;
  if (executor !== undefined && !workflow.executors.has(executor)) {
    throw bad('SF6003', improver, `names executor ${executor}, which does not exist`);
  }
  if (uses !== undefined && !signatureOf({ program: { uses } }, programs)) {
    throw bad('SF6003', improver, `names the built-in node ${uses}, which does not exist`);
  }
  if (change.op === 'insert' || change.image === undefined) return;
  const chosen = changes.findLast(
    (each) => each.op === 'set' && each.node === change.node && (each.executor ?? each.uses) !== undefined,
  ) as SetChange | undefined;
  const builtin = chosen ? chosen.uses !== undefined : 'uses' in workflow.nodes.get(change.node)!.program;
  if (builtin) throw bad('SF6003', improver, `names an image for ${change.node}, which is a built-in node`);
}

const bad = (code: string, improver: string, what: string) =>
  fault(code, 'failed', `The revision of ${improver} ${what}.`, 'Correct what the improver writes to revision.json.');

const isRecord = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
