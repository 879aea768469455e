import { createClient } from '@tidings/client';
import { expect, test } from 'vitest';
import { clientFeatures } from '../../../features/clients.ts';
import { topicOf } from '../topics/kinds.ts';
import { anyCollection } from './anyCollection.ts';

class NoSocket {
  readyState = 0;
  send() {}
  close() {}
}

const clientOf = (features: typeof clientFeatures) =>
  createClient({
    url: 'ws://stage.example',
    getToken: async () => 'a',
    WebSocket: NoSocket as never,
    features,
  });

test('all topics of a kind are followed as one, also of a kind that no feature here has', () => {
  const client = clientOf([anyCollection, ...clientFeatures]);
  expect(topicOf(client, 'orders:*').name).toBe('orders:*');
  expect(() => topicOf(clientOf(clientFeatures), 'orders:*')).toThrow('orders:*');
});
