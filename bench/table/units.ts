import { counted, everyAction } from '../../test/support/everyAction.ts';
import { bench } from '../measure.ts';

const actions = [
  ...['$connect', 'hello', 'subscribe', 'sync', 'interaction.record', 'engagement.update', 'alert.raise'],
  ...['notification.send', 'message.send', 'room.send', 'channel.publish', 'presence.set', 'queue.book'],
  ...['job.submit', '$disconnect'],
];

/** As docs/costs.md has them of all actions. */
let costs: Promise<ReadonlyMap<string, string>> | undefined;
async function countAll(): Promise<ReadonlyMap<string, string>> {
  const all = await counted();
  await everyAction(all);
  return all.costs;
}

export const units = bench({
  name: 'units',
  measures: 'what an action writes and reads in DynamoDB, counted over the memory table',
  figures: { 'write units': { unit: 'WCU', better: 'less' }, 'read units': { unit: 'RCU', better: 'less' } },
  variants: actions,
  maxRuns: 1,
  async measure(action) {
    costs ??= countAll();
    const cost = (await costs).get(`\`${action}\``);
    const [writes, reads] = (cost ?? '').split(' | ').map(Number);
    if (writes === undefined || reads === undefined) throw new Error(`${action} was not counted`);
    return { 'write units': writes, 'read units': reads };
  },
});
