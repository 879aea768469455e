import type { WebSocketApi } from '../src/index.ts';

/** A WebSocket API without a route, to be changed by a test. */
export const emptyApi: WebSocketApi = {
  apiId: 'abc123',
  stage: 'dev',
  region: 'eu-west-1',
  accountId: '123456789012',
  routeSelectionExpression: '$request.body.action',
  routes: [],
};
