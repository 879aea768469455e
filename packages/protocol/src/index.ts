export * from './actions.ts';
export { type ActionContract, anyObject, type EventContract, type Role, roles } from './contract.ts';
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
