import type { EventBridgeEvent } from 'aws-lambda';
import { handleEvent } from '../core/api/eventBus.ts';
import { measured } from './measured.ts';
import { metrics, runtime } from './wiring.ts';

/**
 * Events that other services of the account publish. If it throws, Lambda tries twice more, and then puts the
 * event into a dead-letter queue.
 */
export const handler = measured(
  metrics,
  (event: EventBridgeEvent<string, unknown>): Promise<void> =>
    handleEvent(runtime(), { id: event.id, detailType: event['detail-type'], detail: event.detail }),
);
