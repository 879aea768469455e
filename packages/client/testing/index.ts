export {
  type Answerer,
  type AskedFrame,
  createTestServer,
  type Line,
  type Refusal,
  type TestServer,
  type TestServerOptions,
} from './createTestServer.ts';
export { type Received, receive } from './receive.ts';
export type { TestConnection } from './testSocket.ts';
export type { LoggedEvent, TestTopic } from './testTopics.ts';
export { createVirtualClock, type VirtualClock } from './virtualClock.ts';
