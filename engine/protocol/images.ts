/** An image that Scanflow made, or that this workspace used. */
export interface ImageRow {
  /** `scanflow/build:3f2a...`, or what a workflow calls it. */
  name: string;
  /** Digest of its configuration; null where the daemon no longer has it. */
  id: string | null;
  /** Which kind of thing we made; null: pulled or made by others. */
  made: 'nodes' | 'requirements' | 'build' | 'anchor' | null;
  /** Bytes; layers that it shares with others included. */
  size: number | null;
  createdAt: string | null;
  /** What it was for in this workspace, the latest first. */
  usedBy: { of: string; lastUsed: string }[];
}
