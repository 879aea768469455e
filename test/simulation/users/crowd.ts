import type { Random } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import type { Gateway } from '../world/gateway.ts';
import type { machine } from '../world/machine.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { pick } from './intents.ts';
import { tenants } from './people.ts';
import type { Issue } from './tokens.ts';
import { framesOf } from './unpacked.ts';

export interface CrowdParts {
  readonly gateway: Gateway;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly issue: Issue;
}

const minuteMs = 60_000;
/** Above 250 the sender's own function posts nothing, and above 500 it takes two work units. */
const sizes = [330, 330, 620];
const broadcasts = 6;
/** Each is two, so close that the queue may have both at once, and not so close that a window gathers them. */
const apartMs = { min: 150, more: 100 };
/** The gateway closes a socket that is silent for ten minutes, and these never say anything. */
const staysMs = 10 * minuteMs;

/**
 * People who open a connection, listen, and say nothing: no `hello`, no `sync`, no repair. Half of them understand
 * batches. They come all within half a minute, and a machine of their tenant raises alerts for everybody while they are there.
 */
export function crowd({ gateway, scheduler, random, journal, issue }: CrowdParts) {
  const tenant = pick(random, tenants);
  const size = pick(random, sizes);
  const numbers = new Map<string, number>();
  const listeners: { conn: string; user: string; batch: boolean; heard: [frame: number, at: number][] }[] =
    [];

  const listen = (user: string, batch: boolean) => {
    const rights = { tenant, user, roles: ['client'], clients: [] };
    const { token, issuedAt: iat } = issue(rights, 180 * minuteMs);
    const heard: [number, number][] = [];
    const hear = (text: string) => {
      const number = numbers.get(text) ?? numbers.size;
      if (number === numbers.size) journal.note('crowd frame', { number, frame: text });
      numbers.set(text, number);
      heard.push([number, scheduler.now()]);
    };
    const ears = {
      onOpen: (conn: string) => void listeners.push({ conn, user, batch, heard }),
      onRefused: () => {},
      onFrame(text: string) {
        const frames = framesOf(text);
        if (frames[0] !== text) journal.note('crowd batch', { d: user, frames: frames.length });
        frames.forEach(hear);
      },
      onClose: () => {},
    };
    gateway.dial({ device: user, tenant, user, iat }, token, ears, batch ? '?features=batch' : '');
  };

  return {
    tenant,
    /** They come at this time; the machine is one of their tenant's. */
    visit(inMs: number, herald: Pick<ReturnType<typeof machine>, 'publish' | 'owner'>) {
      for (let number = 0; number < size; number++) {
        scheduler.after(inMs + random.fraction() * 30_000, () => listen(`fan-${number}`, number % 2 === 0));
      }
      for (let number = 0; number < broadcasts; number++) {
        const afterMs = inMs + minuteMs + random.fraction() * (staysMs - 3 * minuteMs);
        const secondMs = apartMs.min + random.fraction() * apartMs.more;
        for (const [name, laterMs] of Object.entries({ first: 0, second: secondMs })) {
          const title = `${tenant}|${herald.owner.d}|all-${number}-${name}`;
          const payload = { to: { tenant: true }, severity: 'info', title };
          scheduler.after(afterMs + laterMs, () => void herald.publish({ action: 'alert.raise', payload }));
        }
      }
    },
    /** Writes down who heard what, and when. */
    report() {
      for (const { conn, user, batch, heard } of listeners) {
        journal.note('listened', { conn, tenant, user, batch, heard });
      }
    },
  };
}
