import type { BuildContext } from '../build/context';
import { conditionLinks, type OrderLink, orderLinks, shown } from '../order';
import { edgesOfPhase, executingNodes, phasesOf } from '../phases';
import type { Problem, Range } from '../problem';
import { ANY, type Edge } from '../workflow';
import { findCycle, type Link } from './find-cycle';

/** More cycles than these are not told apart: what remains is shown when they are gone. */
const MAX_CYCLES = 20;

/** Of a long cycle the names at both ends are shown, and as many places. */
const SHOWN_NAMES = 8;

/** A link of one phase and where it comes from: an edge of the file, or what orders without giving anything. */
type Cause = OrderLink | (Link & { text: Range; order?: undefined; holds?: undefined });

/**
 * Reports what would have to run before itself: each cycle once, at the edge that comes last in the file. The order of
 * sub-workflows, `after`, and conditions on what runs in the same phase count as edges do.
 */
export function checkCycles({ workflow, report, catalogue }: BuildContext): void {
  const order = orderLinks(workflow);
  const conditions = conditionLinks(workflow);
  // Where all edges together make no cycle, those of no phase do.
  if (!findCycle([...linksOf(workflow.edges), ...order, ...conditions])) return;
  const executing = executingNodes(workflow, catalogue);
  const removed = new Set<Range>();
  let left = MAX_CYCLES;
  // A cycle of edges of every phase is in each phase: it is found first, and once.
  for (const phase of new Set([ANY, ...phasesOf(workflow)])) {
    const here = executing.get(phase);
    const held = conditions.filter(({ from, to }) => here?.has(from) && here.has(to));
    const all: Cause[] = [...linksOf(edgesOfPhase(workflow, phase)), ...order, ...held];
    let links = all.filter((link) => !removed.has(link.text));
    for (let cycle = findCycle(links); cycle && left > 0; cycle = findCycle(links)) {
      left--;
      const closing = closingLink(cycle);
      removed.add(closing.text);
      links = links.filter((link) => !removed.has(link.text));
      reportCycle(cycle, closing, phase, report);
    }
  }
}

const linksOf = (edges: readonly Edge[]): Cause[] =>
  edges.flatMap(({ from, to, range }) => (from.source ? [] : [{ from: from.node, to: to.node, text: range }]));

/** The link that one would take away: the last edge in the file, or the last order where there is no edge. */
function closingLink(cycle: readonly Cause[]): Cause {
  const edges = cycle.filter((link) => link.order === undefined);
  const candidates = edges.length > 0 ? edges : cycle.filter((link) => !link.holds);
  return candidates.reduce((last, link) => (isAfter(link.text, last.text) ? link : last));
}

const isAfter = ({ start: one }: Range, { start: other }: Range): boolean =>
  one.line > other.line || (one.line === other.line && one.character > other.character);

function reportCycle(cycle: readonly Cause[], closing: Cause, phase: string, report: BuildContext['report']): void {
  const at = cycle.indexOf(closing);
  const turned = [...cycle.slice(at + 1), ...cycle.slice(0, at + 1)];
  const path = pathOf(turned, closing);
  const orders = [...new Set(turned.flatMap((link) => (link.order === undefined || link.holds ? [] : [link.order])))];
  const related: Problem['related'] = [...new Map(turned.map((link) => [link.text, link])).values()]
    .filter((link) => link !== closing && link.text !== closing.text)
    .slice(0, 2 * SHOWN_NAMES)
    .map((link) => ({ message: link.order ?? 'An edge of the cycle.', range: link.text }));
  if (orders.length > 0) {
    report.add(
      'SF2016',
      closing.text,
      `What should come first contradicts itself: ${path}.`,
      `Turn the edge round, or change the order: ${orders.join('; ')}.`,
      { related },
    );
    return;
  }
  const where = phase === ANY ? '' : ` in phase "${phase}"`;
  report.add(
    'SF2015',
    closing.text,
    `The edges${where} make a cycle: ${path}.`,
    'Remove one of them, or give it the label of another phase.',
    { related },
  );
}

/** The names on the way, from what the closing link leads to until there again: `a -> b -> a`. */
function pathOf(turned: readonly Cause[], closing: Cause): string {
  const names = [shown(closing.to)];
  for (const link of turned.filter(({ holds }) => !holds)) {
    for (const name of [shown(link.from), shown(link.to)]) if (name !== names.at(-1)) names.push(name);
  }
  if (names.length === 1) return `${names[0]} -> ${names[0]}`;
  const hidden = names.length - 2 * SHOWN_NAMES;
  return (
    hidden <= 1 ? names : [...names.slice(0, SHOWN_NAMES), `(${hidden} more)`, ...names.slice(-SHOWN_NAMES)]
  ).join(' -> ');
}
