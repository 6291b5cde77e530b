import type { SetChange } from './node-contract';

/** What a revision says of a node that is in the file, for people: `model: fast, epochs = 5`. */
export function sayChange({ node, executor, uses, image, with: set = {} }: SetChange): string {
  const others = [executor, uses, image].filter((each) => each !== undefined);
  const parameters = Object.entries(set).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return `${node}: ${[...others, ...parameters].join(', ')}`;
}
