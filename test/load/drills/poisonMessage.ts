import { gatherCrowd } from '../crowd.ts';
import { plenty, withStack } from '../laneRun.ts';
import { localApiOf } from '../localApi.ts';
import {
  alsoWrong,
  type Drill,
  duringTraffic,
  judge,
  moreEvents,
  passTime,
  tidings,
  unless,
} from './drill.ts';

/** Five tries of a unit, six minutes apart. */
const givenUpAfterMinutes = 36;

/**
 * A message that nobody understands is put aside, and keeps nobody else waiting. Then all that comes by the queue fails,
 * until that is mended: sent back, it is delivered.
 */
export const poisonMessage: Drill = ({ seed, log }) =>
  withStack({ quotas: plenty }, async ({ urls }) => {
    const local = localApiOf(urls);
    const crowd = await gatherCrowd({ urls, sockets: 40, seed, log, connectsPerSecond: 50 });
    const letters = async () => waiting((await local.state()).queues, /DeadLetters/);
    const byQueue = () => local.inject({ op: 'post', outcome: 'throttled', probability: 0.5, seed });
    try {
      await local.inject({ op: 'deliver', outcome: 'poison', count: 1 });
      await byQueue();
      await duringTraffic(crowd, () => moreEvents(crowd, 60));
      await local.clear();
      await passTime(crowd, local, givenUpAfterMinutes);
      const poisoned = await letters();
      log(`${poisoned} message was put aside, and the others were delivered`);
      const before = await judge(crowd);

      await local.inject({ op: 'deliver', outcome: 'error' });
      await byQueue();
      await duringTraffic(crowd, () => moreEvents(crowd, 60));
      await local.clear();
      await local.inject({ op: 'deliver', outcome: 'error' });
      await passTime(crowd, local, givenUpAfterMinutes);
      const failed = await letters();
      log(`${failed} messages were given up; mended`);
      await local.clear();
      const posts = (await local.state()).posts;
      const lines = await tidings('redrive', '--url', urls.httpUrl, '--yes');
      const sent = lines.reduce((sum, line) => sum + Number(line.sent ?? 0), 0);
      await passTime(crowd, local, givenUpAfterMinutes);
      // Nobody publishes any more: these are of what was sent back.
      const reposted = (await local.state()).posts - posts;
      const after = await judge(crowd);
      return alsoWrong(
        {
          figures: { ...after.figures, 'given up': failed, 'sent back': sent, reposted },
          wrong: after.wrong,
        },
        ...before.wrong,
        ...unless({
          'put aside': [poisoned, 1],
          'sent back': [sent, failed],
          'more than one was given up': [failed > 1, true],
          'was posted again': [reposted > 0, true],
          'put aside at last': [await letters(), 1],
          'still waiting': [waiting((await local.state()).queues, /^(?!.*Dead)/), 0],
        }),
      );
    } finally {
      crowd.stop();
    }
  });

type Queues = Awaited<ReturnType<ReturnType<typeof localApiOf>['state']>>['queues'];

const waiting = (queues: Queues, name: RegExp) =>
  Object.entries(queues)
    .filter(([one]) => name.test(one))
    .reduce((sum, [, { visible, hidden }]) => sum + visible + hidden, 0);
