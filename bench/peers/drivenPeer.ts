import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Done, Order } from './driver.ts';

/** A driver in a process of its own, which does one thing after the other. */
export interface DrivenPeer {
  /** @throws Error when it fails, or its process ends */
  tell(order: Order): Promise<Done>;
  /** The same, where failing is what is looked at. */
  attempt(order: Order): Promise<Done>;
  stop(): Promise<void>;
}

export async function startPeer(driver: URL, places: readonly string[]): Promise<DrivenPeer> {
  const child = fork(driver, [...places], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Version 2 of the SDK says that it is at its end, which everybody knows who reads the results.
    env: { ...process.env, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${driver.pathname} ended with ${code}`);
  });
  ended.catch(() => {});
  const heard = async () => ((await Promise.race([once(child, 'message'), ended])) as [unknown])[0];
  const attempt = async (order: Order) => {
    child.send(order);
    return (await heard()) as Done;
  };
  await heard();
  return {
    attempt,
    async tell(order) {
      const done = await attempt(order);
      if (done.failed !== undefined) throw new Error(`${order.do}: ${done.failed}`);
      return done;
    },
    async stop() {
      child.disconnect();
      await ended.catch(() => {});
    },
  };
}
