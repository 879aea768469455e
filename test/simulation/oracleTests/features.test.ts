import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('short');
const { found, withFrame, atEnd, atRest, lines } = tamperingWith(evidence);

type Fields = Record<string, unknown>;
const payloadOf = (frame: Fields) => (frame.payload ?? {}) as Fields;
const withPayload = (change: (payload: Fields) => object) => (frame: Fields) => ({
  ...frame,
  payload: { ...payloadOf(frame), ...change(payloadOf(frame)) },
});
/** Whether a frame answers a request of this action. */
const answers = (action: string) => {
  const asked = new Set(
    lines.flatMap(({ k, d, ref, action: of }) => (k === 'ask' && of === action ? `${d} ${ref}` : [])),
  );
  return ({ ref }: Fields, { d }: Fields) => asked.has(`${d} ${ref}`);
};
const recountedAt = Number(lines.findLast(({ k }) => k === 'recount')?.t);
const isAtRest = ({ t }: Fields) => Number(t) > recountedAt;

/** One log event, changed in the table and wherever it was heard, as if the product had made it so. */
function withEvent(fits: (event: Fields) => boolean, change: (payload: Fields) => object) {
  const row = evidence.atRest.find((one) => one.pk.startsWith('LOG#') && fits(JSON.parse(String(one.frame))));
  if (!row) throw new Error('there is no such event');
  const old = String(row.frame);
  const frame = JSON.stringify(withPayload(change)(JSON.parse(old)));
  const inText = (text: string) =>
    text.replace(JSON.stringify(old).slice(1, -1), JSON.stringify(frame).slice(1, -1));
  const inRow = (one: Fields) => (one.frame === old ? { ...one, frame } : one);
  return { lines: evidence.lines.map(inText), ...atRest(inRow), ...atEnd(inRow) };
}

it('what really happened is in order', () => {
  expect(judge(evidence).violations).toEqual([]);
});

it('a token that was revoked and still opens, renews or acts is found', () => {
  const revoked = lines.find(
    (line) => line.k === 'got' && payloadOf(JSON.parse(String(line.frame))).revokedAt,
  );
  const open = lines.find(({ k, t, iat }) => k === 'up' && Number(t) > Number(revoked?.t) && iat);
  expect(open).toBeDefined();
  const asIfRevoked = (user: unknown, tenant: unknown) => {
    const ask = { d: `warden-${tenant}`, ref: 'r', action: 'user.revoke', payload: { userId: user } };
    const frame = JSON.stringify({
      type: 'ack',
      ref: 'r',
      payload: { revokedAt: Number(open?.iat) + 60_000 },
    });
    const at = Number(open?.began) - 10;
    return [
      { t: at - 1, k: 'ask', ...ask },
      { t: at, k: 'got', d: ask.d, ref: 'r', frame },
    ].map((line) => JSON.stringify(line));
  };
  const at = evidence.lines.indexOf(JSON.stringify(open));
  const added = asIfRevoked(open?.user, open?.tenant);
  expect(found({ lines: evidence.lines.toSpliced(at, 0, ...added) })).toContain('I5');
});

it('a socket that is open after its user’s revocation, or its token’s end, is found', () => {
  const revoked = lines.find(
    ({ k, frame }) => k === 'got' && payloadOf(JSON.parse(String(frame))).code === 4403,
  );
  const isItsEnd = ({ k, conn }: Fields) => k === 'down' && conn === revoked?.conn;
  expect(found({ lines: evidence.lines.filter((_, at) => !isItsEnd(lines[at] ?? {})) })).toContain('I5');
  const rest = lines.find(({ k }) => k === 'rest');
  const device = ((rest?.devices ?? []) as Fields[]).find(({ ready, conn }) => ready && conn !== undefined);
  const endedLongAgo = lines.map((line) => {
    const isItsToken = line.conn === device?.conn && (line.k === 'rights' || line.k === 'renewing');
    return JSON.stringify(isItsToken ? { ...line, exp: Number(lines[0]?.t) } : line);
  });
  expect(found({ lines: endedLongAgo })).toContain('I5');
});

it('a count of the unread that is not the log’s is found, in an event, a list, a snapshot and on a device', () => {
  const more = (payload: Fields) => ({ unread: Number(payload.unread) + 1 });
  expect(found(withEvent(({ type }) => type === 'notification', more))).toContain('I8');
  const again = (payload: Fields) => ({ ids: [...(payload.ids as string[]), 'none'] });
  expect(found(withEvent(({ type }) => type === 'notification.read', again))).toContain('I8');
  const isList = answers('notification.list');
  expect(
    found(withFrame((frame, line) => isAtRest(line) && isList(frame, line), withPayload(more))),
  ).toContain('I8');
  const isSnapshot = ({ type, topic }: Fields, line: Fields) =>
    isAtRest(line) && type === 'subscribed' && topic === 'user:me';
  const shown = withPayload(({ snapshot }) => ({
    snapshot: { unread: payloadOf({ payload: snapshot }).unread ? 0 : 9 },
  }));
  expect(found(withFrame(isSnapshot, shown))).toContain('I8');
  const note = evidence.atRest.find(({ pk }) => pk.startsWith('NOTE#'));
  expect(found(atRest((row) => (row === note ? undefined : row)))).toContain('I8');
});

