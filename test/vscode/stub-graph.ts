import type { Reading } from '../../extension/graph/questions';
import type { WebviewPage } from './webview-page';

/** When nodes began and ended, in milliseconds. */
const TIMES: Record<string, [number, number | null]> = {
  model: [0, 12_400],
  trial: [12_500, null],
  drift: [100, 60_000],
};

const TRIED = { node: 'trainer', decision: 'd-1', version: '2', gain: 0.1, state: 'waiting' };

/** Shows a graph with problems and a run under way, as the extension would. */
export async function showGraph(
  webview: WebviewPage,
  { outline, scene }: Reading,
  collapsed: string[] = [],
  stale = false,
  file = 'file:///w/digits.scanflow',
): Promise<void> {
  await webview.send({
    type: 'scene',
    file,
    name: outline!.name,
    scene,
    phases: outline!.phases,
    collapsed,
    problems: [
      { node: 'trainer', severity: 'warning', message: 'Its threshold is 0.' },
      { node: 'edge:10', severity: 'error', message: 'Its port is taken.' },
    ],
    locked: false,
  });
  const states = { model: 'succeeded', trial: 'running', score: 'pending', drift: 'failed', labeler: 'waiting' };
  const steps = Object.entries(states).map(([node, state]) => ({
    node,
    state,
    detail: state === 'succeeded' ? '12.4 s' : '',
    from: TIMES[node]?.[0] ?? null,
    to: TIMES[node]?.[1] ?? null,
  }));
  await webview.send({ type: 'status', run: 'r41', state: 'running', past: false, stale, steps, candidates: [TRIED] });
}
