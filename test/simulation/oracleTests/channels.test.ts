import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import {
  added,
  askOf,
  bodyOf,
  connected,
  evidence,
  type Fields,
  found,
  frameOf,
  lines,
  logged,
  payloadOf,
  restMs,
  whatIsWrong,
  withFrame,
  withLine,
} from './channelEvidence.ts';

it('what really happened is in order, and all that channels are about came up', () => {
  const { violations, exercised } = judge(evidence);
  expect(violations).toEqual([]);
  expect(exercised['channel messages']).toBeGreaterThan(20);
  expect(exercised['channel messages, several at once']).toBeGreaterThan(3);
  expect(exercised['last events asked for']).toBeGreaterThan(5);
  expect(exercised['what users show judged']).toBeGreaterThan(2);
  expect(exercised['syncs of all topics of a kind judged']).toBeGreaterThan(20);
});

it('a message to somebody whom the channel’s rule shuts out is found, and so is who is there', () => {
  const dan = connected((user) => user === 'dan');
  const [event] = [...logged('orders:c1'), ...logged('orders:c3')];
  const topic = event?.topic;
  expect(topic).toBeDefined();
  const frame = bodyOf(event);
  // He asked for it: that he is shut out is all that is wrong.
  const ask = { ...dan, t: 1, k: 'ask', ref: 'x', action: 'subscribe', topic, payload: {} };
  expect(whatIsWrong(added(ask, { ...dan, t: restMs, k: 'got', frame }))).toMatch(
    /I4 .* which it may not see/,
  );
  const presence = {
    type: 'presence',
    topic,
    ts: restMs,
    payload: { joined: [], left: [], count: 1 },
  };
  const answer = { ...dan, t: restMs, k: 'got', frame: bodyOf(presence) };
  expect(whatIsWrong(added(ask, answer))).toMatch(/I4 .* which it may not see/);
});

it('a message to somebody who did not ask for the channel, nor for all of them, is found', () => {
  const other = connected(
    (user, topics) => user !== 'ada' && !topics.some((topic) => topic.startsWith('news:')),
  );
  const isTheirs = ({ k, conn, topic, payload }: Fields) =>
    k === 'ask' && conn === other.conn && /"news:/.test(JSON.stringify([topic, payload]));
  expect(lines.filter(isTheirs)).toEqual([]);
  const [event] = logged('news:c1');
  const got = { ...other, t: restMs, k: 'got', frame: bodyOf(event) };
  expect(whatIsWrong(added(got))).toMatch(/I5 .* after it had left/);
});

it('who left is no longer told, unless a subscribe that was sent again joins them anew', () => {
  const other = connected((user) => user !== 'ada');
  const topic = 'room:left';
  const ask = { ...other, k: 'ask', payload: {}, topic };
  const got = (t: number, frame: object) => ({
    ...other,
    t,
    k: 'got',
    frame: bodyOf({ topic, ts: t, ...frame }),
  });
  const subscribe = { ...ask, t: restMs - 100_000, ref: 'p', action: 'subscribe' };
  const subscribed = { type: 'subscribed', ref: 'p', payload: { recovered: false } };
  const begun = [subscribe, got(restMs - 99_000, subscribed)];
  const left = [
    { ...ask, t: restMs - 61_000, ref: 'u', action: 'unsubscribe' },
    got(restMs - 60_000, { type: 'ack', ref: 'u', payload: {} }),
  ];
  const told = got(restMs, { type: 'presence', payload: { joined: [], left: [], count: 1 } });
  const late = { ...subscribe, t: restMs - 62_000 };
  expect(whatIsWrong(added(...begun, ...left, told))).toMatch(/I5 .* after it had left/);
  expect(whatIsWrong(added(...begun, late, ...left, told))).not.toMatch(/after it had left/);
  expect(whatIsWrong(added(...begun, ...left, got(restMs - 50_000, subscribed), told))).not.toMatch(
    /after it had left/,
  );
});

