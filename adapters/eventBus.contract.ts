import { beforeEach, expect, it } from 'vitest';
import type { EventBus, OutgoingEvent } from '../core/ports.ts';

export interface EventBusUnderTest {
  readonly bus: EventBus;
  /** What it took, oldest first. */
  taken(): readonly OutgoingEvent[];
  /** From now on it fails to take events of these types. */
  fail(types: readonly string[]): void;
}

const event = (n: number, more: object = {}): OutgoingEvent => ({
  source: 'tidings.events',
  type: `thing.${n}`,
  detail: { n, ...more },
});

/** Tests for every event bus. */
export function eventBusContract(make: () => EventBusUnderTest): void {
  let test: EventBusUnderTest;
  beforeEach(() => {
    test = make();
  });
  const outcomes = async (events: readonly OutgoingEvent[]) =>
    (await test.bus.put(events)).map(({ outcome }) => outcome);
  const all = <T>(count: number, one: T) => Array.from({ length: count }, () => one);

  it('every event is taken as it is, and in order', async () => {
    const events = [event(1, { text: 'grüße 👋', list: [1, null, true] }), event(2)];
    expect(await outcomes(events)).toEqual(['taken', 'taken']);
    expect(test.taken()).toEqual(events);
  });

  it('putting nothing is nothing', async () => {
    expect(await outcomes([])).toEqual([]);
    expect(test.taken()).toEqual([]);
  });

  it('any number can be put at once, however large together', async () => {
    const events = all(25, 'x'.repeat(30_000)).map((big, n) => event(n, { big }));
    expect(await outcomes(events)).toEqual(all(25, 'taken'));
    expect(test.taken()).toEqual(events);
  });

  it('one that is too large is refused for ever, and only it', async () => {
    const events = [event(1), event(2, { big: 'x'.repeat(256 * 1024) }), event(3)];
    expect(await outcomes(events)).toEqual(['taken', 'refused', 'taken']);
    expect(test.taken()).toEqual([events[0], events[2]]);
  });

  it('one that fails may be put again, and is then taken', async () => {
    test.fail(['thing.2']);
    const events = [event(1), event(2)];
    expect(await outcomes(events)).toEqual(['taken', 'later']);
    test.fail([]);
    expect(await outcomes([event(2)])).toEqual(['taken']);
    expect(test.taken()).toEqual(events);
  });
}
