import { conditionLinks, edgesOfPhase, orderLinks, topological, type Workflow } from '../../graph';

interface Link {
  from: string;
  to: string;
}

/** What comes before what in one phase. */
export class PhaseOrder {
  /** Predecessors first. */
  readonly nodes: readonly string[];
  /** What orders without giving data (paper 2.2.1): node, or end of a workflow -> what is directly before it. */
  private readonly before: ReadonlyMap<string, readonly Link[]>;
  /** Node -> what its condition reads. */
  private readonly read: ReadonlyMap<string, readonly Link[]>;
  private readonly lists = new Map<string, readonly string[]>();

  constructor(
    private readonly workflow: Workflow,
    phase: string,
    executing: ReadonlySet<string>,
    /** Those of them that the plan holds. */
    private readonly planned: ReadonlySet<string>,
  ) {
    const edges = edgesOfPhase(workflow, phase).filter(({ from }) => !from.source);
    const linksOf = (data: boolean): Link[] =>
      edges
        .filter(({ to }) => (to.port !== undefined) === data)
        .map(({ from, to }) => ({ from: from.node, to: to.node }));
    const order = [...linksOf(false), ...orderLinks(workflow)];
    const conditions = conditionLinks(workflow);
    this.before = Map.groupBy(order, ({ to }) => to);
    this.read = Map.groupBy(conditions, ({ to }) => to);
    // What a condition reads may run in another phase only, and be behind it in this one.
    const held = conditions.filter(({ from, to }) => executing.has(from) && executing.has(to));
    const ends = order.flatMap(({ from, to }) => [from, to]);
    const all = topological([...workflow.nodes.keys(), ...ends], [...linksOf(true), ...order, ...held]);
    this.nodes = all.filter((name) => workflow.nodes.has(name));
  }

  /**
   * The nodes that a node waits for, without being given data. What does not run in this phase is passed over: what is
   * before it is before the node all the same. The members of a workflow share one list.
   */
  waitsFor(name: string): readonly string[] {
    const direct = (this.before.get(name) ?? []).map(({ from }) => from);
    const key = direct.join('\n');
    let list = this.lists.get(key);
    if (!list) {
      list = this.upTo(direct);
      this.lists.set(key, list);
    }
    // What a condition reads is nobody's turn: where it does not run, what is before it is not waited for.
    const read = (this.read.get(name) ?? []).map(({ from }) => from);
    return read.length === 0 ? list : [...new Set([...list, ...read])];
  }

  private upTo(direct: readonly string[]): string[] {
    const seen = new Set(direct);
    const stack = [...seen];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.planned.has(at)) continue;
      for (const { from } of this.before.get(at) ?? []) {
        if (seen.has(from)) continue;
        seen.add(from);
        stack.push(from);
      }
    }
    return [...seen].filter((each) => this.workflow.nodes.has(each));
  }
}
