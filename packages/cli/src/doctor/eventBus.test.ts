import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import { mockedClient } from '../../../../test/support/mockedClient.ts';
import { CheckFailed, NotThere } from './check.ts';
import { openEventBus } from './eventBus.ts';

const mock = mockedClient(EventBridgeClient);
afterEach(() => mock.reset());

const bus = openEventBus({ name: 'Tidings-dev', region: 'eu-west-1' });
const thrown = (name: string) => Object.assign(new Error('said AWS'), { name });

test('an event is put as other services put theirs', async () => {
  mock.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  await bus.put('message.send', { tenant: 't' });
  expect(mock.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
    Entries: [
      {
        EventBusName: 'Tidings-dev',
        Source: 'tidings',
        DetailType: 'message.send',
        Detail: '{"tenant":"t"}',
      },
    ],
  });
});

test.each(['CredentialsProviderError', 'ExpiredTokenException', 'AccessDeniedException'])(
  'with %s it is skipped, with a sentence: nothing was seen to be wrong',
  async (name) => {
    mock.on(PutEventsCommand).rejects(thrown(name));
    const putting = bus.put('message.send', {});
    await expect(putting).rejects.toBeInstanceOf(NotThere);
    await expect(putting).rejects.toMatchObject({ state: 'skipped', message: /put an event on Tidings-dev/ });
  },
);

test('a bus that is not there, or that refuses the event, has failed', async () => {
  mock.on(PutEventsCommand).rejects(thrown('ResourceNotFoundException'));
  await expect(bus.put('message.send', {})).rejects.toBeInstanceOf(CheckFailed);
  mock.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }] });
  await expect(bus.put('message.send', {})).rejects.toThrow('the event was refused: MalformedDetail');
});
