import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dragFrom } from './drag';

let window: EventTarget;
beforeEach(() => {
  window = new EventTarget();
  vi.stubGlobal('window', window);
});
afterEach(() => vi.unstubAllGlobals());

const pointer = (type: string, at: number) =>
  Object.assign(new Event(type), { button: 0, clientX: at, clientY: at }) as unknown as PointerEvent;
const box = { getBoundingClientRect: () => ({ left: 0, top: 0 }), scrollLeft: 0, scrollTop: 0 } as HTMLElement;

/** Drags from 10 to 50. @returns the areas that were chosen. */
function drag(end: 'pointerup' | 'pointercancel'): object[] {
  const done: object[] = [];
  dragFrom(
    pointer('pointerdown', 10),
    box,
    () => {},
    (area) => done.push(area),
  );
  window.dispatchEvent(pointer('pointermove', 50));
  window.dispatchEvent(pointer(end, 50));
  return done;
}

/** @returns whether a click gets through. */
function click(): boolean {
  const event = new Event('click');
  const stop = vi.spyOn(event, 'stopPropagation');
  window.dispatchEvent(event);
  return stop.mock.calls.length === 0;
}

test('the click that ends a lasso chooses no tile, and the next one does', async () => {
  expect(drag('pointerup')).toEqual([{ left: 10, top: 10, right: 50, bottom: 50 }]);
  expect(click()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(click()).toBe(true);
});

test('a lasso that is let go where no click follows swallows no later one', async () => {
  drag('pointerup');
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(click()).toBe(true);
});

test('a drag that the system takes away chooses nothing', () => {
  expect(drag('pointercancel')).toEqual([]);
  expect(click()).toBe(true);
});
