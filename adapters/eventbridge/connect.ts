import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../../core/ports.ts';
import { requestsWithin } from '../requests.ts';
import { eventBridgeBus } from './bus.ts';

/** Opens the stage's event bus, the one that other services publish to Tidings on. */
export function openEventBus(
  name: string,
  settings: Omit<EventBridgeClientConfig, 'requestHandler'>,
): EventBus {
  const client = new EventBridgeClient({
    ...settings,
    maxAttempts: 3,
    requestHandler: requestsWithin(3_000),
  });
  return eventBridgeBus(name, client);
}
