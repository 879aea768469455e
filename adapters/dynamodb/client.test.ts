import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test, vi } from 'vitest';
import { dynamoClient } from './client.ts';

test('what is asked and answered is copied for no logger, and traced for nobody', () => {
  const steps = dynamoClient({ region: 'eu-central-1' }).middlewareStack.identify().join('\n');
  expect(steps).toMatch(/^serializerMiddleware/m);
  expect(steps).not.toMatch(/logger|recursion/i);
});

test('its stack is put together once, and each request is sent as what it is', async () => {
  const client = dynamoClient({ region: 'eu-central-1' });
  const sent: object[] = [];
  const answer = async ({ input }: { readonly input: object }) => {
    sent.push(input);
    return { output: { $metadata: {} }, response: undefined };
  };
  client.middlewareStack.add(() => answer, { step: 'initialize', priority: 'high' });
  const resolve = vi.spyOn(GetItemCommand.prototype, 'resolveMiddleware');
  const asked = ['a', 'b', 'c'].map((pk) => ({ TableName: 'tidings', Key: { pk: { S: pk } } }));
  await Promise.all(asked.map((input) => client.send(new GetItemCommand(input))));
  expect(sent).toEqual(asked);
  expect(resolve).toHaveBeenCalledTimes(1);
});
