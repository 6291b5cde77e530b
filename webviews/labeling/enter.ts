/**
 * Enter on a button presses it, which may take it away; VS Code's binding of Enter arrives after that. Tells whether that
 * one is the button's: it began there, however long it is held.
 */
export function watchEnter(): () => boolean {
  let pressed = false;
  window.addEventListener(
    'keydown',
    ({ key, repeat }) => {
      if (key === 'Enter' && !repeat) pressed = onButton();
    },
    { capture: true },
  );
  return () => pressed || onButton();
}

const onButton = (): boolean => document.activeElement?.closest('button, select, summary, a') != null;
