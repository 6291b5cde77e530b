import { describe, expect, it } from 'vitest';
import { runtimeFault } from './faults';
import { madeOnce } from './made-once';

const never = new AbortController().signal;

describe('what is made once', () => {
  it('has one maker for all who come while it is made', async () => {
    const once = madeOnce<number>();
    let made = 0;
    const make = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return ++made;
    };
    expect(await Promise.all([once('a', never, make), once('a', never, make), once('b', never, make)])).toHaveLength(3);
    expect(made).toBe(2);
    await once('a', never, make);
    expect(made).toBe(3);
  });

  it('shares the failure, but not the cancellation', async () => {
    const once = madeOnce<number>();
    const failing = [1, 2].map(() => once('a', never, () => Promise.reject(runtimeFault('buildFailed', 'x'))));
    for (const one of failing) await expect(one).rejects.toMatchObject({ fault: { code: 'SF4024' } });
    const cancelled = once('a', never, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw runtimeFault('cancelled', 'x');
    });
    const next = once('a', never, async () => 7);
    await expect(cancelled).rejects.toMatchObject({ fault: { code: 'SF4013' } });
    expect(await next).toBe(7);
  });

  it('lets a waiting one go when it is cancelled itself', async () => {
    const once = madeOnce<number>();
    const stop = new AbortController();
    const hanging = once('a', never, () => new Promise(() => {}));
    const waiting = once('a', stop.signal, async () => 1);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ fault: { code: 'SF4013' } });
    expect(hanging).toBeInstanceOf(Promise);
  });
});
