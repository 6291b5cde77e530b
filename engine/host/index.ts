export { watchActivity } from './activity';
export { idle } from './idle';
export { connectOrHost, type Joined } from './join';
export { serve } from './serve';
export type { Refusal } from './start';
export { whenGone } from './when-gone';
