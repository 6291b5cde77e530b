import { randomInt } from 'node:crypto';

const ADJECTIVES =
  'able amber brave brisk calm clear curious deft eager early fair fleet gentle glad grand keen kind light lively lucid ' +
  'mellow merry neat nimble patient placid proud quick quiet rare ready sage sharp shy silent sleek smart spry steady ' +
  'still stout sunny swift tidy vivid warm wise witty young';
const NOUNS =
  'ant auk bass bear bee bison boar carp cat colt crab crane crow deer doe dove duck eel elk finch fish fox frog gnat ' +
  'goat goose grouse gull hare hawk hen horse jay koi lamb lark lynx mare mink mole moth mouse newt owl perch pike quail ' +
  'ram rook seal shrew skunk slug snail snake sow sparrow squid stag stork swan toad trout wasp whale wolf wren';

/** A name for a run that got none: `swift-heron-417`. */
export function randomName(): string {
  return `${pick(ADJECTIVES)}-${pick(NOUNS)}-${randomInt(1000)}`;
}

function pick(words: string): string {
  const list = words.split(' ');
  return list[randomInt(list.length)]!;
}
