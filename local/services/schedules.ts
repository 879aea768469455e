import { randomUUID } from 'node:crypto';
import type { LocalClock, Quiet } from '../clock.ts';
import { invokeLater } from '../functions/invokeLater.ts';
import type { RuleDescription } from '../template/readStack.ts';
import { account } from '../template/template.ts';

export interface SchedulesOptions {
  readonly rules: readonly RuleDescription[];
  readonly clock: LocalClock;
  readonly invoke: (functionId: string, event: unknown) => Promise<unknown>;
  readonly log: (text: string) => void;
  /** For a rule whose functions may be left out when the clock is moved. */
  readonly quiet?: (rule: RuleDescription) => Quiet | undefined;
}

/** Runs the rules that have a rate, the first time after one period, as EventBridge counts from a rule's making. */
export function startSchedules({ rules, clock, invoke, log, quiet }: SchedulesOptions): { stop(): void } {
  function fire(rule: RuleDescription, dueMs: number) {
    for (const { functionId, permitted, input } of rule.targets) {
      if (!permitted) {
        log(`${rule.id}: EventBridge has no permission to invoke ${functionId}.`);
        continue;
      }
      const event = input ?? scheduledEvent(rule, dueMs);
      invokeLater({ clock, invoke: () => invoke(functionId, event), what: `${rule.id}: ${functionId}`, log });
    }
  }

  const timers = rules.flatMap((rule) =>
    rule.everyMs === undefined
      ? []
      : [clock.every(rule.everyMs, (dueMs) => fire(rule, dueMs), quiet?.(rule))],
  );
  return {
    stop() {
      for (const timer of timers) timer.cancel();
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(rule: RuleDescription, dueMs: number) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: account.accountId,
    time: inSeconds(dueMs),
    region: account.region,
    resources: [rule.arn],
    detail: {},
  };
}

/** EventBridge tells times without milliseconds. */
export function inSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
