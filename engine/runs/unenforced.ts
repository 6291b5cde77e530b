import type { Step } from '../plan';
import type { Limit, Runtime } from '../runtimes/runtime';

const BY = { process: 'by the process runtime', docker: 'by this Docker' } as const;

/** What steps ask for and the runtime cannot give, in one sentence that names their nodes; null: nothing. */
export function unenforcedNotice(
  { name, unenforced }: Pick<Runtime, 'name' | 'unenforced'>,
  steps: readonly Pick<Step, 'node' | 'role' | 'resources' | 'network'>[],
): string | null {
  const asked = unenforced.flatMap((limit) => {
    const nodes = steps.filter((step) => step.role === 'execute' && asks(step, limit)).map(({ node }) => node);
    return nodes.length === 0 ? [] : [`${limit} of ${[...new Set(nodes)].sort().join(', ')}`];
  });
  if (asked.length === 0) return null;
  const remedy = name === 'process' ? ' Where it matters, run with `--runtime docker`.' : '';
  return `Not enforced ${BY[name]}: ${asked.join('; ')}.${remedy}`;
}

function asks({ resources, network }: Pick<Step, 'resources' | 'network'>, limit: Limit): boolean {
  return limit === 'network' ? network !== 'run' : resources[limit] !== undefined;
}
