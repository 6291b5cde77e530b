import { describe, expect, test } from 'vitest';
import type { RevisionRow } from '../../engine/protocol';
import { insertOf, mergeOf } from '../../engine/protocol/examples';
import type { Reading } from '../../extension/graph/questions';
import { picture, violations, webviewsAlone } from './alone';
import { missingBrowser } from './browser';
import { WORKFLOW } from './fake-workspace';
import { builtBundles } from './packed';
import { largeWorkflow, readGraphs } from './read-graph';
import { showGraph } from './stub-graph';
import { THEMES, type Theme, type WebviewPage } from './webview-page';

const missing = await missingBrowser();
/** One group within another, and an edge of every phase. */
const NESTED = WORKFLOW.replace(
  '  offline: { order: sequential, nodes: [model, trial, score] }',
  '  offline: { order: sequential, nodes: [model, judging] }\n  judging: { nodes: [trial, score] }',
).replace('  - trial.y -> score.predictions [training]', '  - trial.y -> score.predictions');

/** A denoiser that was promoted stands before both nodes that predict; the model learned from the feedback of two cycles. */
const DENOISED: RevisionRow[] = [
  {
    decision: '0a1b2c3d4e5f',
    improver: 'denoiser',
    workflow: 'digits',
    file: 'digits.scanflow',
    needs: { ports: ['model.data', 'trial.data', 'live.data'], nodes: [], executors: [] },
    inserts: [insertOf('trial.data'), insertOf('live.data')],
    sets: [],
  },
  ...['0b1b2c', '0c1b2c'].map((decision) => ({
    ...{ decision, improver: 'trainer', workflow: 'digits', file: 'digits.scanflow' },
    needs: { ports: ['model.data'], nodes: ['score'], executors: [] },
    inserts: [mergeOf('model.data', decision)],
    sets: [{ op: 'set' as const, node: 'score', with: { groups: ['rare'] } }],
  })),
];

