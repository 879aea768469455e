import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../../core/ports.ts';
import { requestsWithin } from '../requests.ts';
import { eventBridgeBus } from './bus.ts';

/** Opens the account's default event bus, the one that other services publish to Tidings on. */
export function openEventBus(settings: Omit<EventBridgeClientConfig, 'requestHandler'>): EventBus {
  const client = new EventBridgeClient({
    ...settings,
    maxAttempts: 3,
    requestHandler: requestsWithin(3_000),
  });
  return eventBridgeBus(client);
}
