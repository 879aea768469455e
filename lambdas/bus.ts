import type { EventBridgeEvent } from 'aws-lambda';
import { handleEvent } from '../core/api/eventBus.ts';
import { runtime } from './wiring.ts';

/** Events that other services of the account publish. What it throws, Lambda tries twice more and then keeps aside. */
export const handler = (event: EventBridgeEvent<string, unknown>): Promise<void> =>
  handleEvent(runtime(), { id: event.id, detailType: event['detail-type'], detail: event.detail });
