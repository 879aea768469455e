import { expect, test } from 'vitest';
import { openClient } from '../../test/startClient.ts';
import { createSends } from './createSends.ts';

const acme = { clientId: 'acme', kind: 'login' };
const event = (total: number) => ({ ...acme, by: 1, total, totals: { login: total } });

async function sending() {
  const { server, client } = await openClient();
  const topic = client.topic('client', 'acme');
  topic.hold();
  await server.advance(0);
  const sends = createSends(client, 'interaction.record', topic);
  const shown: string[][] = [];
  const kinds = () => sends.getSnapshot().map(({ payload, state }) => `${payload.kind} ${state}`);
  sends.subscribe(() => shown.push(kinds()));
  return { server, client, topic, sends, shown, kinds };
}

test('a send whose event comes before its answer is not seen twice meanwhile', async () => {
  const { server, sends, kinds } = await sending();
  let position = { epoch: '', seq: 0 };
  server.respond('interaction.record', () => {
    position = server.publish('client:acme', 'interaction', event(1), 'ada');
    return undefined;
  });
  const sent = sends.send(acme);
  expect(kinds()).toEqual(['login sending']);
  await server.advance(0);
  expect(kinds()).toEqual([]);
  const { ref } = server.asked('interaction.record')[0] ?? {};
  server.connections()[0]?.send({ type: 'ack', ref, payload: { total: 1, ...position } });
  await expect(sent).resolves.toMatchObject({ total: 1 });
  expect(kinds()).toEqual([]);
});

test('the same done by somebody else does not hide what is under way', async () => {
  const { server, sends, kinds } = await sending();
  server.respond('interaction.record', () => undefined);
  sends.send(acme).catch(() => {});
  server.publish('client:acme', 'interaction', event(1), 'bo');
  await server.advance(0);
  expect(kinds()).toEqual(['login sending']);
});

test('a send that was answered stays until the topic has come to its event', async () => {
  const { server, sends, kinds, topic } = await sending();
  server.interfere(() => [500]);
  server.respond('interaction.record', () => {
    const { epoch, seq } = server.publish('client:acme', 'interaction', event(1), 'somebody');
    return { total: 1, epoch, seq };
  });
  const sent = sends.send(acme);
  await server.advance(0);
  await sent;
  expect([kinds(), topic.position?.seq]).toEqual([['login sending'], 0]);
  await server.advance(500);
  expect([kinds(), topic.position?.seq]).toEqual([[], 1]);
});

test('what failed stays with its error until it is dismissed', async () => {
  const { server, sends } = await sending();
  server.respond('interaction.record', () => ({ refused: 'forbidden' }));
  const sent = sends.send(acme);
  const failed = expect(sent).rejects.toMatchObject({ code: 'forbidden' });
  await server.advance(0);
  await failed;
  expect(sends.getSnapshot()).toMatchObject([{ state: 'failed', error: { code: 'forbidden' } }]);
  sends.dismiss(sends.getSnapshot()[0]?.ref ?? '');
  expect(sends.getSnapshot()).toEqual([]);
  await expect(sends.retry('gone')).rejects.toMatchObject({ code: 'conflict' });
});
