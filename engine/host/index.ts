export { watchActivity } from './activity';
export { idle } from './idle';
export { connectOrHost, type Joined, type JoinOptions } from './join';
export { type Host, type ServeOptions, serve } from './serve';
export type { Program, Refusal } from './start';
