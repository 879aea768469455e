import type { Feature } from '../../core/feature.ts';

/** The same features, with one event marked: it also goes to the event bus. */
export const emitting = (features: readonly Feature[], type: string): readonly Feature[] =>
  features.map((one) => {
    const { events = {} } = one.contract;
    const declared = events[type];
    if (!declared) return one;
    return {
      ...one,
      contract: { ...one.contract, events: { ...events, [type]: { ...declared, emit: true } } },
    };
  });
