import { describe } from 'vitest';
import { eventBusContract } from '../eventBus.contract.ts';
import { memoryEventBus } from './eventBus.ts';

describe('the memory event bus', () => {
  eventBusContract(() => {
    const bus = memoryEventBus();
    return { bus, taken: bus.events, fail: bus.fail };
  });
});
