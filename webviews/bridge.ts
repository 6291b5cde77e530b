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

/** Tells when the webview has the keyboard, and whether in a text field: key bindings depend on it. */
export function tellFocus(tell: (focus: { on: boolean; input: boolean }) => void): void {
  const now = () => {
    const input =
      document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLTextAreaElement;
    tell({ on: document.hasFocus(), input });
  };
  window.addEventListener('focus', now);
  window.addEventListener('blur', now);
  document.addEventListener('focusin', now);
  now();
}