it.each([
  ['orders:c3', 'dan'],
  ['news:c1', 'bob'],
])('a message on %s by %s, who may not publish there, is found, be it only remembered', (topic, user) => {
  const ask = { t: restMs - 100, k: 'ask', ...connected((one) => one === user), ref: 'planted' };
  const publish = { ...ask, action: 'channel.publish', topic, payload: { data: 1 } };
  const memory = { pk: `REF#north#${user}#planted`, sk: 'REF', answer: {} };
  expect(found({ ...added(publish), atRest: [...evidence.atRest, memory] })).toEqual(new Set(['I17']));
  expect(found(added(publish))).toEqual(new Set());
});

it('several messages of which one is missing, or that are in another order, are found', () => {
  const isDone = ({ k, d, ref, payload }: Fields) =>
    k === 'ask' &&
    payloadOf({ payload }).messages !== undefined &&
    lines.some((line) => line.d === d && frameOf(line).type === 'ack' && frameOf(line).ref === ref);
  const said = lines.findIndex(isDone);
  const { messages } = payloadOf(lines[said]) as { messages: unknown[] };
  for (const others of [messages.toReversed(), [...messages, 'one more']]) {
    const ask = JSON.stringify({ ...lines[said], payload: { messages: others } });
    expect(whatIsWrong({ lines: evidence.lines.toSpliced(said, 1, ask) })).toMatch(
      /I10 channel.publish .* is not there/,
    );
  }
});

it('a message that was published twice is found', () => {
  const row = evidence.atRest.find(({ pk }) => pk.startsWith('LOG#north#news:'));
  const again = { ...row, pk: `${row?.pk}2`, sk: '1' } as (typeof evidence.atRest)[number];
  expect(whatIsWrong({ atRest: [...evidence.atRest, again] })).toMatch(/I3 .* was said in .* and in/);
});

it('a message that did not come live by way of all channels is found', () => {
  const isAll = ({ k, topic, action, payload }: Fields) =>
    k === 'ask' &&
    (action === 'hello' ? /"(orders|news):\*"/.test(JSON.stringify(payload)) : String(topic).endsWith(':*'));
  const conns = new Set(lines.filter(isAll).map(({ conn }) => conn));
  const isLost = (line: Fields) =>
    conns.has(line.conn) &&
    frameOf(line).type === 'channel.message' &&
    !JSON.stringify(line).includes('user:me');
  expect(whatIsWrong({ lines: evidence.lines.filter((_, at) => !isLost(lines[at] ?? {})) })).toMatch(
    /I1 .* was not sent .*channel.message/,
  );
});

/** The last events of a topic, answered otherwise than they were. */
const withLast = (change: (events: Fields[]) => Fields[]) =>
  withFrame(
    (frame, line) =>
      frame.type === 'subscribed' &&
      payloadOf(askOf(line, frame)).last !== undefined &&
      (payloadOf(frame).events as Fields[]).length > 1,
    (frame) => ({
      ...frame,
      payload: { ...payloadOf(frame), events: change(payloadOf(frame).events as Fields[]) },
    }),
  );

it.each<[string, (events: Fields[]) => Fields[]]>([
  ['lack the first, where there was room', (events) => events.slice(1)],
  ['lack the newest', (events) => events.slice(0, -1)],
  ['are in no order', (events) => events.toReversed()],
  ['are none', () => []],
  ['say something else', (events) => events.map((event) => ({ ...event, from: 'nobody' }))],
])('last events that %s are found', (_, change) => {
  expect(whatIsWrong(withLast((events) => events))).toBe('');
  expect(whatIsWrong(withLast(change))).toMatch(/I1 .* was given/);
});

