const at = 1_767_254_400_000;

/**
 * Values for fields of these names in examples. `hello.clientId` is for actions and events whose names begin with
 * `hello`. A value is used only where the schema allows it, so that nothing breaks when a contract changes. Values that
 * an app's features know better come from the `examples` of their contracts.
 */
export const usualValues: Readonly<Record<string, unknown>> = {
  at,
  code: 'not_found',
  connectionId: 'L0SM9cOFvHcCIhw=',
  epoch: 'e5k2m9',
  expiresAt: at + 3_600_000,
  'hello.clientId': 'laptop',
  from: 'sam',
  heartbeatMs: 60_000,
  limit: 20,
  limits: { frameBytes: 32_000, topicsPerConnection: 100, framesPerSecond: 20, frameBurst: 40 },
  roles: ['msp'],
  rotateAfterMs: 5_700_000,
  seq: 7,
  'subscribe.recovered': true,
  tenant: 'acme-msp',
  token: '<JWT>',
  heads: { tenant: 7 },
  behind: { tenant: { epoch: 'e5k2m9', seq: 9 } },
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
  'last',
  'more',
  'snapshot',
]);
