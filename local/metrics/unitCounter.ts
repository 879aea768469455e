import type { Charge } from '../database/unitsOf.ts';

/** Counts what the database takes, from when somebody wants to know. */
export interface UnitCounter {
  readonly isOn: boolean;
  turnOn(): void;
  take(charges: readonly Charge[]): void;
  /** Nothing, where nothing was taken: as in memory, where there are no units. */
  totals(): { readonly readUnits?: number; readonly writeUnits?: number };
}

export function unitCounter(): UnitCounter {
  const units = { read: 0, write: 0 };
  let isOn = false;
  return {
    get isOn() {
      return isOn;
    },
    turnOn() {
      isOn = true;
    },
    take(charges) {
      for (const charge of charges) units[charge.kind] += charge.units;
    },
    totals: () => (units.read + units.write === 0 ? {} : { readUnits: units.read, writeUnits: units.write }),
  };
}
