/** The webview's line to the extension. */
interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCode;

const vscode = acquireVsCodeApi();

export interface Bridge<To, From> {
  tell(message: From): void;
  listen(heard: (message: To) => void): void;
}

/**
 * A line with checked ends: what is no message of `To` is dropped.
 *
 * @param check `received` with the shapes of what this webview hears.
 */
export function bridge<To, From>(check: (value: unknown) => To | null): Bridge<To, From> {
  return {
    tell: (message) => vscode.postMessage(message),
    listen(heard) {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const message = check(data);
        if (message !== null) heard(message);
      });
    },
  };
}

/** What the panel is opened with again after a reload. */
export function remember(state: Record<string, unknown>): void {
  vscode.setState({ ...(vscode.getState() as object | undefined), ...state });
}

export function remembered(): Record<string, unknown> {
  return (vscode.getState() as Record<string, unknown> | undefined) ?? {};
}

/** Letters, digits and arrows are theirs. */
const TAKING_KEYS = [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement];

/** Tells when the webview has the keyboard, and whether in a text field or a list of choices: key bindings depend on it. */
export function tellFocus(tell: (focus: { on: boolean; input: boolean }) => void): void {
  let told = '';
  const now = (always: boolean) => {
    const input = TAKING_KEYS.some((kind) => document.activeElement instanceof kind);
    const focus = { on: document.hasFocus(), input };
    if (!always && told === JSON.stringify(focus)) return;
    told = JSON.stringify(focus);
    tell(focus);
  };
  window.addEventListener('focus', () => now(true));
  window.addEventListener('blur', () => now(true));
  document.addEventListener('focusin', () => now(true));
  // Once it is gone: the element that comes next tells for itself.
  document.addEventListener('focusout', () => setTimeout(() => now(false)));
  // A field that is taken away with the focus tells nothing.
  new MutationObserver(() => now(false)).observe(document.body, { childList: true, subtree: true });
  now(true);
}