it('more of the last events than were asked for, and events that nobody asked for, are found', () => {
  const isSome = (line: Fields) => {
    const frame = frameOf(line);
    const { events = [] } = payloadOf(frame) as { events?: Fields[] };
    return payloadOf(askOf(line, frame)).last !== undefined && events.length > 1;
  };
  const answer = lines.find(isSome) ?? {};
  const ask = askOf(answer, frameOf(answer));
  const fewer = JSON.stringify({ ...ask, payload: { last: 1 } });
  const at = evidence.lines.indexOf(JSON.stringify(ask));
  expect(whatIsWrong({ lines: evidence.lines.toSpliced(at, 1, fewer) })).toMatch(
    /I1 .* where 1 were asked for/,
  );
  const unasked = withFrame(
    (frame, line) => {
      const { recovered, epoch } = payloadOf(frame);
      const { last } = payloadOf(askOf(line, frame));
      return frame.type === 'subscribed' && recovered === false && epoch !== undefined && last === undefined;
    },
    (one) => ({ ...one, payload: { ...payloadOf(one), events: [] } }),
  );
  expect(whatIsWrong(unasked)).toMatch(/I1 .* brought events that nobody asked for/);
});

it('a question whether anything was missed that is not told of a channel, or of too much, is found', () => {
  const isOfAll = (frame: Fields, line: Fields) => {
    const heads = payloadOf(askOf(line, frame)).heads as Fields | undefined;
    const named = Object.keys((payloadOf(frame).behind ?? {}) as object);
    return heads?.['news:*'] !== undefined && named.some((topic) => topic.startsWith('news:'));
  };
  const withBehind = (behind: object) => withFrame(isOfAll, (frame) => ({ ...frame, payload: { behind } }));
  expect(whatIsWrong(withBehind({}))).toMatch(/I1 .* asked about news:\*, and was not told that news:c\d/);
  const position = { epoch: 'e', seq: 1 };
  expect(whatIsWrong(withBehind({ 'news:c1': position }))).toMatch(/I1 .* where it never was/);
  const dan = connected((user) => user === 'dan');
  const ask = {
    t: restMs,
    k: 'ask',
    ...dan,
    ref: 'x',
    action: 'sync',
    payload: { heads: { 'orders:c3': { seq: 0 } } },
  };
  const frame = bodyOf({ type: 'ack', ref: 'x', payload: { behind: { 'orders:c3': position } } });
  expect(whatIsWrong(added(ask, { t: restMs, k: 'got', ...dan, frame }))).toMatch(
    /I4 .* was told of orders:c3/,
  );
});

it('a place to begin at among all channels that nobody named is found', () => {
  const all = connected((_, topics) => topics.includes('news:*'));
  const [event] = logged('news:c1');
  const begun = { t: restMs, k: 'reset', d: all.d, topic: 'news:c1', epoch: 'another', seq: 1 };
  expect(event).toBeDefined();
  expect(whatIsWrong(added(begun))).toMatch(/I11 .* which nobody had told it/);
});

it('who shows itself where it never came, and by HTTP, where nobody is, is found', () => {
  const dan = connected((user) => user === 'dan');
  const ask = { t: restMs - 100, k: 'ask', ref: 'planted', action: 'presence.set', topic: 'orders:c2' };
  const memory = { pk: `REF#north#dan#planted`, sk: 'REF', answer: {} };
  const atRest = [...evidence.atRest, memory];
  const { d } = dan;
  expect(found({ ...added({ ...ask, d, payload: { data: 1 } }), atRest })).toContain('I17');
  const elsewhere = { ...ask, ...dan, topic: 'orders:c9', payload: { data: 1 } };
  expect(found({ ...added(elsewhere), atRest })).toContain('I17');
});

it('a channel that is given to a device in no order is found', () => {
  const nth = lines
    .filter(({ k }) => k === 'deliver')
    .findLastIndex(({ topic }) => /^(orders|news):/.test(String(topic)));
  expect(found(withLine('deliver', (line) => [line, line], nth))).toContain('I2');
  expect(found(withLine('deliver', () => [], nth))).toContain('I1');
});
