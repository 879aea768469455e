import { expect, it } from 'vitest';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

/** Without faults, so that nothing is forgiven. */
const evidence = recorded('spiteful');
const { whatIsWrong, lines } = tamperingWith(evidence);

type Fields = Record<string, unknown>;

const frameOf = ({ frame }: Fields) => JSON.parse(String(frame)) as Fields;
/** The last event of a board that somebody of the staff got. */
const heardAt = lines.findLastIndex(
  (line) => line.k === 'got' && frameOf(line).type === 'queue.updated' && frameOf(line).seq !== undefined,
);
const heard = lines[heardAt] ?? {};
const { d, conn } = heard;
const { topic, ts } = frameOf(heard);
const rights = lines.findLast((line) => line.k === 'rights' && line.conn === conn) ?? {};
const t = Number(ts) - 20_000;

/** What happened, but for that event, and with something before it. */
const unheard = (...more: readonly object[]) => {
  const before = lines.findIndex((line) => Number(line.t) > t);
  const rest = evidence.lines.toSpliced(heardAt, 1);
  return { lines: rest.toSpliced(before, 0, ...more.map((line) => JSON.stringify(line))) };
};

const notSent = new RegExp(`I1 ${String(conn)} was not sent .*${String(topic)}`);

/** A token is brought, and its function ends so. */
const renewal = (ref: string, roles: unknown, run: object, at = t) => [
  { ...rights, t: at, k: 'renewing', roles },
  { t: at, k: 'ask', d, conn, ref, action: 'auth', payload: {} },
  { t: at + 1, k: 'run', fn: 'message', conn, ref, ...run },
];
const backAt = t + 100;
const back = [
  ...renewal('back', rights.roles, { writes: 1, outcome: 'answered' }, backAt),
  { t: backAt + 2, k: 'got', d, conn, frame: JSON.stringify({ type: 'ack', ref: 'back', payload: {} }) },
  { ...rights, t: backAt + 2 },
];

it('an event of a topic that was left because a token did not allow it is not missed, though its function died and nobody said so', () => {
  expect(heard.k).toBe('got');
  expect(whatIsWrong(unheard())).toMatch(notSent);
  expect(whatIsWrong(unheard(...back))).toMatch(notSent);
  const died = renewal('died', ['admin'], { writes: 1, outcome: 'crash' });
  expect(whatIsWrong(unheard(...died, ...back))).not.toMatch(notSent);
});

it('it is missed where the token was never stored, allowed the topic, or the topic was asked for again', () => {
  const unstored = renewal('died', ['admin'], { writes: 0, outcome: 'crash' });
  expect(whatIsWrong(unheard(...unstored, ...back))).toMatch(notSent);
  const allowing = renewal('died', ['admin', 'msp'], { writes: 1, outcome: 'crash' });
  expect(whatIsWrong(unheard(...allowing, ...back))).toMatch(notSent);
  const died = renewal('died', ['admin'], { writes: 1, outcome: 'crash' });
  const again = [
    { t: backAt + 3, k: 'ask', d, conn, ref: 'again', action: 'subscribe', topic, payload: {} },
    {
      ...{ t: backAt + 4, k: 'got', d, conn },
      frame: JSON.stringify({ type: 'subscribed', ref: 'again', topic, payload: { recovered: true } }),
    },
  ];
  expect(whatIsWrong(unheard(...died, ...back, ...again))).toMatch(notSent);
});
