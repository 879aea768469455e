import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { resolveEndpointDiscoveryConfig } from './noEndpointDiscovery.ts';

test('a client goes without the discovery of endpoints, and one that was told to discover is refused', async () => {
  const made = resolveEndpointDiscoveryConfig({}, { endpointDiscoveryCommandCtor: DynamoDBClient });
  expect(await made.endpointDiscoveryEnabled()).toBe(false);
  expect(() => resolveEndpointDiscoveryConfig({ endpointDiscoveryEnabled: true }, {})).toThrow(
    'without the discovery of endpoints',
  );
});
