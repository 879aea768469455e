export { type LocalStack, type LocalStackOptions, startLocalStack } from '../local/stack.ts';
export { createTestKit, type KitConnection, type KitPerson } from './testKit.ts';
export { startTestStack } from './testStack.ts';
