import * as z from 'zod/mini';
import { anyObject } from './contract.ts';
import type { DisconnectCode, ErrorCode, ErrorDetail } from './errors.ts';

/** The subprotocol that client and server agree on. */
export const subprotocol = 'tidings.v1';
export const protocolVersion = 1;

/** What every frame of a client looks like, before its action's own schema is asked. Other fields are ignored. */
export const ClientFrame = z.object({
  action: z.string().check(z.minLength(1)),
  ref: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  topic: z.optional(z.string().check(z.maxLength(256))),
  payload: z.optional(anyObject()),
});
export type ClientFrame = z.output<typeof ClientFrame>;

/** What every frame of the server looks like. Clients ignore what they do not know. */
export interface ServerFrame {
  readonly type: string;
  readonly ref?: string;
  readonly topic?: string;
  readonly epoch?: string;
  readonly seq?: number;
  readonly id?: string;
  readonly from?: string;
  readonly ts?: number;
  readonly payload?: object;
}

/** An event as it stands in the log and goes to everybody, to the letter the same. */
export interface EventFrame extends ServerFrame {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly id: string;
  readonly ts: number;
  readonly payload: object;
}

/** Frames of topics that travel as one, to a connection that asked for batches. */
export interface BatchPayload {
  /** Each is what it would have been by itself; those of a topic are in the order of their commits. */
  readonly frames: readonly ServerFrame[];
  /** By topic, the numbers of events that were left out, since later ones take their places: from and to, both included. */
  readonly skipped?: {
    readonly [topic: string]: {
      readonly epoch: string;
      readonly ranges: readonly (readonly [from: number, to: number])[];
    };
  };
}

export interface ErrorPayload {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
}

export interface DisconnectPayload {
  readonly code: DisconnectCode;
  readonly reason: string;
  readonly reconnect: 'now' | 'backoff' | 'refresh' | 'never';
  readonly retryAfterMs?: number;
}
