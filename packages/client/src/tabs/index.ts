export type { TabChannel, TabChannelConstructor, TabLocks, TabPage } from './browser.ts';
export { type SharedWebSocketOptions, sharedWebSocket } from './sharedWebSocket.ts';
