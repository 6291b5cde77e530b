import { expect, test } from 'vitest';
import { exampleDecision } from '../../protocol/examples';
import { sampleSummary } from '../samples';
import { palette } from './palette';
import { runReport } from './run-report';

test('the report of a run has the decisions that it came to, with their ids, and none of other runs', () => {
  const at = '2026-01-03T00:00:00.000Z';
  const before = '2026-01-01T00:00:00.000Z';
  const decisions = [
    exampleDecision({ id: 'd-own', state: 'promoted', at }),
    exampleDecision({ id: 'd-later', state: 'rejected', at }),
    exampleDecision({ id: 'd-repeated', state: 'rejected', at: before }),
  ];
  const models = decisions.map((decision, i) => ({ name: 'm', version: String(i), alias: null, decision }));
  const summary = { ...sampleSummary, models, decisions: ['d-own', 'd-repeated'] };
  const told = runReport(summary, [], palette(false)).match(/(?<= )d-\w+/g);
  expect(told).toEqual(['d-own']);
});

test('what a run gave notice of stands in its report, where the words of its progress are long gone', () => {
  const notice = 'What was promoted in q.scanflow, which is gone, is not in effect in qq.scanflow.';
  const told = runReport({ ...sampleSummary, notices: [notice, 'a\u001b[2Jb'] }, [], palette(false));
  expect(told.split('\n').slice(2, 5)).toEqual(['', `! ${notice}`, '! ab']);
});

test('after a failure the report says that a resume has the files of before, and where the log is, once', () => {
  const told = runReport({ ...sampleSummary, state: 'failed' }, [], palette(false));
  expect(told).toMatch(
    /on the files as they were: scanflow resume \S+\nWith changed files: scanflow run \S+\.scanflow\n/,
  );
  expect(told.match(/scanflow logs/g)).toHaveLength(1);
});
