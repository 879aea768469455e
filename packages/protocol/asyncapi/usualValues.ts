const at = 1_767_254_400_000;

/**
 * What a field of this name might hold, so that an example reads like one; `hello.topic` is for contracts whose
 * names begin so. Used only where the schema allows it, so that nothing breaks when a
 * contract changes.
 */
export const usualValues: Readonly<Record<string, unknown>> = {
  at,
  body: 'Your invoice is ready',
  clientId: 'acme',
  code: 'not_found',
  connectionId: 'L0SM9cOFvHcCIhw=',
  date: '2026-03-02',
  epoch: 'e5k2m9',
  expiresAt: at + 3_600_000,
  events: [
    {
      type: 'alert.acknowledged',
      topic: 'client:acme',
      epoch: 'e5k2m9',
      seq: 7,
      id: 'f3a81c',
      from: 'carla',
      ts: at,
      payload: { alertId: 'alert-1', by: 'carla' },
    },
  ],
  'hello.clientId': 'laptop',
  from: 'sam',
  heartbeatMs: 60_000,
  'hello.topic': 'room:lobby',
  limit: 20,
  limits: { frameBytes: 32_000, topicsPerConnection: 100, framesPerSecond: 20, frameBurst: 40 },
  roles: ['msp'],
  rotateAfterMs: 5_700_000,
  seq: 7,
  'subscribe.recovered': true,
  tenant: 'demo',
  token: '<JWT>',
  byRole: { msp: 1 },
  heads: { tenant: 7 },
  behind: { tenant: { epoch: 'e5k2m9', seq: 9 } },
  topic: 'client:acme',
  userId: 'carla',
};

/** Fields that are there only in special cases, which an example is not. */
export const specialFields: ReadonlySet<string> = new Set([
  'already',
  'at',
  'cursor',
  'dup',
  'error',
  'features',
  'more',
  'snapshot',
]);
