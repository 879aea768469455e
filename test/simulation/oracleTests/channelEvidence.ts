import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

/** A run in which users follow channels and show themselves, with ways to tamper with its evidence. */
export const evidence = recorded('channels');
export const { found, whatIsWrong, withFrame, withLine, lines } = tamperingWith(evidence);

export type Fields = Record<string, unknown>;

export const restAt = lines.findIndex(({ k }) => k === 'rest');
export const restMs = Number(lines[restAt]?.t);
export const owners = new Map(
  lines.flatMap(({ k, d, ...line }) => (k === 'owner' ? [[d, line as Fields]] : [])),
);
export const asked = new Map(
  lines.filter(({ k }) => k === 'ask').map((line) => [`${line.d} ${line.ref}`, line]),
);
export const askOf = (line: Fields, frame: Fields) => asked.get(`${line.d} ${frame.ref}`);
export const payloadOf = (of: Fields | undefined) => (of?.payload ?? {}) as Fields;
export const frameOf = ({ k, frame }: Fields) => (k === 'got' ? (JSON.parse(String(frame)) as Fields) : {});

/** A device of a tenant's user that is connected at rest, with its connection. */
export function connected(fits: (user: unknown, topics: readonly string[]) => boolean, tenant = 'north') {
  const devices = (lines[restAt]?.devices ?? []) as Fields[];
  const one = devices.find(
    ({ d, ready, conn, topics }) =>
      ready && conn && owners.get(d)?.tenant === tenant && fits(owners.get(d)?.user, topics as string[]),
  );
  if (!one) throw new Error('nobody of them is connected');
  return { d: one.d, conn: one.conn };
}

export const added = (...more: object[]) => ({
  lines: evidence.lines.toSpliced(restAt, 0, ...more.map((line) => JSON.stringify(line))),
});
/** The channels’ events of a tenant, as they stand in the log. */
export const logged = (topic: string, tenant = 'north') =>
  evidence.atRest
    .filter(({ pk }) => pk.startsWith(`LOG#${tenant}#${topic}#`))
    .map(({ frame }) => JSON.parse(String(frame)) as Fields);
export const bodyOf = (event: unknown) => JSON.stringify(event);
