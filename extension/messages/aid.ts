import type { Shapes } from '../messages';

/** What any webview asks for while it waits or has failed: an inline problem can be looked into and passed on. */
export type FromAnyone =
  /** What is read is no longer wanted. */
  { type: 'cancel' } | { type: 'openLog' } | { type: 'copy'; text: string };

export const fromAnyone: Shapes<FromAnyone> = {
  cancel: {},
  openLog: {},
  copy: { text: 'text' },
};
