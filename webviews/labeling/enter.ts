/**
 * Enter on a button presses it, which may take it away; VS Code's binding of Enter arrives after that. Tells whether that
 * one is the button's: it began there, however long it is held. What is asked for elsewhere, in the palette, is none of it.
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
  window.addEventListener('blur', () => {
    pressed = false;
  });
  return () => pressed || onButton();
}

const onButton = (): boolean => document.activeElement?.closest('button, select, summary, a') != null;
