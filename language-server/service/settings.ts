import type { Severity } from '../../graph';

/** What the user sets below `scanflow` in the editor's settings, as far as the language service reads it. */
export interface Settings {
  /** Severity by code; `off` silences it. */
  severity: ReadonlyMap<string, Severity | 'off'>;
  inlayHints: boolean;
  codeLens: boolean;
}

export const defaultSettings: Settings = { severity: new Map(), inlayHints: true, codeLens: true };

const SEVERITIES = new Set(['error', 'warning', 'information', 'hint', 'off']);

/** Settings as a client sent them; what is not understood is as if it had not been sent. */
export function readSettings(sent: unknown): Settings {
  const root = record(sent);
  const severity = new Map<string, Severity | 'off'>();
  for (const [code, value] of record(record(root.get('problems')).get('severity'))) {
    if (typeof value === 'string' && SEVERITIES.has(value)) severity.set(code, value as Severity | 'off');
  }
  return {
    severity,
    inlayHints: record(root.get('inlayHints')).get('enabled') !== false,
    codeLens: root.get('codeLens') !== false,
  };
}

const record = (value: unknown): Map<string, unknown> =>
  new Map(value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : []);
