import { expect, test } from 'vitest';
import { fakeStep } from './fixtures';
import { unenforcedNotice } from './unenforced';

const processes = { name: 'process', unenforced: ['cpus', 'memory', 'gpus', 'network'] } as const;

test('what nodes ask for and do not get is said once, with their names', () => {
  const steps = [
    fakeStep('train@a', { resources: { memory: 200 << 20 } }),
    fakeStep('train@b', { resources: { memory: 200 << 20 } }),
    fakeStep('predict@a', { resources: { memory: 1, cpus: 2 }, network: 'none' }),
    fakeStep('other@a'),
    fakeStep('supplied@a', { role: 'supply', resources: { gpus: 1 } }),
  ];
  expect(unenforcedNotice(processes, steps)).toBe(
    'Not enforced by the process runtime: cpus of predict; memory of predict, train; network of predict. Where it matters, run with `--runtime docker`.',
  );
  expect(unenforcedNotice({ name: 'docker', unenforced: ['memory'] }, steps)).toBe(
    'Not enforced by this Docker: memory of predict, train.',
  );
});

test('where nothing is asked for, or all is enforced, nothing is said', () => {
  expect(unenforcedNotice(processes, [fakeStep('a')])).toBeNull();
  expect(unenforcedNotice({ name: 'docker', unenforced: [] }, [fakeStep('a', { network: 'own' })])).toBeNull();
});
