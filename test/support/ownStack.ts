import { afterAll, beforeAll } from 'vitest';
import { newTenant, type Tenant } from './flow.ts';
import { type LocalStack, type LocalStackOptions, startTestStack } from './localStack.ts';

/** A stack for this file alone: its clock may be moved and its faults set without hurting another's test. */
export function ownStack(options: () => Partial<LocalStackOptions> = () => ({})): {
  stack(): LocalStack;
  tenant(): Tenant;
} {
  let running: LocalStack | undefined;
  const stack = () => {
    if (!running) throw new Error('the stack runs only while tests do');
    return running;
  };
  beforeAll(async () => {
    running = await startTestStack(options());
  });
  afterAll(async () => running?.stop());
  return { stack, tenant: () => newTenant(stack()) };
}
