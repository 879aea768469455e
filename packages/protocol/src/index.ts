export type { ActionName, Answer, AppOf, Payload, WireOf } from './appTypes.ts';
export * from './contract.ts';
export { connectionContract } from './engine/connection.ts';
export { feedContract } from './engine/feeds.ts';
export { presenceContract } from './engine/presence.ts';
export { revokeContract } from './engine/revoke.ts';
export { statsContract } from './engine/stats.ts';
export * from './errors.ts';
export * from './frames.ts';
export {
  idPattern,
  isCollection,
  isDate,
  isName,
  kindPattern,
  maxUserIdLength,
  parseTopic,
  type Topic,
  wireTopic,
} from './topics.ts';
export { validate } from './validate.ts';
