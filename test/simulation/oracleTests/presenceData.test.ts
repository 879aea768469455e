import { expect, it } from 'vitest';
import {
  askOf,
  bodyOf,
  connected,
  evidence,
  type Fields,
  lines,
  owners,
  payloadOf,
  restMs,
  whatIsWrong,
  withFrame,
} from './channelEvidence.ts';

it('somebody who is shown with what is not theirs, and with nothing where they show something, is found', () => {
  const recountMs = Number(lines.findLast(({ k }) => k === 'recount')?.t);
  const isShown = (frame: Fields, line: Fields) =>
    Number(line.t) > recountMs &&
    askOf(line, frame)?.action === 'presence.get' &&
    ((payloadOf(frame).users ?? []) as Fields[]).some(({ data }) => data !== undefined);
  const withData = (change: (one: Fields) => Fields) =>
    withFrame(isShown, (frame) => ({
      ...frame,
      payload: { users: (payloadOf(frame).users as Fields[]).map(change) },
    }));
  expect(whatIsWrong(withData((one) => one))).toBe('');
  expect(whatIsWrong(withData(({ data: _, ...one }) => one))).toMatch(
    /^I8 .* was shown .* with null, and not /,
  );
  expect(whatIsWrong(withData((one) => ({ ...one, data: 'x' })))).toMatch(/I4 .* which nobody asked for/);
});

it('who asked for two things at once may be shown with either; of two, one after the other, the last counts', () => {
  const recountAt = lines.findLastIndex(({ k }) => k === 'recount');
  const recountMs = Number(lines[recountAt]?.t);
  // Somebody who is in the room with one device.
  const topic = 'room:r1';
  const rows = evidence.atRest.filter(({ pk }) => pk === `SUBS#north#${topic}`);
  const isAlone = (user: unknown) => rows.filter(({ sk }) => sk.startsWith(`SUB#${user}#`)).length === 1;
  const one = connected((user, topics) => topics.includes(topic) && isAlone(user));
  const userId = owners.get(one.d)?.user;
  const ask = { ...one, t: recountMs - 2, k: 'ask', action: 'presence.set', topic };
  const ack = (ref: string) => ({
    ...one,
    t: recountMs - 1,
    k: 'got',
    frame: bodyOf({ type: 'ack', ref, topic, ts: recountMs, payload: {} }),
  });
  const both = [
    { ...ask, ref: 'p1', payload: { data: 'first' } },
    { ...ask, ref: 'p2', payload: { data: 'second' } },
  ];
  const shownAs = (data: unknown, ...between: object[]) => {
    const [p1, p2] = both;
    const planted = [p1, ...between, p2, ack('p1'), ack('p2')].map((line) => JSON.stringify(line));
    const get = {
      ...one,
      t: recountMs + 1,
      k: 'ask',
      ref: 'p3',
      action: 'presence.get',
      topic,
      payload: {},
    };
    const answer = {
      type: 'ack',
      ref: 'p3',
      topic,
      ts: restMs,
      payload: { count: 1, users: [{ userId, data }] },
    };
    const seen = [get, { ...one, t: recountMs + 2, k: 'got', frame: bodyOf(answer) }].map((line) =>
      JSON.stringify(line),
    );
    const withBoth = evidence.lines.toSpliced(recountAt + 1, 0, ...seen).toSpliced(recountAt, 0, ...planted);
    return whatIsWrong({ lines: withBoth });
  };
  const wrongly = (data: string) => new RegExp(`I8 .* was shown ${userId} of ${topic} with "${data}"`);
  expect(shownAs('first')).not.toMatch(wrongly('first'));
  expect(shownAs('second')).not.toMatch(wrongly('second'));
  expect(shownAs('first', ack('p1'))).toMatch(wrongly('first'));
});

it('a presence frame that says of somebody what they never asked for is found', () => {
  const isPresence = ({ type, payload }: Fields) =>
    type === 'presence' && payloadOf({ payload }).data !== undefined;
  const lie = (frame: Fields) => ({
    ...frame,
    payload: {
      ...payloadOf(frame),
      data: (payloadOf(frame).data as Fields[]).map((one) => ({ ...one, data: 'x' })),
    },
  });
  expect(whatIsWrong(withFrame(isPresence, lie))).toMatch(/I4 .* which nobody asked for/);
});
