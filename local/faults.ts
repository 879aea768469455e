import type { Faults as GatewayFaults } from '@tidings/gateway';
import type { FaultOf, Operation } from '../adapters/faulty/faults.ts';
import { BadInput, onlyKnown } from './http/httpJson.ts';

/** What can fail here, and how: of the table in `adapters/faulty/faults.ts`, what processes can have. */
export const outcomes = {
  post: ['gone', 'throttled', 'buffer-full', 'error-after', 'drop'],
  connect: ['error', 'slow'],
  disconnect: ['lost', 'double', 'late', 'early'],
  commit: ['conflict', 'throttled', 'unknown'],
  deliver: ['double', 'error', 'reorder', 'poison'],
  stream: ['double', 'error'],
} as const satisfies { readonly [Op in Operation]?: readonly FaultOf<Op>[] };

export type FaultOp = keyof typeof outcomes;
export type FaultOutcome<Op extends FaultOp> = (typeof outcomes)[Op][number];

export interface Fault {
  readonly op: FaultOp;
  readonly outcome: string;
  /** How often it happens before it is used up. Absent: until it is cleared. */
  count?: number;
  /** The chance, 0 to 1, that it happens when asked. Absent: 1. */
  readonly probability?: number;
  /** For `slow`, `late` and `reorder`. Absent: 1,000. */
  readonly delayMs?: number;
  /** The same seed fails at the same occasions. Absent: 1. */
  readonly seed?: number;
}

export interface FaultBox {
  /** Adds a fault. @throws {BadInput} naming the field that is wrong. */
  inject(input: Record<string, unknown>): Fault;
  /** Removes what matches every field given (`op`, `outcome`); all, where none is given. @throws {BadInput} */
  clear(input: Record<string, unknown>): void;
  list(): readonly Fault[];
  /** Asks whether an operation fails this time, in one of these ways; the oldest fault that applies decides. */
  next<Op extends FaultOp, Outcome extends FaultOutcome<Op> = FaultOutcome<Op>>(
    op: Op,
    ways?: readonly Outcome[],
  ): { outcome: Outcome; delayMs: number } | undefined;
}

/** The faults of `_local/faults`, looked up at each operation that one may apply to. */
export function faultBox(): FaultBox {
  let active: { fault: Fault; chance: () => number }[] = [];

  return {
    inject(input) {
      const fault = parse(input);
      active.push({ fault, chance: seeded(fault.seed ?? 1) });
      return fault;
    },
    clear(input) {
      onlyKnown(input, ['op', 'outcome', 'count', 'probability', 'delayMs', 'seed']);
      if (input.op !== undefined) parseOp(input.op);
      if (input.outcome !== undefined) parseOutcome(input.outcome, input.op);
      active = active.filter(
        ({ fault }) =>
          (input.op !== undefined && input.op !== fault.op) ||
          (input.outcome !== undefined && input.outcome !== fault.outcome),
      );
    },
    list: () => active.map(({ fault }) => ({ ...fault })),
    next<Op extends FaultOp, Outcome extends FaultOutcome<Op>>(op: Op, ways?: readonly Outcome[]) {
      for (const entry of active) {
        const { fault, chance } = entry;
        const outcome = fault.outcome as Outcome;
        if (fault.op !== op || ways?.includes(outcome) === false) continue;
        if (fault.probability !== undefined && chance() >= fault.probability) continue;
        if (fault.count !== undefined) fault.count -= 1;
        if (fault.count === 0) active = active.filter((other) => other !== entry);
        return { outcome, delayMs: fault.delayMs ?? 1_000 };
      }
      return undefined;
    },
  };
}

/** The faults in the form that the gateway asks for. */
export function gatewayFaults(box: FaultBox): GatewayFaults {
  return {
    post: () => box.next('post')?.outcome,
    connect: () => {
      const fault = box.next('connect');
      if (!fault) return box.next('disconnect', ['early']) && { outcome: 'early' };
      return fault.outcome === 'slow' ? { outcome: 'slow', delayMs: fault.delayMs } : { outcome: 'error' };
    },
    disconnect: () => {
      const fault = box.next('disconnect', ['lost', 'double', 'late']);
      if (!fault) return undefined;
      return fault.outcome === 'late'
        ? { outcome: 'late', delayMs: fault.delayMs }
        : { outcome: fault.outcome };
    },
  };
}

function parse(input: Record<string, unknown>): Fault {
  onlyKnown(input, ['op', 'outcome', 'count', 'probability', 'delayMs', 'seed']);
  const op = parseOp(input.op);
  const outcome = parseOutcome(input.outcome, op);
  return {
    op,
    outcome,
    ...numberIn(input, 'count', { min: 1, max: 1_000_000, whole: true }),
    ...numberIn(input, 'probability', { min: 0, max: 1 }),
    ...numberIn(input, 'delayMs', { min: 0, max: 24 * 3_600_000, whole: true }),
    ...numberIn(input, 'seed', { min: 0, max: 2 ** 32 - 1, whole: true }),
  };
}

/** The field, if it was given. */
function numberIn(
  input: Record<string, unknown>,
  field: string,
  { min, max, whole = false }: { readonly min: number; readonly max: number; readonly whole?: boolean },
): Record<string, number> {
  const value = input[field];
  if (value === undefined) return {};
  const fits = typeof value === 'number' && value >= min && value <= max;
  if (fits && !(whole && !Number.isInteger(value))) return { [field]: value };
  throw new BadInput(`"${field}" must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`);
}

function parseOp(op: unknown): FaultOp {
  if (typeof op === 'string' && Object.hasOwn(outcomes, op)) return op as FaultOp;
  throw new BadInput(`"op" must be one of: ${Object.keys(outcomes).join(', ')}.`);
}

/** @param op absent: an outcome of any operation will do */
function parseOutcome(outcome: unknown, op: unknown): string {
  const known = Object.entries(outcomes).flatMap(([name, ways]) =>
    op === undefined || op === name ? ways : [],
  );
  if (typeof outcome === 'string' && known.some((one) => one === outcome)) return outcome;
  const of = op === undefined ? '' : ` of "${op}"`;
  throw new BadInput(`"outcome"${of} must be one of: ${[...new Set(known)].join(', ')}.`);
}

/** Numbers in [0, 1), the same for the same seed (a 32-bit linear congruential generator, its high bits). */
function seeded(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