it('a time that is given twice, and a place out of turn, are found', () => {
  const isBoard = ({ type }: Fields) => type === 'queue.updated';
  const change = (with_: (one: Fields) => object) => (payload: Fields) => ({
    appointments: (payload.appointments as Fields[]).map((one) => ({ ...one, ...with_(one) })),
  });
  const crowded = (event: Fields) => isBoard(event) && (payloadOf(event).appointments as object[]).length > 1;
  expect(
    found(
      withEvent(
        crowded,
        change(() => ({ at: '09:00' })),
      ),
    ),
  ).toContain('I15');
  const first = (event: Fields) =>
    isBoard(event) && (payloadOf(event).appointments as Fields[]).some(({ position }) => position === 1);
  expect(
    found(
      withEvent(
        first,
        change(({ position }) => ({ position: position === 1 ? 2 : position })),
      ),
    ),
  ).toContain('I15');
});

it('a refusal of a time that nobody had is found', () => {
  const free = { date: '2023-11-15', doctorId: 'dr-nobody', patientId: 'p', at: '09:00' };
  const ask = JSON.stringify({
    t: recountedAt,
    k: 'ask',
    d: 'd0',
    ref: 'x',
    action: 'queue.book',
    payload: free,
  });
  const frame = JSON.stringify({ type: 'error', ref: 'x', payload: { code: 'conflict' } });
  const got = JSON.stringify({ t: recountedAt + 1, k: 'got', d: 'd0', frame });
  expect(found({ lines: [...evidence.lines, ask, got] })).toContain('I15');
});

it('a board that is shown as it is not is found', () => {
  const isBoard = ({ type, topic, payload }: Fields) =>
    type === 'subscribed' && String(topic).startsWith('queue:') && (payload as Fields).snapshot !== undefined;
  const emptied = withPayload(({ snapshot }) => ({
    snapshot: { ...(snapshot as object), doctors: [{ doctorId: 'x' }] },
  }));
  expect(found(withFrame(isBoard, emptied))).toContain('I1');
});

const isLogOf =
  (type: string) =>
  ({ pk, frame }: Fields) =>
    String(pk).startsWith('LOG#') && JSON.parse(String(frame)).type === type;

it('a job without its result, with two, or shown as it is not, is found', () => {
  const result = evidence.atEnd.find(isLogOf('job.result'));
  expect(found(atEnd((row) => (row === result ? undefined : row)))).toContain('I16');
  const twice = { ...result, sk: `${result?.sk}-again` };
  expect(found({ atEnd: [...evidence.atEnd, twice as (typeof evidence.atEnd)[number]] })).toContain('I16');
  const isOver = answers('job.get');
  const undone = withPayload(() => ({ status: 'running', output: undefined, error: undefined }));
  expect(found(withFrame(isOver, undone))).toContain('I16');
});

it('an answer without a beginning or an end, or with two, is found, and a conversation that waits for ever', () => {
  for (const type of ['stream.start', 'stream.end']) {
    const one = evidence.atEnd.find(isLogOf(type));
    expect(found(atEnd((row) => (row === one ? undefined : row)))).toContain('I16');
    const twice = { ...one, sk: `${one?.sk}-again` };
    expect(found({ atEnd: [...evidence.atEnd, twice as (typeof evidence.atEnd)[number]] })).toContain('I16');
  }
  const waits = { pk: 'ASKING#north#c', sk: 'ASKING', streamId: 's' };
  expect(found({ atEnd: [...evidence.atEnd, waits] })).toContain('I16');
});

it('a piece that its answer lacks, and one that a stranger hears, are found', () => {
  const whole = new Set(
    evidence.atEnd.filter(isLogOf('stream.end')).flatMap(({ frame }) => {
      const { streamId, status } = payloadOf(JSON.parse(String(frame)));
      return status === 'complete' ? [streamId] : [];
    }),
  );
  const isPiece = (frame: Fields) => frame.type === 'stream.delta' && whole.has(payloadOf(frame).streamId);
  expect(
    found(
      withFrame(
        isPiece,
        withPayload(() => ({ delta: 'what nobody said' })),
      ),
    ),
  ).toContain('I16');
  const piece = lines.find(({ k, frame }) => k === 'got' && isPiece(JSON.parse(String(frame))));
  const whose = evidence.lines.indexOf(JSON.stringify(piece));
  const owner = lines.find(({ k, d }) => k === 'owner' && d === piece?.d);
  const other = lines.find(({ k, user }) => k === 'owner' && user !== owner?.user);
  const stranger = { ...piece, d: other?.d, conn: undefined };
  expect(found({ lines: evidence.lines.toSpliced(whose, 0, JSON.stringify(stranger)) })).toContain('I4');
});

