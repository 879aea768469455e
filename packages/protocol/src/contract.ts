import * as z from 'zod/mini';
import { idPattern, isName, maxUserIdLength } from './topics.ts';

/** What a user of a tenant may be. A token may hold several; `msp` with `client` is the dual registration. */
export const roles = ['msp', 'client', 'admin', 'service'] as const;
export type Role = (typeof roles)[number];

/** An action as it is declared: everything about it that is not behaviour. */
export interface ActionContract {
  readonly name: string;
  /** One of `connection` (needs a socket: recovery, subscriptions) and `domain` (also by HTTP and the event bus). */
  readonly group: 'connection' | 'domain';
  /** Which roles may call it at all. What depends on the payload (a client's own users) is the handler's to judge. */
  readonly roles: readonly Role[] | 'any';
  /** The kind of topic that the frame must name: its name, `any` or `none`. */
  readonly topic: string;
  /** The type of the frame that answers it. @default 'ack' */
  readonly reply?: 'subscribed';
  readonly payload: z.ZodMiniObject;
  /** The payload of the frame that answers it. */
  readonly answer: z.ZodMiniType;
  readonly documentation: string;
}

/** Declares an action and keeps its exact types. */
export function action<const A extends ActionContract>(contract: A): A {
  return contract;
}

/** An event as it is declared. `log` events are numbered and can be replayed; `ephemeral` ones are neither. */
export interface EventContract {
  readonly type: string;
  readonly mode: 'log' | 'ephemeral';
  /** The topics that it may have as its home. */
  readonly topics: readonly string[];
  readonly payload: z.ZodMiniType;
  readonly documentation: string;
}

/** Declares an event and keeps its exact types. */
export function event<const E extends EventContract>(contract: E): E {
  return contract;
}

/** A documented field: the description goes into the contract document. */
export function described<T extends z.ZodMiniType>(schema: T, description: string): T {
  return schema.check(z.describe(description)) as T;
}

type AnyObject = z.ZodMiniType<Record<string, unknown>, Record<string, unknown>>;

/** An object with any names. `z.record` drops `__proto__`, which is a name like any other in JSON. */
export const anyObject = () =>
  z.unknown().check(
    z.refine((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
      error: 'must be an object',
      abort: true,
    }),
    z.meta({ type: 'object', additionalProperties: {} }),
  ) as z.ZodMiniType as AnyObject;

export const id = (what: string) =>
  described(z.string().check(z.regex(idPattern, 'must be 1 to 64 of letters, digits, "_" and "-"')), what);

/** A user's id is whatever the issuer's `sub` is, so its alphabet is not ours to narrow. */
export const userId = (what: string) => name(maxUserIdLength, what);

/** A text in any alphabet that becomes a part of a key, where a letter of it may take up to nine. */
export const name = (mostEncoded: number, what: string) =>
  described(
    z
      .string()
      .check(
        z.refine((text) => isName(text, mostEncoded), { error: 'is empty, too long, or not well-formed' }),
      ),
    what,
  );

export const text = (most: number, what: string) =>
  described(z.string().check(z.minLength(1), z.maxLength(most)), what);

export const position = {
  epoch: described(z.string(), 'Which numbering `seq` belongs to.'),
  seq: described(z.int().check(z.minimum(0)), 'The number of the event on its home topic.'),
};
