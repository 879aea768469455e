import type { Case, Exercised, Fields } from './evidence.ts';

/** The rules that slept: nothing came up in any of these runs that they are about. */
export function neverExercised(all: readonly Exercised[]): string[] {
  const names = new Set(all.flatMap((exercised) => Object.keys(exercised)));
  return [...names].filter((name) => !all.some((exercised) => (exercised[name] ?? 0) > 0));
}

const ofGots = [
  'resyncs heard',
  'tokens over (4401)',
  'users revoked (4403)',
  'devices replaced (4409)',
  'alerts already raised',
  'alerts already acknowledged',
  'refused: not_subscribed',
  'refused: forbidden',
  'refused: validation_failed',
  'refused: conflict',
] as const;

/** What came up besides all that the parts of the oracle count themselves. */
export function countExercised({ lines, gots, asks, topics }: Case): Exercised {
  const counts = new Map<string, number>(ofGots.map((name) => [name, 0]));
  const count = (name: string | undefined, isSo = true) => {
    if (isSo && name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const actionOf = new Map(asks.map(({ ref, action }) => [ref, action]));
  for (const { frame } of gots) {
    const { type, ref } = frame;
    const payload = (frame.payload ?? {}) as Fields;
    count('resyncs heard', type === 'resync');
    if (type === 'disconnect') count(ofGots.find((name) => name.endsWith(`(${payload.code})`)));
    if (type === 'error') count(ofGots.find((name) => name === `refused: ${payload.code}`));
    if (payload.already !== true) continue;
    count('alerts already raised', actionOf.get(String(ref)) === 'alert.raise');
    count('alerts already acknowledged', actionOf.get(String(ref)) === 'alert.acknowledge');
  }
  const events = [...topics.values()].flatMap(({ epochs }) => [...epochs.values()].flat());
  const lineKinds = (kind: string) => lines.filter(({ k }) => k === kind).length;
  return {
    ...Object.fromEntries(counts),
    'alerts acknowledged': events.filter(({ event }) => event.type === 'alert.acknowledged').length,
    'channel messages': events.filter(({ event }) => event.type === 'channel.message').length,
    'channel messages, several at once': asks.filter(({ payload }) => payload.messages !== undefined).length,
    'last events asked for': asks.filter(({ payload }) => payload.last !== undefined).length,
    'topics begun anew': [...topics.values()].filter(({ epochs }) => epochs.size > 1).length,
    crowds: lines.some(({ k }) => k === 'listened') ? 1 : 0,
    'runs that died': lines.filter(
      ({ k, outcome }) => k === 'run' && /^(crash|time-out)$/.test(String(outcome)),
    ).length,
    'dead letters': lineKinds('dead letter'),
    'tokens that could not be judged': lines.filter(
      ({ k, op, fault }) => k === 'fault' && op === 'verify' && fault !== 'slow',
    ).length,
    'runs with clocks far apart': Number(lines[0]?.maxSkewMs) > 1000 ? 1 : 0,
    'runs whose schedules came late': Number(lines[0]?.lateMinutes) > 0 ? 1 : 0,
    'issuer outages': lineKinds('issuer away'),
    'positions restored': lineKinds('restored'),
    faults: lineKinds('fault'),
    'runs without faults': lines[0]?.severity === 0 ? 1 : 0,
  };
}
