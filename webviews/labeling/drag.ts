import type { Lasso } from './select';

/** A press that moves further is a lasso (pixels). */
const DRAG = 5;

/** A rectangle from where the pointer went down; a press that hardly moves is a click. */
export function dragFrom(
  event: PointerEvent,
  box: HTMLElement,
  show: (area: Lasso | null) => void,
  done: (area: Lasso) => void,
): void {
  if (event.button !== 0 || event.shiftKey || event.ctrlKey || event.metaKey) return;
  const place = (one: PointerEvent) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: one.clientX - left + box.scrollLeft, y: one.clientY - top + box.scrollTop };
  };
  const start = place(event);
  let area: Lasso | null = null;
  const move = (one: PointerEvent) => {
    const now = place(one);
    if (!area && Math.hypot(now.x - start.x, now.y - start.y) < DRAG) return;
    area = {
      left: Math.min(start.x, now.x),
      top: Math.min(start.y, now.y),
      right: Math.max(start.x, now.x),
      bottom: Math.max(start.y, now.y),
    };
    show(area);
  };
  const leave = () => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', end);
    window.removeEventListener('pointercancel', leave);
    show(null);
  };
  const end = () => {
    leave();
    if (!area) return;
    done(area);
    // The click that follows at once would choose one tile alone. Where the button was let go elsewhere, none does.
    const swallow = (one: Event) => one.stopPropagation();
    window.addEventListener('click', swallow, { capture: true });
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', end);
  window.addEventListener('pointercancel', leave);
}
