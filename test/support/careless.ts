import type { Actions } from '../../core/call.ts';
import { feature } from '../../core/feature.ts';
import type { engagementContract } from '../../features/engagement/contract.ts';
import { engagementActions } from '../../features/engagement/engagement.ts';
import { engagement } from '../../features/engagement/index.ts';
import { features as shipped } from '../../features/index.ts';

/** What a request keeps where each other one of its process finds it. */
let current = '';
const present = new Set<string>();

/** The time that a request takes is in its score. */
const takesItsTime = 'engagement.update';

/** Actions that rely on what Lambda does not give. Their contract is that of the shipped ones, and so is the template. */
const careless: Actions<typeof engagementContract> = {
  ...engagementActions,
  /** Keeps what the request is about in a variable of the module. */
  'interaction.forget': async (call) => {
    const { kind } = call.payload;
    current = kind;
    present.add(kind);
    await call.runtime.clock.wait(300);
    const others = [...present].filter((one) => one !== kind);
    present.delete(kind);
    return { kind: current, others } as never;
  },
  /** Answers before it is done. */
  'interaction.record': async (call) => {
    void Promise.resolve(engagementActions['interaction.record'](call)).catch(() => {});
    return {} as never;
  },
  [takesItsTime]: async (call) => {
    await call.runtime.clock.wait((call.payload.score ?? 0) * 100);
    return engagementActions[takesItsTime](call);
  },
};

const { actions: _, ...parts } = engagement;

export const features = [
  feature({ ...parts, actions: careless }),
  ...shipped.filter((one) => one !== engagement),
];
