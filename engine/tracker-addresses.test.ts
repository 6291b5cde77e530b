import { expect, test } from 'vitest';
import type { Tracker } from './tracker';
import { trackerAddresses } from './tracker-addresses';

/** A tracker whose next attempts to listen fail; it tells on which hosts and ports it was asked to. */
function trackerThatFails(times: number) {
  const asked: string[] = [];
  let left = times;
  const listen = async (host: string, port: number) => {
    asked.push(`${host}:${port}`);
    if (left-- > 0) throw new Error('EADDRNOTAVAIL');
    return { uri: `http://${host}:${port || 4000}` };
  };
  return { asked, tracker: { listen } as unknown as Tracker };
}

test('each address is opened once, at the former port where that is free', async () => {
  const { asked, tracker } = trackerThatFails(0);
  const listen = trackerAddresses(tracker);
  expect(await Promise.all([listen(['a', 'b'], 5000), listen(['a'], 0)])).toEqual([5000, 5000]);
  expect(asked).toEqual(['a:5000', 'b:5000']);
});

test('one that could not be opened is tried again by the next run', async () => {
  const { asked, tracker } = trackerThatFails(2);
  const listen = trackerAddresses(tracker);
  await expect(listen(['a'], 5000)).rejects.toThrow('EADDRNOTAVAIL');
  expect(await listen(['a'], 5000)).toBe(5000);
  expect(asked).toEqual(['a:5000', 'a:0', 'a:5000']);
});