it('a job that did another’s work, and an answer to what nobody asked, are found', () => {
  const mixedUp = (payload: Fields) => ({
    output: { ...(payload.output as object), text: 'north|d99|0 hola' },
  });
  const isTranslation = ({ type, payload }: Fields) =>
    type === 'job.result' &&
    (payload as Fields).kind === 'translate' &&
    (payload as Fields).status === 'done';
  expect(found(withEvent(isTranslation, mixedUp))).toContain('I16');
  const isStart = ({ type }: Fields) => type === 'stream.start';
  expect(found(withEvent(isStart, () => ({ text: 'what nobody asked' })))).toContain('I16');
  const isEnd = ({ type, payload }: Fields) =>
    type === 'stream.end' && (payload as Fields).status === 'complete';
  const fewer = ({ text }: Fields) => ({ text: String(text).replace(/^\d+ turns/, '90 turns') });
  expect(found(withEvent(isEnd, fewer))).toContain('I16');
  const another = ({ text }: Fields) => ({ text: String(text).replace(/“.*”/, '“what nobody asked”') });
  expect(found(withEvent(isEnd, another))).toContain('I16');
});

it('an open connection that its tenant or a feed does not count, and a closed one that it counts, are found', () => {
  const rest = lines.find(({ k }) => k === 'rest');
  const there = ((rest?.devices ?? []) as Fields[]).find(
    ({ ready, topics }) => ready && (topics as string[]).includes('client:*'),
  );
  const isIts = ({ pk, sk }: { pk: string; sk: string }, topic: string) =>
    pk.endsWith(`#${topic}`) && sk.endsWith(`#${encodeURIComponent(String(there?.conn))}`);
  for (const topic of ['tenant:-', 'msp:-', 'clients:-']) {
    expect(evidence.atRest.some((row) => isIts(row, topic))).toBe(true);
    expect(found(atRest((row) => (isIts(row, topic) ? undefined : row)))).toContain('I8');
    const ghost = { pk: `SUBS#north#${topic}`, sk: 'SUB#ada#gone', ttl: 9e9, roles: [] };
    expect(found({ atRest: [...evidence.atRest, ghost] })).toContain('I7');
  }
});

it('a user that only another tenant has, and somebody in a room who never entered it, are found', () => {
  const entered = lines.find(
    ({ k, d, topic, action }) =>
      k === 'ask' &&
      action === 'subscribe' &&
      topic === 'room:r1' &&
      lines.some((one) => one.k === 'owner' && one.d === d && one.tenant === 'north'),
  );
  const presence = (joined: unknown[]) => {
    const payload = { joined, left: [], count: 1 };
    const frame = JSON.stringify({ type: 'presence', topic: 'room:r1', id: 'x', ts: 1, payload });
    const got = JSON.stringify({ t: recountedAt, k: 'got', d: entered?.d, conn: entered?.conn, frame });
    return { lines: [...evidence.lines, got] };
  };
  const userOf = (device: unknown) => lines.find(({ k, d }) => k === 'owner' && d === device)?.user;
  expect(found(presence([userOf(entered?.d)]))).not.toContain('I4');
  expect(found(presence(['sol']))).toContain('I4');
  expect(found(presence([userOf(entered?.d), 'zoe']))).toContain('I4');
});

it('a renewal that was refused gives neither rights nor time', () => {
  const renewals = lines.flatMap((line, at) => (line.k === 'renewing' ? [{ line, at }] : []));
  const asIfRefused = renewals.map(({ line, at }) => {
    const ask = lines.find(
      ({ k, conn, t, action }) => k === 'ask' && conn === line.conn && t === line.t && action === 'auth',
    );
    const answerAt = lines.findIndex(
      ({ k, conn, frame }, index) =>
        index > at && k === 'got' && conn === line.conn && JSON.parse(String(frame)).ref === ask?.ref,
    );
    const frame = JSON.stringify({ type: 'error', ref: ask?.ref, payload: { code: 'forbidden' } });
    const answer = lines[answerAt];
    const isAck = answer && JSON.parse(String(answer.frame)).type === 'ack';
    return isAck ? { answerAt, refused: JSON.stringify({ ...answer, frame }) } : undefined;
  });
  const all = evidence.lines.flatMap((text, at) => {
    const one = asIfRefused.find((refused) => refused?.answerAt === at);
    const isNoted = lines[at]?.k === 'rights' && asIfRefused.some((refused) => refused?.answerAt === at - 1);
    return isNoted ? [] : [one?.refused ?? text];
  });
  expect(found({ lines: all })).toContain('I5');
});

it('a room that gets a wrong update, or counts who is not there, is found', () => {
  const isPresence = answers('presence.get');
  const nobody = withPayload(() => ({ users: [] }));
  expect(found(withFrame((frame, line) => isAtRest(line) && isPresence(frame, line), nobody))).toContain(
    'I8',
  );
  const member = evidence.atRest.find(({ pk }) => pk.startsWith('SUBS#') && pk.includes('room'));
  const ghost = { ...member, sk: 'SUB#ada#gone' } as (typeof evidence.atRest)[number];
  expect(found({ atRest: [...evidence.atRest, ghost] })).toContain('I7');
});