describe.skipIf(missing !== null)(`the graph alone${missing ? `: ${missing}` : ''}`, { timeout: 120_000 }, () => {
  const openAlone = webviewsAlone();

  const open = (theme: Theme = 'vscode-dark', width = 600, state?: unknown) => openAlone('graph', width, theme, state);
  const read = async (text: string, collapsed: string[] | null = null, revisions: RevisionRow[] = []) =>
    (await readGraphs(builtBundles(), [text], collapsed, () => {}, revisions))[0]!;
  const opens = async (text = WORKFLOW, collapsed: string[] | null = null) => {
    const webview = await open();
    await showGraph(webview, await read(text, collapsed), collapsed ?? []);
    return webview;
  };

  describe.each(THEMES)('in %s', (theme) => {
    test.each([280, 600, 1200])('%i wide: drawn, legible to axe', async (width) => {
      const webview = await open(theme, width);
      await showGraph(webview, await read(WORKFLOW));
      await webview.page.locator('g.node[data-id=model].well').waitFor();
      expect(await webview.page.locator('g.node').count()).toBe(10);
      await picture(webview, `graph ${theme} ${width}`);
      expect(await violations(webview)).toEqual([]);
    });

    test('with the meaning of its signs, a focus, a closed group', async () => {
      const webview = await open(theme, 900);
      await showGraph(webview, await read(NESTED, ['judging']), ['judging']);
      await webview.page.getByRole('button', { name: 'Signs and keys' }).click();
      await webview.send({ type: 'select', node: 'model' });
      await webview.send({ type: 'act', action: 'focus' });
      await webview.page.getByText('1 around model').waitFor();
      await picture(webview, `graph signs ${theme}`);
      expect(await violations(webview)).toEqual([]);
    });

    test('with what a revision put there', async () => {
      const webview = await open(theme, 900);
      await showGraph(webview, await read(WORKFLOW, null, DENOISED));
      const inserted = webview.page.locator('g.node.inserted');
      await inserted.first().waitFor();
      expect(await inserted.count()).toBe(3);
      await webview.page.getByRole('button', { name: 'Signs and keys' }).click();
      await picture(webview, `graph inserted ${theme}`);
      expect(await violations(webview)).toEqual([]);
    });

    test('with the states of a run of another text', async () => {
      const webview = await open(theme, 900);
      await showGraph(webview, await read(WORKFLOW), [], true);
      await webview.page.getByRole('button', { name: 'From run r41: running' }).waitFor();
      const title = webview.page.locator('g.node[data-id=model] title');
      expect(await title.textContent()).toContain('succeeded 12.4 s, from run r41');
      await picture(webview, `graph stale ${theme}`);
      expect(await violations(webview)).toEqual([]);
      await showGraph(webview, await read(WORKFLOW));
      await webview.page.getByRole('button', { name: 'Run: running' }).waitFor();
    });

    test('nothing to draw', async () => {
      const webview = await open(theme, 280);
      await webview.send({ type: 'empty', file: 'file:///w/digits.scanflow', message: 'Nothing here yet.' });
      await webview.page.getByText('Nothing here yet.').waitFor();
      expect(await violations(webview)).toEqual([]);
    });
  });

  test('is read aloud: each node with what it is, runs, has and how it stands', async () => {
    const webview = await opens();
    expect(await webview.page.locator('main').ariaSnapshot()).toMatchSnapshot();
  });

  test('its signs and keys go with Escape, and with the workflow', async () => {
    const webview = await opens();
    const { page } = webview;
    const button = page.getByRole('button', { name: 'Signs and keys' });
    const signs = page.getByRole('region', { name: 'Signs and keys' });
    await button.click();
    for (const word of ['pending', 'blocked']) await signs.getByText(word, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    expect(await signs.isVisible()).toBe(false);
    await button.click();
    expect(await signs.isVisible()).toBe(true);
    await webview.send({ type: 'empty', file: 'file:///w/other.scanflow', message: '' });
    expect(await signs.isVisible()).toBe(false);
  });

  test('what a node runs has room beside how long it took; nothing moves when a run begins', async () => {
    const webview = await open();
    await showGraph(webview, await read(WORKFLOW));
    const { page } = webview;
    const programs = await page.locator('g.node text.program:not(.detail)').allTextContents();
    expect(programs.filter((text) => /^scanflow\/.*…$/.test(text))).toEqual([]);
    const top = () => page.locator('.stage').evaluate((stage) => stage.getBoundingClientRect().top);
    const before = await top();
    await webview.send({ type: 'status', run: null, state: '', past: false, stale: false, steps: [], candidates: [] });
    expect(await page.getByRole('slider', { name: 'Replay' }).isVisible()).toBe(false);
    expect(await top()).toBe(before);
  });

  test('what an improver proposed stands on its way back; a click on it is for its review', async () => {
    const webview = await opens();
    const mark = webview.page.locator('g.line.improves text.candidate');
    expect(await mark.textContent()).toBe('? v2 +0.1');
    await mark.click();
    expect(await last(webview)).toEqual({ type: 'review', node: 'trainer' });
    await webview.send({ type: 'select', node: 'trainer' });
    await webview.send({ type: 'act', action: 'review' });
    expect((await webview.posted()).filter(({ type }) => type === 'review')).toHaveLength(2);
  });

  test('what a revision put there is told as such, leads to its review and cannot be edited', async () => {
    const webview = await open();
    await showGraph(webview, await read(WORKFLOW, null, DENOISED));
    const { page } = webview;
    const id = insertOf('trial.data').node;
    const denoiser = page.locator(`g.node[data-id="${id}"]`);
    expect(await denoiser.locator('title').textContent()).toContain('put before trial.data by a revision of denoiser');
    expect(await denoiser.locator('text.program').textContent()).toBe('inserted by denoiser');
    const merge = page.locator(`g.node[data-id="${mergeOf('model.data', '0c1b2c').node}"]`);
    expect(await merge.locator('text.program').textContent()).toBe('feedback of trainer × 2');
    expect(await merge.locator('title').textContent()).toContain(
      'joins the feedback of 2 revisions of trainer to what goes to model.data; in no text',
    );
    const score = page.locator('g.node[data-id="score"]');
    expect(await score.locator('text.program').textContent()).toBe('scanflow/evaluator, set by trainer');
    expect(await score.locator('title').textContent()).toContain(
      'a revision of trainer says: score: groups = ["rare"]',
    );
    expect(await score.getAttribute('data-vscode-context')).toContain('"scanflowImprover":true');
    const lines = await page.locator('g.line title').allTextContents();
    expect(lines).toContain('sources.test → denoiser before trial.data.data [training]');
    expect(lines).toContain('denoiser before trial.data.data → trial.data [training]');
    await denoiser.focus();
    await page.keyboard.press('Enter');
    expect(await last(webview)).toEqual({ type: 'reveal', id, go: true });
    for (const action of ['rename', 'remove', 'move', 'connect', 'run', 'copyLink']) {
      await webview.send({ type: 'act', action });
      await page.getByRole('status').getByText('it is in no text').waitFor();
    }
    expect(await last(webview)).toEqual({ type: 'reveal', id, go: true });
    await webview.send({ type: 'act', action: 'log' });
    expect(await last(webview)).toEqual({ type: 'log', node: id });
  });

  test('by keyboard: arrows walk along edges, Enter goes to the source, Escape leaves', async () => {
    const webview = await opens();
    const at = () => webview.page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);
    await webview.page.locator('g.node[data-id=drift]').focus();
    await webview.page.keyboard.press('ArrowDown');
    expect(await at()).toBe('labeler');
    await webview.page.keyboard.press('ArrowDown');
    expect(await at()).toBe('trainer');
    await webview.page.keyboard.press('ArrowUp');
    await webview.page.keyboard.press('Enter');
    expect(await last(webview)).toEqual({ type: 'reveal', id: 'labeler', go: true });
  });

  test('groups by keyboard: up to it, closed, opened, and into it', async () => {
    const webview = await opens(NESTED);
    const at = () => webview.page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);
    await webview.page.locator('g.node[data-id=score]').focus();
    await webview.send({ type: 'act', action: 'group' });
    expect(await at()).toBe('group:judging');
    await webview.page.keyboard.press('Space');
    expect(await last(webview)).toEqual({ type: 'collapse', groups: ['judging'] });
    await showGraph(webview, await read(NESTED, ['judging']), ['judging']);
    expect(await at()).toBe('group:judging');
    await webview.send({ type: 'act', action: 'group' });
    expect(await at()).toBe('group:offline');
    await webview.page.keyboard.press('ArrowDown');
    expect(await at()).toBe('model');
    await webview.page.keyboard.press('ArrowDown');
    expect(await at()).toBe('group:judging');
  });

  test('a search goes on to find what is edited and how a run goes on', async () => {
    const webview = await opens();
    const { page } = webview;
    const found = () => page.locator('g.node:not(.dim)').evaluateAll((all) => all.map((one) => one.dataset.id).sort());
    const count = page.locator('.count');
    await webview.send({ type: 'act', action: 'search' });
    await page.keyboard.type('predict');
    expect(await found()).toEqual(['live', 'trial']);
    await page.keyboard.press('Enter');
    await count.getByText('2 of 2').waitFor();
    await showGraph(webview, await read(WORKFLOW.replace('\n  live:', '\n  fresh: { executor: predict }\n  serve:')));
    expect(await found()).toEqual(['fresh', 'serve', 'trial']);
    await count.getByText(/of 3/).waitFor();
    await page.getByPlaceholder('Find nodes').fill('succeeded');
    expect(await found()).toEqual(['model']);
    const steps = ['model', 'trial'].map((node) => ({ node, state: 'succeeded', detail: '', from: null, to: null }));
    await webview.send({
      type: 'status',
      run: 'r41',
      state: 'running',
      past: false,
      stale: false,
      steps,
      candidates: [],
    });
    expect(await found()).toEqual(['model', 'trial']);
    await count.getByText(/of 2/).waitFor();
  });

  test('the button of a phase keeps the keyboard while the workflow is edited', async () => {
    const webview = await opens();
    const phase = webview.page.getByRole('button', { name: 'training' });
    await phase.press('Enter');
    await showGraph(webview, await read(WORKFLOW.replace('  live:', '  serve:')));
    expect(await phase.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await phase.getAttribute('aria-pressed')).toBe('false');
  });

  test('search: what is found is lit, Enter goes on to the next, Escape ends it', async () => {
    const webview = await opens();
    await webview.send({ type: 'act', action: 'search' });
    await webview.page.keyboard.type('executor');
    await webview.page.keyboard.press('Escape');
    expect(await webview.page.locator('g.node.dim').count()).toBe(0);
    await webview.send({ type: 'act', action: 'search' });
    await webview.page.keyboard.type('predict');
    expect(await webview.page.locator('g.node:not(.dim)').count()).toBe(2);
    await webview.page.getByText('1 of 2').waitFor();
    await webview.page.keyboard.press('Enter');
    await webview.page.getByText('2 of 2').waitFor();
    await webview.page.keyboard.type('zzz');
    await webview.page.getByText('none').waitFor();
  });

  test('focus: as far as one wants, and the paths between two nodes', async () => {
    const webview = await opens();
    const lit = () =>
      webview.page.locator('g.node:not(.dim)').evaluateAll((all) => all.map((one) => one.getAttribute('data-id')));
    await webview.send({ type: 'select', node: 'labeler' });
    await webview.send({ type: 'act', action: 'focus' });
    expect((await lit()).sort()).toEqual(['drift', 'labeler', 'trainer']);
    await webview.page.locator('#hops').press('ArrowRight');
    expect((await lit()).sort()).toEqual(['drift', 'labeler', 'model', 'sources.clean', 'sources.incoming', 'trainer']);
    await webview.page.getByRole('button', { name: 'Show all' }).click();
    expect(await lit()).toHaveLength(10);
    await webview.page.locator('g.node[data-id=model]').click();
    await webview.page.locator('g.node[data-id=score]').click({ modifiers: ['Shift'] });
    expect((await lit()).sort()).toEqual(['model', 'score', 'trial']);
  });

  test('a run is gone through again; what it waited for is lit', async () => {
    const webview = await opens();
    const { page } = webview;
    const state = (id: string) => page.locator(`g.node[data-id=${id}]`).getAttribute('class');
    const slider = page.getByRole('slider', { name: 'Replay' });
    await page.getByText('1:00 / 1:00').waitFor();
    await slider.fill('5000');
    await page.getByText('0:05 / 1:00').waitFor();
    expect(await state('model')).toContain('busy');
    expect(await state('trial')).toContain('idle');
    await slider.fill('60000');
    expect(await state('model')).toContain('well');
    await page.getByRole('button', { name: 'Critical path' }).click();
    expect(await page.locator('g.node:not(.dim)').count()).toBe(1);
    await page.getByRole('button', { name: 'Critical path' }).click();
    expect(await page.locator('g.node.dim').count()).toBe(0);
    await webview.send({ type: 'select', node: 'drift' });
    await webview.send({ type: 'act', action: 'copyLink' });
    expect(await last(webview)).toEqual({ type: 'link', id: 'drift' });
  });

  test('an edge is drawn from a handle to a node, or by keys; changes are about the selection', async () => {
    const webview = await opens();
    await webview.page.locator('g.node[data-id=trial]').hover();
    await webview.page.locator('g.node[data-id=trial] .handle').dragTo(webview.page.locator('g.node[data-id=labeler]'));
    expect(await last(webview)).toEqual({ type: 'connect', from: 'trial', to: 'labeler' });
    await webview.page.locator('g.node[data-id=drift]').focus();
    await webview.send({ type: 'act', action: 'connect' });
    await webview.page.getByText('An edge from drift').waitFor();
    await webview.page.keyboard.press('ArrowDown');
    await webview.page.keyboard.press('Enter');
    expect(await last(webview)).toEqual({ type: 'connect', from: 'drift', to: 'labeler' });
    await webview.send({ type: 'act', action: 'connect' });
    await webview.page.keyboard.press('Escape');
    expect(await webview.page.locator('.banner').textContent()).toBe('');
    await webview.send({ type: 'act', action: 'rename' });
    expect(await last(webview)).toEqual({ type: 'change', change: 'rename', id: 'labeler' });
    await webview.send({ type: 'select', node: 'edge:3' });
    await webview.send({ type: 'act', action: 'remove' });
    expect(await last(webview)).toEqual({ type: 'change', change: 'remove', id: 'edge:3' });
    await webview.page.getByRole('button', { name: 'Add a node' }).click();
    expect(await last(webview)).toEqual({ type: 'change', change: 'add', id: null });
  });

  test('boxes do not overlap, children lie in their groups, edges between the same nodes are apart', async () => {
    const { scene } = await read(
      NESTED.replace('  - trial.y ->', '  - model -> trial [training]\n  - model -> trial [inference]\n  - trial.y ->'),
    );
    const rects = [...scene!.boxes.map((box) => ({ ...box, name: box.id }))];
    for (const [at, one] of rects.entries()) {
      for (const other of rects.slice(at + 1)) expect(apart(one, other), `${one.name} and ${other.name}`).toBe(true);
    }
    for (const group of scene!.groups) {
      for (const id of group.members) {
        const box = scene!.boxes.find((one) => one.id === id)!;
        expect(box.x >= group.x && box.x + box.width <= group.x + group.width, id).toBe(true);
        expect(box.y >= group.y && box.y + box.height <= group.y + group.height, id).toBe(true);
      }
    }
    const parallel = scene!.lines.filter(({ from, to }) => from === 'model' && to === 'trial');
    const starts = parallel.map(({ points }) => points[0]!.x).toSorted((a, b) => a - b);
    expect(starts).toHaveLength(3);
    for (const [at, x] of starts.slice(1).entries()) expect(x - starts[at]!).toBeGreaterThanOrEqual(10);
  });

  test('stays still while one types: nothing moves by a comment, and a new node moves the others little', async () => {
    const [before, comment, more] = await readGraphs(builtBundles(), [
      WORKFLOW,
      WORKFLOW.replace('nodes:\n', 'nodes:\n  # a word\n'),
      WORKFLOW.replace('  labeler:', '  extra: { executor: predict }\n  labeler:'),
    ]);
    expect(comment!.scene!.boxes.map(({ x, y }) => [x, y])).toEqual(before!.scene!.boxes.map(({ x, y }) => [x, y]));
    // The places are kept, the lines that they stand at are not.
    expect(comment!.scene!.boxes.at(-1)!.range).not.toEqual(before!.scene!.boxes.at(-1)!.range);
    const rows = (reading: Reading) =>
      reading
        .scene!.boxes.filter(({ id }) => id !== 'extra')
        .toSorted((a, b) => a.y - b.y || a.x - b.x)
        .map(({ id }) => id);
    expect(rows(more!)).toEqual(rows(before!));
  });

  test('what one looks at stays where it is on the screen when the graph grows', async () => {
    const webview = await opens();
    await webview.send({ type: 'select', node: 'labeler' });
    await webview.page.locator('.stage > svg:not(.minimap)').hover();
    await webview.page.mouse.wheel(0, 40);
    const at = async () => webview.page.locator('g.node[data-id=labeler]').boundingBox();
    const before = await at();
    await showGraph(
      webview,
      await read(WORKFLOW.replace('  - drift.critical ->', '  - drift -> model [inference]\n  - drift.critical ->')),
    );
    const after = await at();
    expect(Math.abs(after!.x - before!.x)).toBeLessThan(1);
    expect(Math.abs(after!.y - before!.y)).toBeLessThan(1);
  });

  test('a broken text leaves the last good graph, and says what is wrong', async () => {
    const webview = await opens();
    await webview.send({
      type: 'empty',
      file: 'file:///w/digits.scanflow',
      message: 'A bracket is not closed. (line 5)',
    });
    await webview.page.getByText('A bracket is not closed. (line 5)').waitFor();
    expect(await webview.page.locator('g.node').count()).toBe(10);
  });

  test('another workflow that is broken has no graph, and nothing of the former one is shown as its own', async () => {
    const webview = await opens();
    const { page } = webview;
    await webview.send({ type: 'select', node: 'labeler' });
    await webview.send({ type: 'act', action: 'focus' });
    await webview.send({ type: 'act', action: 'search' });
    await page.keyboard.type('predict');
    await webview.send({
      type: 'empty',
      file: 'file:///w/other.scanflow',
      message: 'A node needs a program. (line 3)',
    });
    expect(await page.locator('.empty').textContent()).toBe('A node needs a program. (line 3)');
    expect(await page.locator('.banner').textContent()).toBe('');
    expect(await page.locator('g.node, g.group, g.line').count()).toBe(0);
    expect(await page.getByPlaceholder('Find nodes').inputValue()).toBe('');
    expect(await page.locator('.focus-range, .replay, .run-state').filter({ visible: true }).count()).toBe(0);
    await webview.send({ type: 'act', action: 'rename' });
    await page.getByText('Select a node or an edge first.').waitFor();
  });

  test('another workflow is seen whole, wherever one was in the former one', async () => {
    const webview = await opens();
    const { page } = webview;
    const view = () => page.locator('.stage > svg > g').first().getAttribute('transform');
    const fitted = await view();
    await page.locator('.stage > svg:not(.minimap)').hover();
    await page.mouse.wheel(900, -3000);
    expect(await view()).not.toBe(fitted);
    await showGraph(webview, await read(WORKFLOW), [], false, 'file:///w/other.scanflow');
    expect(await view()).toBe(fitted);
  });

  test('Tab always leads into the graph, and what is gone is selected no more', async () => {
    const webview = await opens();
    const entries = () =>
      webview.page.locator('svg [tabindex="0"]').evaluateAll((all) => all.map((one) => one.getAttribute('data-id')));
    const [first] = await entries();
    await webview.send({ type: 'select', node: 'edge:0' });
    expect(await entries()).toEqual([first]);
    await webview.send({ type: 'select', node: 'labeler' });
    expect(await entries()).toEqual(['labeler']);
    await showGraph(webview, await read(WORKFLOW.replaceAll('labeler', 'person')));
    expect(await entries()).toEqual([first]);
    await webview.send({ type: 'act', action: 'log' });
    await webview.page.getByText('Select a node or an edge first.').waitFor();
  });

  test('a focus on an edge, and what a run waited for, are lit where groups are closed, too', async () => {
    const webview = await open();
    const reading = await read(NESTED, ['judging']);
    await showGraph(webview, reading, ['judging']);
    const lit = () =>
      webview.page
        .locator('g.node:not(.dim), g.group.collapsed:not(.dim)')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-id')).sort());
    const edge = reading.outline!.edges.find(({ from, to }) => from === 'drift' && to === 'labeler')!;
    await webview.send({ type: 'select', node: edge.id });
    await webview.send({ type: 'act', action: 'focus' });
    await webview.page.getByText('1 around drift → labeler').waitFor();
    expect(await lit()).toEqual(['drift', 'labeler', 'sources.clean', 'sources.incoming', 'trainer']);
    await webview.page.getByRole('button', { name: 'Show all' }).click();
    const steps = Object.entries({ model: [0, 10], trial: [11, 20], score: [20, 30], drift: [0, 5] }).map(
      ([node, [from, to]]) => ({ node, state: 'succeeded', detail: '', from, to }),
    );
    const run = { type: 'status', run: 'r2', state: 'succeeded', past: false, stale: false, candidates: [], steps };
    await webview.send(run);
    await webview.page.getByRole('button', { name: 'Critical path' }).click();
    expect(await lit()).toEqual(['group:judging', 'model']);
  });

  test('a large graph starts collapsed, tells what is inside, and one thousand nodes open', async () => {
    const large = largeWorkflow(1_000);
    const closed = await read(large);
    expect(closed.scene!.boxes).toHaveLength(0);
    expect(closed.scene!.groups.length).toBe(84);
    const webview = await open();
    await showGraph(
      webview,
      closed,
      closed.scene!.groups.map(({ name }) => name),
    );
    await webview.send({
      type: 'status',
      run: 'r1',
      state: 'running',
      past: false,
      stale: false,
      candidates: [],
      steps: [
        { node: 'n0', state: 'succeeded', detail: '', from: 0, to: 1 },
        { node: 'n1', state: 'failed', detail: '', from: 1, to: 2 },
      ],
    });
    await webview.page.locator('.tally', { hasText: '✓ 1 ✗ 1' }).waitFor();
    const { scene } = await read(large, []);
    expect(scene!.boxes).toHaveLength(1_000);
    // Laid out group by group: nothing overlaps, all lies in its group, every edge has a way.
    const { boxes, groups, lines } = scene!;
    const within = (box: Rect, group: Rect) =>
      box.x >= group.x &&
      box.y >= group.y &&
      box.x + box.width <= group.x + group.width &&
      box.y + box.height <= group.y + group.height;
    const byId = new Map(boxes.map((box) => [box.id, box]));
    for (const group of groups) {
      const own = group.members.map((id) => byId.get(id)!);
      expect(own.every((box) => within(box, group))).toBe(true);
      for (const [at, one] of own.entries()) expect(own.slice(at + 1).every((other) => apart(one, other))).toBe(true);
    }
    for (const [at, one] of groups.entries())
      expect(groups.slice(at + 1).every((other) => apart(one, other))).toBe(true);
    expect(lines.every(({ points }) => points.length >= 2)).toBe(true);
    const twins = lines.filter(({ from, to }) => from === 'n0' && to === 'n1').map(({ points }) => points[0]!.x);
    expect(twins).toHaveLength(2);
    expect(Math.abs(twins[0]! - twins[1]!)).toBeGreaterThanOrEqual(10);
  });

  test('of a large graph only what can be made out is drawn; all of it is there for keys, clicks, search and pictures', async () => {
    const webview = await open('vscode-dark', 1200);
    const reading = await read(largeWorkflow(1_000), []);
    await showGraph(webview, reading);
    const { page } = webview;
    const count = () => page.locator('g.node[data-id]').count();
    // From afar: what looks alike is one element, and the first node, which takes the keyboard.
    await page.locator('g.node.alike').first().waitFor();
    expect(await count()).toBe(1);
    expect(await page.locator('.minimap').boundingBox()).toMatchObject({ width: 160, height: 110 });
    await page.locator('g.node[data-id=n0]').focus();
    for (const id of ['n1', 'n2']) {
      await page.keyboard.press('ArrowDown');
      await page.locator(`g.node.selected[data-id=${id}]:focus`).waitFor();
    }
    await webview.send({ type: 'select', node: null });
    await page.locator('g.node.selected').waitFor({ state: 'detached' });
    const { x, y, width, height } = reading.scene!.boxes.find(({ id }) => id === 'n2')!;
    const middle = await page.evaluate(
      ([left, top]) => {
        const drawn = document.querySelector<SVGGElement>('g.node.alike')!;
        const at = new DOMPoint(left, top).matrixTransform(drawn.getScreenCTM()!);
        return [at.x, at.y];
      },
      [x + width / 2, y + height / 2],
    );
    await page.mouse.click(middle[0]!, middle[1]!);
    await page.locator('g.node.selected[data-id=n2]').waitFor();
    expect(await last(webview)).toEqual({ type: 'reveal', id: 'n2', go: false });
    await picture(webview, 'graph large far');
    // Near by: what is around the screen, wherever one goes.
    for (let zoom = 0; zoom < 20; zoom++) await webview.send({ type: 'act', action: 'zoomIn' });
    await webview.send({ type: 'select', node: 'n500' });
    await page.locator('g.node[data-id=n500] text.name', { hasText: 'n500' }).waitFor();
    expect(await page.locator('g.node.alike').count()).toBe(0);
    expect(await count()).toBeLessThan(100);
    await picture(webview, 'graph large near');
    await webview.send({ type: 'act', action: 'search' });
    await page.keyboard.type('n999');
    await page.locator('g.node[data-id=n999]').waitFor();
    await webview.send({ type: 'export', format: 'svg' });
    const svg = await page.waitForFunction(() => {
      const { posts } = window as unknown as { posts: { type: string; svg: string }[] };
      return posts.find(({ type }) => type === 'exported')?.svg;
    });
    for (const name of ['n0', 'n500', 'n999']) expect(await svg.jsonValue()).toContain(`>${name}</text>`);
    expect(await count()).toBeLessThan(100);
  });

  test.each(['svg', 'png'] as const)('the exported %s stands alone', async (format) => {
    const webview = await open('vscode-light');
    await showGraph(webview, await read(WORKFLOW));
    await webview.send({ type: 'export', format });
    await webview.page.waitForFunction(() =>
      (window as unknown as { posts: { type: string }[] }).posts.some(({ type }) => type === 'exported'),
    );
    const { svg, png, scale } = await webview.page.evaluate(() => {
      const { posts } = window as unknown as {
        posts: { type: string; svg: string; png: Uint8Array | null; scale: number }[];
      };
      const found = posts.find(({ type }) => type === 'exported')!;
      return { ...found, png: found.png && [...found.png.subarray(0, 8)] };
    });
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/var\(--|<script|class="|data-|handle/);
    expect(svg).toContain('drift');
    if (format === 'svg') expect(png).toBeNull();
    else {
      expect(png).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      expect(scale).toBe(2);
    }
  });

  test('names from a file are text, never markup', async () => {
    const reading = await read(WORKFLOW);
    const [box] = reading.scene!.boxes;
    Object.assign(box!, { name: '<img src=x onerror=alert(1)>', program: '</text><script>alert(1)</script>' });
    const webview = await open();
    await showGraph(webview, reading);
    expect(await webview.page.locator('img, main script').count()).toBe(0);
  });

  test('after a reload it is where it was', async () => {
    const webview = await open('vscode-dark', 600, { view: { x: 11, y: 22, k: 0.5 } });
    await showGraph(webview, await read(WORKFLOW));
    expect(await webview.page.locator('.stage > svg > g').first().getAttribute('transform')).toBe(
      'translate(11,22) scale(0.5)',
    );
  });
});

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
const apart = (a: Rect, b: Rect) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

const last = async (webview: WebviewPage) => (await webview.posted()).filter(({ type }) => type !== 'focus').at(-1);
