import { type FaultPlan, type FaultRates, seededPlan } from '../../../adapters/faulty/plan.ts';
import type { Random } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';

/** How often each fault happens, at a severity of 1. */
export const rates: FaultRates = {
  read: { throttled: 0.003, slow: 0.004, 'crash-before': 0.001, 'crash-after': 0.001 },
  write: {
    throttled: 0.003,
    'error-after': 0.003,
    double: 0.005,
    slow: 0.004,
    'crash-before': 0.002,
    'crash-after': 0.002,
  },
  commit: {
    conflict: 0.02,
    'unknown-before': 0.01,
    unknown: 0.01,
    slow: 0.01,
    'crash-before': 0.003,
    'crash-after': 0.005,
  },
  post: {
    gone: 0.002,
    throttled: 0.008,
    error: 0.005,
    'error-after': 0.005,
    drop: 0.015,
    slow: 0.005,
    'crash-before': 0.001,
    'crash-after': 0.001,
  },
  close: { error: 0.02, 'error-after': 0.02, slow: 0.02, 'crash-after': 0.01 },
  probe: { error: 0.02, slow: 0.02 },
  send: { error: 0.01, 'error-after': 0.01, double: 0.05, reorder: 0.05, late: 0.05, poison: 0.02 },
  verify: { error: 0.02, slow: 0.02, 'crash-before': 0.002, 'crash-after': 0.002 },
  connect: { error: 0.01, slow: 0.02, early: 0.03 },
  disconnect: { lost: 0.15, double: 0.1, late: 0.1 },
  put: { error: 0.02, 'error-after': 0.02, slow: 0.03, 'crash-before': 0.02, 'crash-after': 0.02 },
  stream: { error: 0.05, double: 0.05, late: 0.05 },
};

/** Some seeds are calm, most are not, some are terrible: faults must not hide what goes wrong without them. */
export const severities = [0, 0.5, 1, 1, 3];

/** How often what stands outside of AWS fails: a translator, a language model. */
const outsideFails = 0.1;

/** Plans that write down what they do, and that can be ended. */
export function worldFaults(severity: number, random: Random, notes: Journal) {
  const seeded = seededPlan({ random, rates: scaled(rates, severity) });
  let on = true;
  return {
    /** @param by the function that it is done to; the gateway's own faults are of nobody. */
    planFor: (by?: string): FaultPlan => ({
      next(operation, subject) {
        const fault = on ? seeded.next(operation) : undefined;
        if (fault)
          notes.note('fault', { op: operation, fault, ...(by && { by }), ...(subject && { on: subject }) });
        return fault;
      },
    }),
    /** @returns whether what stands outside fails this time. */
    outside: () => on && random.fraction() < outsideFails * severity,
    stop() {
      on = false;
    },
  };
}

export type WorldFaults = ReturnType<typeof worldFaults>;

function scaled(all: FaultRates, factor: number): FaultRates {
  const entries = Object.entries(all).map(([operation, chances]) => [
    operation,
    Object.fromEntries(Object.entries(chances).map(([fault, chance]) => [fault, chance * factor])),
  ]);
  return Object.fromEntries(entries) as FaultRates;
}
