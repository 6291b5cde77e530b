import type { RunEvent, RunSummary, StepSummary } from '../../engine/protocol';

/** A run after an event of its journal. A step that is not known yet (a candidate's branch) is appended. */
export function applyEvent(summary: RunSummary, event: RunEvent): RunSummary {
  switch (event.type) {
    case 'planned':
      return { ...summary, nodes: event.steps.reduce(withStep, summary.nodes) };
    case 'step':
      return { ...summary, nodes: withStep(summary.nodes, event.step) };
    case 'state':
      return { ...summary, state: event.state };
    case 'task':
      return summary.tasks.includes(event.task) ? summary : { ...summary, tasks: [...summary.tasks, event.task] };
    case 'decision':
    case 'notice':
      return summary;
  }
}

function withStep(steps: StepSummary[], step: StepSummary): StepSummary[] {
  const at = steps.findIndex(({ name }) => name === step.name);
  return at < 0 ? [...steps, step] : steps.with(at, step);
}
