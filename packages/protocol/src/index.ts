export * from './actions.ts';
export { type ActionContract, anyObject, type EventContract, type Role, roles } from './contract.ts';
export * from './errors.ts';
export * from './frames.ts';
export {
  idPattern,
  isDate,
  isName,
  maxUserIdLength,
  parseTopic,
  type Topic,
  type TopicKind,
  wireTopic,
} from './topics.ts';
export { validate } from './validate.ts';
