import type { ConnectionFacts } from '../route/events.ts';
import { disconnectEvent } from '../route/events.ts';
import type { RunningStage } from '../runningStage.ts';
import { background } from '../runningStage.ts';
import type { Closure } from './closure.ts';

/** Runs the `$disconnect` integration, which is optional, whatever becomes of it. */
export async function invokeDisconnect(
  stage: RunningStage,
  facts: ConnectionFacts,
  closure: Closure,
): Promise<void> {
  const { compiled, clock, onError } = stage;
  if (!compiled.disconnect?.run) return;
  const event = disconnectEvent({ api: compiled.api, facts, nowMs: clock.now() }, closure);
  const outcome = await compiled.disconnect.run(event, '');
  if (outcome.kind === 'failed') onError('the $disconnect integration failed', outcome.cause);
  if (outcome.kind === 'timed-out') onError('the $disconnect integration timed out', undefined);
}

/** Runs `$disconnect` for a connection that has ended: once, unless a fault says otherwise. */
export function runDisconnect(stage: RunningStage, facts: ConnectionFacts, closure: Closure): void {
  const fault = stage.faults.disconnect?.();
  const run = () => background(stage, '$disconnect', () => invokeDisconnect(stage, facts, closure));
  if (fault?.outcome === 'lost') return;
  if (fault?.outcome === 'late') {
    const timer = stage.clock.setTimeout(() => {
      stage.cancelAtClose.delete(timer.cancel);
      run();
    }, fault.delayMs);
    stage.cancelAtClose.add(timer.cancel);
    return;
  }
  run();
  if (fault?.outcome === 'double') run();
}
