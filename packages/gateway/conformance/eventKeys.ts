/** The names in an object, in no order, so that two objects can be compared key by key. */
export function keys(value: unknown): Set<string> {
  return new Set(Object.keys(value ?? {}));
}

/** What the requestContext of every event has, in AWS's captures. */
export const commonContextKeys = [
  'apiId',
  'connectedAt',
  'connectionId',
  'domainName',
  'eventType',
  'extendedRequestId',
  'identity',
  'messageDirection',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'routeKey',
  'stage',
];
