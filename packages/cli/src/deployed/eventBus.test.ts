import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import { mockedClient } from '../../../../test/support/mockedClient.ts';
import { EventRefused, Failed, NoAccess } from '../failures.ts';
import { openEventBus } from './eventBus.ts';

const mock = mockedClient(EventBridgeClient);
afterEach(() => mock.reset());

const bus = await openEventBus('Tidings-dev', { region: 'eu-west-1' });
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
  'with %s there is no access, with a sentence',
  async (name) => {
    mock.on(PutEventsCommand).rejects(thrown(name));
    const putting = bus.put('message.send', {});
    await expect(putting).rejects.toBeInstanceOf(NoAccess);
    await expect(putting).rejects.toThrow('cannot put an event on Tidings-dev');
  },
);

test('a bus that is not there takes no event', async () => {
  mock.on(PutEventsCommand).rejects(thrown('ResourceNotFoundException'));
  const putting = bus.put('message.send', {});
  await expect(putting).rejects.toBeInstanceOf(Failed);
  await expect(putting).rejects.not.toBeInstanceOf(EventRefused);
});

test('an event that is too large, or that the bus refuses, is told from a bus that takes none', async () => {
  mock.on(PutEventsCommand).rejects(thrown('ValidationException'));
  await expect(bus.put('message.send', {})).rejects.toBeInstanceOf(EventRefused);
  mock.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }] });
  await expect(bus.put('message.send', {})).rejects.toThrow('the event was refused: MalformedDetail');
});
