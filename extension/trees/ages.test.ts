import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));

import { EventEmitter } from '../runs/fake-vscode';
import { Ages, whileSeen } from './ages';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-02T03:04:05.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

test('rows are told that say another age than they have by now', () => {
  const ages = new Ages<string>();
  const now = new Date().toISOString();
  expect(ages.of('new', now)).toBe('just now');
  expect(ages.of('old', '2025-01-01T00:00:00.000Z')).toMatch(/2025/);
  expect(ages.past()).toEqual([]);
  vi.advanceTimersByTime(MINUTE);
  expect(ages.past()).toEqual(['new']);
  expect(ages.of('new', now)).toBe('1 min ago');
  expect(ages.past()).toEqual([]);
  vi.advanceTimersByTime(MINUTE);
  ages.forget();
  expect(ages.past()).toEqual([]);
});

test('each minute while a view is seen, by one timer; none while none is', () => {
  const view = () => {
    const changed = new EventEmitter<{ visible: boolean }>();
    const one = {
      visible: false,
      onDidChangeVisibility: changed.event,
      see(visible: boolean) {
        one.visible = visible;
        changed.fire({ visible });
      },
    };
    return one;
  };
  const [runs, models] = [view(), view()];
  const refresh = vi.fn();
  const watch = whileSeen([runs, models] as never, refresh);
  expect(vi.getTimerCount()).toBe(0);
  runs.see(true);
  models.see(true);
  expect([vi.getTimerCount(), refresh.mock.calls.length]).toEqual([1, 1]);
  vi.advanceTimersByTime(3 * MINUTE);
  expect(refresh).toHaveBeenCalledTimes(4);
  runs.see(false);
  models.see(false);
  expect(vi.getTimerCount()).toBe(0);
  models.see(true);
  expect(refresh).toHaveBeenCalledTimes(5);
  watch.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
