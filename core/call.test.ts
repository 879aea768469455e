import { contract, event } from '@tidings/protocol';
import { expectTypeOf, test } from 'vitest';
import * as z from 'zod/mini';
import type { Call, EventOf } from './call.ts';
import { publish } from './delivery/publish.ts';
import { sendEphemeral } from './delivery/sendEphemeral.ts';
import type { Runtime } from './runtime.ts';

const deskContract = contract({
  events: {
    'desk.opened': event({
      topics: ['desk:<id>'],
      payload: z.object({ by: z.string() }),
      documentation: 'A desk was opened.',
    }),
  },
});
type Desks = typeof deskContract;

const topic = { kind: 'desk', id: 'front' };
const decided = { state: {}, answer: {} };

test('what is published on a call is what the contract of its action declares, or the types say no', () => {
  expectTypeOf<EventOf<Desks>>().toExtend<{ type: 'desk.opened'; payload: { by: string } }>();
  // Only the types are looked at: none of these is called.
  expectTypeOf((call: Call<Desks>, runtime: Runtime) => [
    publish(call, {
      topic,
      decide: () => ({ ...decided, event: { type: 'desk.opened', payload: { by: 'ada' } } }),
    }),
    // @ts-expect-error there is no such event
    publish(call, { topic, decide: () => ({ ...decided, event: { type: 'desk.shut', payload: {} } }) }),
    // @ts-expect-error it says who
    publish(call, { topic, decide: () => ({ ...decided, event: { type: 'desk.opened', payload: {} } }) }),
    // @ts-expect-error there is no such event
    sendEphemeral<Desks>(runtime, { tenant: 't', topic, from: 'ada', type: 'desk.shut', payload: {} }),
  ]).toBeFunction();
});
