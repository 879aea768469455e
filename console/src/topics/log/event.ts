/** An event as it comes by the client, or in an answer. */
export interface GivenEvent {
  readonly type: string;
  readonly topic?: string;
  readonly epoch?: string;
  readonly seq?: number;
  readonly id?: string;
  readonly from?: string;
  /** When it happened, by the server's clock: milliseconds since 1970. */
  readonly ts?: number;
  readonly bytes?: number;
  /** Absent where the caller may not see it. */
  readonly payload?: unknown;
}

/** An event as the log shows it. */
export interface LogEvent extends GivenEvent {
  /** The same wherever it came from. */
  readonly key: string;
  readonly topic: string;
  /** When it came here, by this machine's clock; absent where it was read from the log. */
  readonly receivedAt?: number;
}

/** @param topic its home, where it does not say so itself */
export function toLogEvent(
  given: GivenEvent,
  topic: string,
  epoch: string | undefined,
  receivedAt?: number,
): LogEvent {
  const { type, seq, id, from, ts, bytes } = given;
  const home = given.topic ?? topic;
  const numbering = given.epoch ?? epoch;
  return {
    key: keyOf({ ...given, topic: home, ...(numbering !== undefined && { epoch: numbering }) }),
    type,
    topic: home,
    ...(numbering !== undefined && { epoch: numbering }),
    ...(seq !== undefined && { seq }),
    ...(id !== undefined && { id }),
    ...(from !== undefined && { from }),
    ...(ts !== undefined && { ts }),
    ...(bytes !== undefined && { bytes }),
    ...('payload' in given && given.payload !== undefined && { payload: given.payload }),
    ...(receivedAt !== undefined && { receivedAt }),
  };
}

/** An event with a number is known by it: the echo of one's own has no id. */
function keyOf({ topic = '', epoch = '', seq, id, type, ts, payload }: GivenEvent): string {
  if (seq !== undefined) return `${topic} ${epoch} ${seq}`;
  return id ?? `${topic} ${type} ${ts} ${JSON.stringify(payload)}`;
}
