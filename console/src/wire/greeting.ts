/** What `hello` was answered, as it came. */
export type Greeting = Readonly<Record<string, unknown>>;

export interface ReadGreeting {
  /** The feeds that the connection is on, with where each stands. */
  readonly feeds: readonly { readonly topic: string; readonly seq?: number }[];
  /** The server's limits by their names. */
  readonly limits: readonly (readonly [name: string, value: string])[];
  readonly expiresAt: number | undefined;
  readonly rotateAfterMs: number | undefined;
  readonly heartbeatMs: number | undefined;
}

const isRecord = (value: unknown): value is Greeting => typeof value === 'object' && value !== null;
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** What is shown of it. What a later server adds, or leaves out, harms nothing. */
export function readGreeting({ subs, limits, ...rest }: Greeting): ReadGreeting {
  const all = Array.isArray(subs) ? subs.filter(isRecord) : [];
  return {
    feeds: all.flatMap(({ topic, seq }) =>
      typeof topic === 'string' ? [{ topic, ...(typeof seq === 'number' && { seq }) }] : [],
    ),
    limits: isRecord(limits) ? Object.entries(limits).map(([name, value]) => [name, limitText(value)]) : [],
    expiresAt: numberOf(rest.expiresAt),
    rotateAfterMs: numberOf(rest.rotateAfterMs),
    heartbeatMs: numberOf(rest.heartbeatMs),
  };
}

const limitText = (value: unknown) =>
  typeof value === 'number' ? value.toLocaleString('en') : JSON.stringify(value);
