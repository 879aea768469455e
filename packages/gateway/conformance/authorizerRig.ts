import { expect } from 'vitest';
import type { Handler, RigOptions } from './rig.ts';
import { withRig } from './rig.ts';

/** The ARN that a policy must allow in these tests. */
export const connectArn = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/dev/$connect';

/** A gateway with an authorizer. */
export function using(run: Handler, identitySources: string[] = []): RigOptions {
  return { authorizer: { run, identitySources } };
}

/** A gateway whose authorizer always gives the same answer. */
export function answering(result: unknown): RigOptions {
  return using(() => result);
}

/** The handshake ends with this status, and `$connect` is not run. */
export function refuses(options: RigOptions, status: number): () => Promise<void> {
  return () =>
    withRig(options, async (rig) => {
      expect((await rig.refused()).status).toBe(status);
      expect(rig.seen('$connect').all).toHaveLength(0);
    });
}

/** The connection opens. */
export function opens(options: RigOptions): () => Promise<void> {
  return () =>
    withRig(options, async (rig) => {
      await rig.open();
    });
}
