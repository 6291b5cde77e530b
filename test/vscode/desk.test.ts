import { beforeEach, expect, test, vi } from 'vitest';
import { type AnswerRequest, fault, type GivenAnswer, type TaskDetail } from '../../engine/protocol';
import { exampleSample } from '../../engine/protocol/examples';
import { answerOf, giveAnswers, newTask } from '../../engine/workspace/answering';
import type { TaskOpened } from '../../engine/workspace/ledger-entries';
import type { Links } from '../../extension/engine/links';
import { LabelingDesk } from '../../extension/labeling/desk';
import { givenOf } from '../../extension/labeling/open-task';
import type { FromLabeling, ToLabeling } from '../../extension/messages/labeling';
import type { Mirror } from '../../extension/runs/mirror';
import type { Samples } from '../../extension/samples/samples';

const editor = vi.hoisted(() => ({
  questions: [] as string[],
  says: undefined as string | undefined,
  faults: [] as string[],
}));
vi.mock('vscode', () => ({
  commands: { executeCommand: async () => {} },
  l10n: { t: (text: string, ...words: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(words[Number(at)])) },
  window: {
    showWarningMessage: async (question: string) => {
      editor.questions.push(question);
      return editor.says;
    },
    showErrorMessage: async (message: string) => void editor.faults.push(message),
  },
  workspace: { getConfiguration: () => ({ get: (_: string, known: unknown) => known }) },
  EventEmitter: class {
    readonly event = () => {};
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  editor.questions.length = 0;
  editor.faults.length = 0;
  editor.says = undefined;
});

/** A desk with one screen that shows a task of an engine that keeps it as the true one does. */
async function world(...ids: string[]) {
  const task = newTask({ id: 't', request: {} } as unknown as TaskOpened);
  const requests: AnswerRequest[] = [];
  const engine = {
    ids,
    ...{ run: 'r1', state: 'waiting', closed: false, gone: false, full: false },
    slow: null as Promise<void> | null,
  };
  const items = () =>
    engine.ids.map((id) => {
      const answer = task.answers.get(id) ?? null;
      return exampleSample(id, { answer, skipped: task.answers.has(id) && answer === null });
    });
  const count = (wanted: (answer: string | null | undefined) => boolean) =>
    engine.ids.filter((id) => wanted(task.answers.get(id))).length;
  const row = () => ({
    id: 't',
    run: engine.run,
    open: count((answer) => answer === undefined),
    answered: count((answer) => typeof answer === 'string'),
    skipped: count((answer) => answer === null),
  });
  const give = (request: AnswerRequest) => {
    if (engine.closed) throw new Error('Task t is closed.');
    const { by = 'ada', task: _, close, expected = {}, ...given } = request;
    for (const [id, seen] of Object.entries(expected)) {
      if (JSON.stringify(seen) !== JSON.stringify(answerOf(task, id)))
        throw fault('SF6035', 'request', `${id} has another answer by now.`, 'Look.');
    }
    giveAnswers(task, { ...given, by, at: '' });
    engine.closed = close === true || row().open === 0;
  };
  const ask = async (what: string, request: unknown): Promise<unknown> => {
    if (engine.gone) throw new Error('The engine is gone.');
    switch (what) {
      case 'task':
        return {
          ...row(),
          kind: 'label',
          title: 'T',
          workflow: 'w',
          node: 'n',
          classes: ['a', 'b'],
          items: items(),
          done: structuredClone(task.done),
          undone: structuredClone(task.undone),
          data: null,
          clean: null,
        } as unknown as TaskDetail;
      case 'show':
        return { run: engine.run, state: engine.state };
      case 'tasks':
        return engine.closed ? [] : [row()];
      case 'answer':
        await engine.slow;
        if (engine.gone) throw new Error('The engine is gone.');
        if (engine.full) throw new Error('The disk is full.');
        requests.push(request as AnswerRequest);
        give(request as AnswerRequest);
        return { closed: engine.closed, run: null };
      case 'gains':
        return [{ labels: 1, gain: 0.1, metric: (request as { workflow: string }).workflow }];
      default:
        return [];
    }
  };
  let heard = () => {};
  const mirror = {
    key: 'k',
    rows: [{}],
    tasks: [row()],
    summary: async (run: string) => ({ file: `${run}.scanflow` }),
    refresh: async () => {
      mirror.tasks = engine.closed ? [] : [row()];
      heard();
    },
    link: { folder: { uri: { fsPath: '/' } }, ask },
  };
  const links = {
    onDidChange: (act: () => void) => {
      heard = act;
      return { dispose() {} };
    },
    byKey: () => mirror,
    all: () => [mirror],
    asked: async () => {
      await mirror.refresh();
      return [mirror];
    },
  };
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => kept.set(key, value),
  };
  const log = { warn() {}, error() {} };
  const desk = new LabelingDesk(links as unknown as Links, {} as Samples, memory as never, log as never);
  const told: ToLabeling[] = [];
  /** What the screen shows of each sample. */
  const shown = new Map<string, GivenAnswer | null>();
  const tell = (message: ToLabeling) => {
    told.push(structuredClone(message));
    if (message.type === 'task') for (const item of message.items) shown.set(item.id, givenOf(item));
  };
  const screen = { grid: false, tell };
  desk.join(screen);
  await desk.show(mirror as unknown as Mirror, 't');
  const hear = (message: FromLabeling) => desk.hear(screen, message);
  /** `s0` is `a` (null: open again). */
  const say = (id: string, answer: string | null, step: 'undo' | 'redo' | '' = '') => {
    const given = answer === null ? null : { answer, reason: null };
    // A step takes back, or does again, only what the person saw.
    const change = step === '' ? { id, given } : { id, given, expected: shown.get(id) };
    shown.set(id, given);
    return hear({ type: 'answer', task: 't', changes: [change], step });
  };
  const last = <T extends ToLabeling['type']>(type: T) =>
    told.filter((message): message is Extract<ToLabeling, { type: T }> => message.type === type).at(-1);
  return {
    ...{ desk, screen, mirror, engine, requests, told, hear, say, last },
    /** The engine's answers. */
    answers: () => Object.fromEntries(task.answers),
    steps: () => task.done.map(({ changes }) => changes[0]!.id),
    /** Another client says so. */
    elsewhere: (answers: Record<string, string | null>) => give({ task: 't', answers }),
    refresh: async () => {
      await mirror.refresh();
      await vi.advanceTimersByTimeAsync(10);
    },
    /** The engine tells of a run. */
    happen: async () => {
      heard();
      await vi.advanceTimersByTimeAsync(10);
    },
    grace: () => vi.advanceTimersByTimeAsync(3100),
  };
}

test('the last answer is held for a moment, then the task closes', async () => {
  const { say, last, answers, grace, engine } = await world('s0', 's1');
  await say('s0', 'a');
  await say('s1', 'b');
  expect(last('holding')).toEqual({ type: 'holding', ids: ['s1'], seconds: 3 });
  expect(answers()).toEqual({ s0: 'a' });
  await grace();
  expect([answers(), engine.closed]).toEqual([{ s0: 'a', s1: 'b' }, true]);
  expect(last('closed')).toMatchObject({ labelled: 2 });
});

test('another sample is corrected while the last answer is held: both arrive', async () => {
  const { say, answers, grace, engine } = await world('s0', 's1');
  await say('s0', 'a');
  await say('s1', 'a');
  await say('s0', 'b');
  expect([answers(), engine.closed]).toEqual([{ s0: 'b' }, false]);
  await grace();
  expect([answers(), engine.closed]).toEqual([{ s0: 'b', s1: 'a' }, true]);
});

test('the step before is taken back while the last answer is held: the task stays open', async () => {
  const { say, answers, grace, steps } = await world('s0', 's1', 's2');
  await say('s0', 'a');
  await say('s1', 'a');
  await say('s2', 'a');
  await say('s2', null, 'undo');
  await say('s1', null, 'undo');
  await grace();
  expect([answers(), steps()]).toEqual([{ s0: 'a' }, ['s0']]);
});

test('undo of a corrected last answer holds the one before', async () => {
  const { say, last, answers, grace } = await world('s0', 's1');
  await say('s0', 'a');
  await say('s1', 'a');
  await say('s1', 'b');
  await say('s1', 'a', 'undo');
  expect(last('saved')).toMatchObject({ changes: [{ id: 's0' }] });
  await grace();
  expect(answers()).toEqual({ s0: 'a', s1: 'a' });
});

test('two quick last answers: the second is held though the first is on its way', async () => {
  const { say, engine, requests, grace } = await world('s0', 's1', 's2');
  await say('s0', 'a');
  let release = () => {};
  engine.slow = new Promise((resolve) => {
    release = resolve;
  });
  const both = [say('s1', 'a'), say('s2', 'a')];
  release();
  await Promise.all(both);
  expect(requests.map(({ answers }) => Object.keys(answers)[0])).toEqual(['s0', 's1']);
  await grace();
  expect(engine.closed).toBe(true);
});

test('what is held is with the engine once the desk is settled, as at the end of the window', async () => {
  const { say, desk, answers } = await world('s0');
  await say('s0', 'a');
  await desk.settle();
  expect(answers()).toEqual({ s0: 'a' });
});

test('samples that a newer run adds are shown, and Finish asks about them', async () => {
  const { say, last, engine, refresh, grace, hear, requests } = await world('s0', 's1');
  engine.ids = ['s0', 's1', 's2', 's3'];
  await refresh();
  expect(last('changed')!.items).toHaveLength(4);
  await say('s0', 'a');
  await say('s1', 'a');
  await grace();
  engine.ids = [...engine.ids, 's4'];
  await hear({ type: 'finish', task: 't' });
  expect(editor.questions).toEqual(['Finish "T" with 3 samples unanswered? The run goes on without them.']);
  expect(requests.some(({ close }) => close)).toBe(false);
  editor.says = 'Finish';
  await hear({ type: 'finish', task: 't' });
  expect(engine.closed).toBe(true);
});

test('a task that moved to a newer run is shown anew', async () => {
  const { told, engine, refresh } = await world('s0', 's1');
  engine.run = 'r2';
  await refresh();
  expect(told.filter(({ type }) => type === 'task')).toHaveLength(2);
});

test('what another client answers is told, and not what this one did', async () => {
  const { say, told, last, elsewhere, refresh } = await world('s0', 's1', 's2');
  await say('s0', 'a');
  await refresh();
  expect(told.some(({ type }) => type === 'changed')).toBe(false);
  elsewhere({ s1: 'b' });
  await refresh();
  expect(last('changed')!.items.map(({ answer }) => answer)).toEqual(['a', 'b', null]);
  expect(last('changed')!.done).toHaveLength(2);
});

test('a held answer of a task that another client closed is not lost without a word', async () => {
  const { say, last, elsewhere, refresh } = await world('s0', 's1');
  await say('s0', 'a');
  await say('s1', 'a');
  elsewhere({ s1: 'b' });
  await refresh();
  expect(last('closed')).toMatchObject({ labelled: 2 });
  expect(editor.faults).toEqual([expect.stringContaining('Task t is closed.')]);
});

test.each([
  ['running', 'r1'],
  ['succeeded', 'r1'],
  ['cancelled', null],
])('of a task that another client closed, it is told whether its run goes on: %s', async (state, run) => {
  const { elsewhere, refresh, last, engine } = await world('s0');
  elsewhere({ s0: 'a' });
  engine.state = state;
  await refresh();
  expect(last('closed')).toMatchObject({ run });
});

test('Finish saves first what was refused before, and asks about none of it', async () => {
  const { desk, say, engine, answers, last } = await world('s0', 's1');
  engine.full = true;
  await say('s0', 'a');
  engine.full = false;
  editor.says = 'Finish';
  await desk.finish();
  expect(editor.questions).toEqual([expect.stringMatching(/with 1 samples unanswered/)]);
  expect([answers(), engine.closed]).toEqual([{ s0: 'a' }, true]);
  expect(last('closed')).toMatchObject({ labelled: 1 });
});

test('where that can not be saved yet, the task stays open, says why, and forgets nothing', async () => {
  const { desk, say, engine, answers } = await world('s0', 's1');
  engine.full = true;
  await say('s0', 'a');
  editor.says = 'Finish';
  await desk.finish();
  expect(editor.questions).toEqual([expect.stringMatching(/^"T" is not finished, for 1 answer.*The disk is full/)]);
  expect([answers(), engine.closed]).toEqual([{}, false]);
  engine.full = false;
  await desk.finish();
  expect([answers(), engine.closed]).toEqual([{ s0: 'a' }, true]);
});

test('a view that is shown again takes back the last step', async () => {
  const { say, hear, last, steps } = await world('s0', 's1', 's2', 's3');
  await say('s0', 'a');
  await say('s1', 'b');
  await hear({ type: 'ready' });
  expect(last('task')!.done.map(({ changes }) => changes)).toEqual(
    ['a', 'b'].map((answer, at) => [{ id: `s${at}`, before: null, after: { answer, reason: null } }]),
  );
  await say('s1', null, 'undo');
  await hear({ type: 'ready' });
  expect([last('task')!.done.length, last('task')!.undone.length, steps()]).toEqual([1, 1, ['s0']]);
});

test('undo of a refused answer takes back nothing else', async () => {
  const { say, engine, last, answers, steps } = await world('s0', 's1', 's2');
  await say('s0', 'a');
  engine.gone = true;
  await say('s1', 'b');
  expect(last('refused')).toMatchObject({ of: 'answer', ids: ['s1'] });
  await say('s0', 'b');
  engine.gone = false;
  await say('s0', 'a', 'undo');
  await say('s1', null, 'undo');
  expect([answers(), steps()]).toEqual([{ s0: 'a' }, ['s0']]);
  expect(last('saved')).toMatchObject({ changes: [{ id: 's1', given: null }] });
});

test('a correction that the engine never heard of is undone to what was refused before, which arrives', async () => {
  const { say, engine, answers, last } = await world('s0', 's1');
  engine.gone = true;
  await say('s0', 'a');
  await say('s0', 'b');
  engine.gone = false;
  await say('s0', 'a', 'undo');
  expect(answers()).toEqual({ s0: 'a' });
  expect(last('saved')).toMatchObject({ changes: [{ id: 's0', given: { answer: 'a' } }] });
});

test.each([false, true])(
  'undo in a view that shows what was refused is of what the engine has (shown again: %s)',
  async (again) => {
    const { say, hear, engine, answers, steps } = await world('s0', 's1');
    await say('s0', 'a');
    engine.gone = true;
    if (!again) await say('s0', null, 'undo');
    await say('s0', 'b');
    engine.gone = false;
    if (again) await hear({ type: 'ready' });
    await say('s0', null, 'undo');
    expect([answers(), steps()]).toEqual([{}, []]);
  },
);

test('undo of what was refused overwrites nothing that another client said meanwhile', async () => {
  const { say, engine, elsewhere, answers, last } = await world('s0', 's1');
  engine.gone = true;
  await say('s0', 'a');
  await say('s0', 'b');
  engine.gone = false;
  elsewhere({ s0: 'c' });
  await say('s0', 'a', 'undo');
  expect(answers()).toEqual({ s0: 'c' });
  expect(last('refused')).toMatchObject({ message: 's0 has another answer by now. Look.' });
});

test('undo in a view that has not heard yet what another client said overwrites nothing', async () => {
  const { desk, say, elsewhere, answers } = await world('s0', 's1');
  await say('s0', 'a');
  elsewhere({ s0: 'b' });
  await desk.heed(desk.open!);
  await say('s0', null, 'undo');
  expect(answers()).toEqual({ s0: 'b' });
});

test('undo takes back nothing that another client said in the same moment, and shows it', async () => {
  const { say, hear, told, last, elsewhere, answers } = await world('s0', 's1', 's2');
  await say('s0', 'a');
  elsewhere({ s0: 'b' });
  told.length = 0;
  const expected = { answer: 'a', reason: null };
  await hear({ type: 'answer', task: 't', changes: [{ id: 's0', given: null, expected }], step: 'undo' });
  expect(answers()).toEqual({ s0: 'b' });
  // It is on its way no longer: the view shows what it is told then.
  expect(told.map(({ type }) => type)).toEqual(['saved', 'changed', 'refused']);
  expect(last('changed')!.items[0]!.answer).toBe('b');
  expect(last('refused')).toMatchObject({ ids: [], message: 's0 has another answer by now. Look.' });
  await hear({ type: 'ready' });
  expect([last('task')!.items[0]!.answer, last('task')!.done.length]).toEqual(['b', 2]);
});

test('a mirror that changes twice opens the task once, and no answer is overwritten', async () => {
  const { desk, say, told, mirror, last, engine } = await world('s0', 's1', 's2');
  desk.open = null;
  void mirror.refresh();
  void mirror.refresh();
  await say('s0', 'a');
  await vi.advanceTimersByTimeAsync(10);
  expect(told.filter(({ type }) => type === 'task')).toHaveLength(2);
  await desk.hear({ grid: false, tell: (message) => void told.push(message) }, { type: 'ready' });
  expect(last('task')!.items[0]!.answer).toBe('a');
  expect(engine.closed).toBe(false);
});

test("what labels brought before is that of the task's own file", async () => {
  const { last } = await world('s0');
  expect(last('task')).toMatchObject({ gains: [{ metric: 'r1.scanflow' }] });
});

test('a task that closed stays closed on the screen, whatever happens before the trees know of it', async () => {
  const { say, last, told, mirror, happen } = await world('s0');
  mirror.refresh = async () => {};
  const { length } = told;
  await say('s0', 'a');
  await vi.advanceTimersByTimeAsync(3100);
  // The run goes on: its events come before the engine is asked which tasks there are.
  await happen();
  expect(told.slice(length).map(({ type }) => type)).toEqual(['holding', 'saved', 'closed', 'none']);
  expect(last('closed')).toMatchObject({ run: null, labelled: 1 });
});

test('a refused answer outlives the view that it was given in, and another task that is shown meanwhile', async () => {
  const { desk, mirror, say, hear, told, last, engine, answers } = await world('s0', 's1', 's2');
  engine.gone = true;
  await say('s1', 'b');
  engine.gone = false;
  for (const show of [() => hear({ type: 'ready' }), () => desk.show(mirror as never, 't')]) {
    told.length = 0;
    await show();
    expect(last('task')!.items.map(({ answer }) => answer)).toEqual([null, 'b', null]);
    expect(last('refused')).toMatchObject({ of: 'answer', ids: ['s1'] });
  }
  await say('s1', 'b');
  told.length = 0;
  await hear({ type: 'ready' });
  expect([answers(), last('refused')]).toEqual([{ s1: 'b' }, undefined]);
});

test.each(['while it is shown', 'when it is shown again'])(
  'a refused answer is not laid over what another client said since, %s',
  async (when) => {
    const { desk, mirror, say, hear, told, last, engine, elsewhere, refresh } = await world('s0', 's1', 's2', 's3');
    engine.gone = true;
    await say('s0', 'a');
    await say('s1', 'a');
    engine.gone = false;
    elsewhere({ s1: 'b' });
    told.length = 0;
    await (when === 'while it is shown' ? refresh() : desk.show(mirror as never, 't'));
    expect(last('saved')).toEqual({ type: 'saved', changes: [{ id: 's1', given: { answer: 'b', reason: null } }] });
    await hear({ type: 'ready' });
    expect(last('task')!.items.map(({ answer }) => answer)).toEqual(['a', 'b', null, null]);
    expect(last('refused')).toMatchObject({ of: 'answer', ids: ['s0'] });
  },
);

test('of a sample that another client answered since, it is told which answer the engine has, before the retry and after', async () => {
  const { say, told, engine, elsewhere, refresh, answers } = await world('s0', 's1', 's2', 's3');
  engine.gone = true;
  await say('s0', 'a');
  engine.gone = false;
  elsewhere({ s0: 'b' });
  told.length = 0;
  await Promise.all([refresh(), say('s0', 'a')]);
  const had = told.flatMap((message) => (message.type === 'saved' ? message.changes : []));
  expect(had.map(({ id, given }) => [id, given?.answer])).toEqual([
    ['s0', 'b'],
    ['s0', 'a'],
  ]);
  expect(answers()).toEqual({ s0: 'a' });
});

test('a view that is there before anybody has looked says what waits, and opens what was open', async () => {
  const { desk, mirror, hear, told } = await world('s0');
  for (const open of [true, false]) {
    // As in a new window.
    desk.open = null;
    mirror.tasks = [];
    if (!open) desk.closeTask({ detail: { id: 't', items: [], classes: [] } } as never, null);
    told.length = 0;
    await hear({ type: 'ready' });
    await vi.advanceTimersByTimeAsync(10);
    expect(told.map((message) => (message.type === 'none' ? message.waiting : message.type))).not.toContain(0);
    expect(told.at(-1)!.type).toBe(open ? 'task' : 'none');
  }
});

test('what a screen says as another task opens is about the one that it showed', async () => {
  const { desk, mirror, hear, last } = await world('s0', 's1');
  desk.former = desk.open;
  desk.open = { ...desk.open!, detail: { ...desk.open!.detail, id: 'u' } };
  const ask = vi.spyOn(mirror.link, 'ask');
  await hear({ type: 'flag', task: 't', ids: ['s0'], on: true });
  await hear({ type: 'again', task: 't', id: 's0', answer: 'a' });
  expect(ask.mock.calls.map(([, request]) => (request as { task: string }).task)).toEqual(['t', 't']);
  await hear({ type: 'at', task: 't', index: 1 });
  await hear({ type: 'finish', task: 't' });
  expect([desk.open.at, desk.former!.at, editor.questions]).toEqual([0, 1, []]);
  await hear({ type: 'flag', task: 'none of them', ids: ['s0'], on: true });
  expect(ask).toHaveBeenCalledTimes(2);
  expect(last('refused')).toBeUndefined();
});
