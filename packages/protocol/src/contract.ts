import * as z from 'zod/mini';
import { idPattern, isName, maxUserIdLength } from './topics.ts';

/** The roles that every app has. A token may hold several; `msp` with `client` is the dual registration. */
export const roles = ['msp', 'client', 'admin', 'service'] as const;
/** What a user of a tenant may be: one of these, or a role of the app's own, which a contract declares. */
export type Role = (typeof roles)[number] | (string & {});
export const rolePattern = /^[a-z][a-z0-9-]{0,31}$/;

/** An action as it is declared: everything about it that is not behaviour. */
export interface ActionContract {
  /** One of `connection` (needs a socket: recovery, subscriptions) and `domain` (also by HTTP and the event bus). @default 'domain' */
  readonly group?: 'connection' | 'domain';
  /** Which roles may call it at all. What depends on the payload (a client's own users) is the handler's to judge. */
  readonly roles: readonly Role[] | 'any';
  /** The kind of topic that the frame must name: its name or one of several, `any`, or `presence` for any whose followers are told of each other. @default none */
  readonly topic?: string | readonly string[];
  /** The type of the frame that answers it. @default 'ack' */
  readonly reply?: 'subscribed';
  readonly payload: z.ZodMiniObject;
  /** The payload of the frame that answers it. */
  readonly answer: z.ZodMiniType;
  readonly documentation: string;
}

/** Declares an action and keeps its exact types. */
export function action<const A extends ActionContract>(declared: A): A {
  return declared;
}

/** An event as it is declared. */
export interface EventContract {
  /** `log` events are numbered and can be replayed; `ephemeral` ones are neither. @default 'log' */
  readonly mode?: 'log' | 'ephemeral';
  /** The topics that it may have as its home, by their addresses: `client:<id>`; `presence`: any whose followers are told of each other. */
  readonly topics: readonly string[] | 'presence';
  /**
   * Whether it also goes to the stage's event bus, at least once and with the source `tidings.events`, so that other
   * services react to it. Only what is in the log can.
   */
  readonly emit?: true;
  readonly payload: z.ZodMiniType;
  readonly documentation: string;
}

/** Declares an event and keeps its exact types. */
export function event<const E extends EventContract>(declared: E): E {
  return declared;
}

/** What is documented of a topic. */
export interface Followed {
  /** Who may subscribe, in words. */
  readonly who: string;
  /** Who is joined to it on open, without asking, in words; absent: it is subscribed to. */
  readonly feedOf?: string;
  /** What a subscriber is shown of its state; absent: it has no snapshot. */
  readonly snapshot?: z.ZodMiniObject;
  readonly documentation: string;
}

/** A kind of topic as it is declared. */
export interface TopicContract extends Followed {
  /** What tells its topics apart; absent: a tenant has one. */
  readonly id?: {
    /** As an address shows it, between `<` and `>`. */
    readonly shape: string;
    /** As a regular expression. @default what `idPattern` says */
    readonly pattern?: string;
    readonly example: string;
  };
  /** All topics of the kind, followed as one: `client:*`. */
  readonly all?: Followed;
  /** Whether those who follow it are told of each other. */
  readonly presence?: true;
  /** Whether who subscribes may ask for the last events that are kept. */
  readonly history?: true;
}

/** Declares a kind of topic and keeps its exact types. */
export function topic<const T extends TopicContract>(declared: T): T {
  return declared;
}

/** What a feature adds to the wire: schemas and words, and no behaviour, so that it can be read in a browser. */
export interface Contract {
  /** Roles of the app's own, by name, and who has them, in words. Any feature of the app may name them. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly topics?: Readonly<Record<string, TopicContract>>;
  readonly actions?: Readonly<Record<string, ActionContract>>;
  readonly events?: Readonly<Record<string, EventContract>>;
  /** Its part of the snapshot of each user's own feed. */
  readonly user?: z.ZodMiniObject;
  /** Values for fields of these names in the documents' examples. `job.kind` is for actions and events whose names begin with `job`. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

/**
 * Declares what a feature adds to the wire, and keeps its exact types.
 *
 * @example
 * export const noteContract = contract({
 *   actions: { 'note.pin': action({ roles: ['msp'], payload: z.object({ … }), answer: z.object({}), documentation: '…' }) },
 * });
 */
export function contract<const C extends Contract>(declared: C): C {
  return declared;
}

/** What an action takes, as its schema leaves it. */
export type PayloadOf<A extends ActionContract> = z.output<A['payload']>;
/** The payload of the frame that answers an action. */
export type AnswerOf<A extends ActionContract> = z.output<A['answer']>;
/** The payload of an event. */
export type EventPayloadOf<E extends EventContract> = z.output<E['payload']>;

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
export const name = (maxEncoded: number, what: string) =>
  described(
    z
      .string()
      .check(
        z.refine((text) => isName(text, maxEncoded), { error: 'is empty, too long, or not well-formed' }),
      ),
    what,
  );

export const text = (max: number, what: string) =>
  described(z.string().check(z.minLength(1), z.maxLength(max)), what);

export const position = {
  epoch: described(z.string(), 'Which numbering `seq` belongs to.'),
  seq: described(z.int().check(z.minimum(0)), 'The number of the event on its home topic.'),
};

/** For an answer that may have changed nothing, and then has no position. */
export const positionIfAny = { epoch: z.optional(position.epoch), seq: z.optional(position.seq) };
