import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { invokeLater } from '../functions/invokeLater.ts';
import { isRecord } from '../http/httpJson.ts';
import { busName, type RuleDescription } from '../template/readStack.ts';
import { account } from '../template/template.ts';
import { inSeconds } from './schedules.ts';
import { ServiceError } from './sqsApi.ts';

export interface EventBusOptions {
  readonly clock: LocalClock;
  readonly invoke: (functionId: string, event: unknown) => Promise<unknown>;
  readonly log: (text: string) => void;
}

export interface EventBus {
  /** The rules that events are matched with from now on. @throws on a kind of pattern that is not known here. */
  use(rules: readonly RuleDescription[]): void;
  /** Answers a PutEvents request. @throws {ServiceError} for one that EventBridge refuses as a whole */
  put(input: Readonly<Record<string, unknown>>): unknown;
  /** The newest that were put, oldest first. */
  events(): readonly PutEvent[];
}

/** An event as rules and their targets get it. */
export interface PutEvent {
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** How many events are kept to be looked at. */
const maxKept = 1_000;
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const maxEntries = 10;
const maxBytes = 256 * 1024;

/** EventBridge as far as the stack uses it: rules whose targets are functions. */
export function eventBus({ clock, invoke, log }: EventBusOptions): EventBus {
  let rules: readonly RuleDescription[] = [];
  const kept: PutEvent[] = [];

  function publish(bus: string, event: Readonly<Record<string, unknown>>) {
    for (const { id, pattern, targets, ...rule } of rules) {
      if (!pattern || rule.bus !== bus || !matchesPattern(event, pattern)) continue;
      for (const { functionId, permitted, input } of targets) {
        if (!permitted) {
          log(`${id}: EventBridge has no permission to invoke ${functionId}.`);
          continue;
        }
        const run = () => invoke(functionId, input ?? event);
        invokeLater({ clock, invoke: run, what: `${id}: ${functionId}`, log });
      }
    }
  }

  return {
    use(next) {
      for (const { pattern } of next) if (pattern) matchesPattern({}, pattern);
      rules = next;
    },
    put(input) {
      const entries = Array.isArray(input.Entries) ? input.Entries.filter(isRecord) : [];
      requireFitting(entries);
      const results = entries.map((entry) => {
        const event = asEvent(entry, clock.now());
        if (event) {
          kept.push(event);
          kept.splice(0, kept.length - maxKept);
          publish(busName(asText(entry.EventBusName)), event);
        }
        return event
          ? { EventId: event.id }
          : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
      });
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
    events: () => kept,
  };
}

function requireFitting(entries: readonly Readonly<Record<string, unknown>>[]): void {
  const texts = entries.flatMap(({ Source, DetailType, Detail }) => [Source, DetailType, Detail].map(String));
  if (entries.length === 0 || entries.length > maxEntries || Buffer.byteLength(texts.join('')) >= maxBytes) {
    throw new ServiceError(
      'ValidationException',
      'A request has 1 to 10 events, of less than 256 KB together.',
    );
  }
}

function asEvent(entry: Readonly<Record<string, unknown>>, nowMs: number) {
  let detail: unknown;
  try {
    detail = JSON.parse(String(entry.Detail ?? ''));
  } catch {
    return undefined;
  }
  if (!isRecord(detail)) return undefined;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': String(entry.DetailType ?? ''),
    source: String(entry.Source ?? ''),
    account: account.accountId,
    time: inSeconds(nowMs),
    region: account.region,
    resources: Array.isArray(entry.Resources) ? entry.Resources : [],
    detail,
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Whether an event has, for each field of the pattern, one of the values listed. Content filters known here:
 * `prefix` and `exists`.
 *
 * @throws on any other filter, so that a rule never silently matches differently than on AWS
 */
export function matchesPattern(event: unknown, pattern: Readonly<Record<string, unknown>>): boolean {
  const fields = Object.entries(pattern).map(([name, expected]) => {
    const value = isRecord(event) ? event[name] : undefined;
    if (isRecord(expected)) return matchesPattern(value, expected);
    if (!Array.isArray(expected)) throw new Error(`The event pattern of "${name}" is not a list.`);
    const values = Array.isArray(value) ? value : [value];
    return expected.map((candidate) => values.some((one) => isMatch(one, candidate))).some(Boolean);
  });
  return fields.every(Boolean);
}

function isMatch(value: unknown, candidate: unknown): boolean {
  if (!isRecord(candidate)) return value === candidate;
  const { prefix, exists, ...unknown } = candidate;
  if (Object.keys(unknown).length > 0) {
    throw new Error(`The local stack does not know the event filter "${Object.keys(unknown)[0]}".`);
  }
  // Only a leaf exists: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
  if (typeof exists === 'boolean') return (value !== undefined && !isRecord(value)) === exists;
  return typeof value === 'string' && value.startsWith(String(prefix));
}
