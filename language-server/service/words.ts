import type { ParameterType, SignatureParameter, Value } from '../../graph';

/** A value as it would be written in a file, on one line. */
export function defaultText(value: Value): string {
  if (typeof value === 'string') return /^[A-Za-z_./-][\w ./-]*$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(defaultText).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${defaultText(each)}`)
      .join(', ')} }`;
  }
  return String(value);
}

/** `integer = 100, 1 or more`. */
export function parameterSummary({
  type,
  minimum,
  maximum,
  enum: choices,
  ...parameter
}: Pick<SignatureParameter, 'type' | 'default' | 'minimum' | 'maximum' | 'enum'>): string {
  const parts: string[] = [choices ? choices.map(defaultText).join(' | ') : typeWord[type]];
  if (minimum !== undefined) parts.push(`${minimum} or more`);
  if (maximum !== undefined) parts.push(`at most ${maximum}`);
  const bounds = parts.join(', ');
  return parameter.default === undefined
    ? `${bounds}; required`
    : `${bounds}; default ${defaultText(parameter.default)}`;
}

export const typeWord: Record<ParameterType, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  list: 'list',
  map: 'map',
};

/** Text of a file inside Markdown: what would be markup there means itself. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+!|<>~&]/g, '\\$&');

/** Code on one line, whatever quotes it has. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}
