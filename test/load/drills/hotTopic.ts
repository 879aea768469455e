import { gatherCrowd } from '../crowd.ts';
import { plenty, withStack } from '../laneRun.ts';
import { localApiOf } from '../localApi.ts';
import { createPublisher, mergeLedgers } from '../publisher.ts';
import { alsoWrong, type Drill, judge } from './drill.ts';

const writers = 12;
const eventsEach = 15;

/** Many publish on one topic at once, while commits conflict and the table is throttled: all of it is in one order. */
export const hotTopic: Drill = ({ seed, log }) =>
  withStack({ quotas: plenty }, async ({ urls }) => {
    const local = localApiOf(urls);
    // As few as share one room.
    const crowd = await gatherCrowd({ urls, sockets: 20, seed, log, connectsPerSecond: 50 });
    const [room] = crowd.rooms;
    try {
      await local.inject({ op: 'commit', outcome: 'conflict', probability: 0.2, seed });
      await local.inject({ op: 'commit', outcome: 'throttled', probability: 0.05, seed: seed + 1 });
      const person = { tenant: crowd.tenant, roles: ['msp', 'service'] } as const;
      const publishers = await Promise.all(
        Array.from({ length: writers }, async (_, n) =>
          createPublisher(urls, await local.token({ ...person, user: `writer${n}` }), `writer${n}`),
        ),
      );
      const topic = `room:${room}`;
      await Promise.all(
        publishers.map(async (publisher) => {
          for (let n = 0; n < eventsEach; n++)
            await publisher.publish(topic, 'room.send', (body) => ({ topic, payload: { body } }));
        }),
      );
      log(`${writers * eventsEach} events were acknowledged`);
      await local.clear();
      const ledger = mergeLedgers(publishers.map((one) => one.ledger));
      const numbers = ledger.get(topic)?.size ?? 0;
      const twice =
        numbers === writers * eventsEach ? [] : [`${numbers} numbers for ${writers * eventsEach} events`];
      const report = await judge(crowd, { ledger });
      const repeats = publishers.reduce((sum, { figures }) => sum + figures.repeats, 0);
      return alsoWrong({ ...report, figures: { ...report.figures, 'requests repeated': repeats } }, ...twice);
    } finally {
      crowd.stop();
    }
  });
