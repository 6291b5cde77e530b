import { parentPort } from 'node:worker_threads';
import ELK from 'elkjs/lib/elk-api';
import { parseWorkflow, type Workflow } from '../../graph';
import { effectiveOutline } from './inserted';
import { dress, layOut, shapeOf } from './layout';
import { outlineOf } from './outline';
import type { Answer, Question, Reading } from './questions';
import { sameWorkflow } from './same-workflow';
import { defaultCollapsed, type Plan, planScene, type Scene } from './scene';

/** A thread of its own: reads workflows and lays out their graphs, so that neither a large nor a hostile file holds up the editor. */

// Unmodified and beside this file, as its licence (EPL-2.0) asks.
const { Worker: ElkWorker } = require('./elk-worker.min.js') as { Worker: new () => never };
const elk = new ELK({ workerFactory: () => new ElkWorker() });

const UNREADABLE = ['SF1001', 'SF1002', 'SF1003', 'SF1004', 'SF1005'];

async function read({ text, scene }: Question): Promise<Reading> {
  const { workflow, problems } = parseWorkflow(text);
  // What is left of a text that is not YAML is not what its author means.
  if (problems.some(({ code }) => UNREADABLE.includes(code))) return { outline: null, problems, scene: null };
  const outline = outlineOf(workflow);
  if (!scene) return { outline, problems, scene: null };
  const effective = effectiveOutline(workflow, scene.revisions);
  const plan = planScene(effective, new Set(scene.collapsed ?? defaultCollapsed(effective)));
  const stale = scene.ran !== null && !sameWorkflow(ranAs(scene.ran), workflow);
  return { outline, problems, effective, scene: dress(await laidOut(plan), plan), stale };
}

let ran: { text: string; workflow: Workflow } | null = null;

/** The text of a run does not change: it is read once. */
function ranAs(text: string): Workflow {
  if (ran?.text !== text) ran = { text, workflow: parseWorkflow(text).workflow };
  return ran.workflow;
}

let former: { shape: string; scene: Scene } | null = null;

/** What one types changes the shape of the graph seldom: the places of the last one are kept. */
async function laidOut(plan: Plan): Promise<Scene> {
  const shape = shapeOf(plan);
  if (former?.shape !== shape) former = { shape, scene: await layOut(plan, elk) };
  return former.scene;
}

parentPort?.on('message', async (question: Question) => {
  let answer: Answer;
  try {
    answer = { id: question.id, reading: await read(question) };
  } catch (error) {
    answer = { id: question.id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
