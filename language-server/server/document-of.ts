/** The document that a request is about: its own, or that of an item that it goes on from. */
export function documentOf(params: unknown): string | undefined {
  const { textDocument, item } = (params ?? {}) as { textDocument?: { uri?: unknown }; item?: { uri?: unknown } };
  const uri = textDocument?.uri ?? item?.uri;
  return typeof uri === 'string' ? uri : undefined;
}
