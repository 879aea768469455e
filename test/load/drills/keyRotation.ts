import { gatherCrowd } from '../crowd.ts';
import { statusOf } from '../handshake.ts';
import { plenty, withStack } from '../laneRun.ts';
import { localApiOf } from '../localApi.ts';
import { createPublisher, mergeLedgers } from '../publisher.ts';
import { alsoWrong, type Drill, duringTraffic, judge, moreEvents, passTime, unless } from './drill.ts';
import { newKey, signedBy, startOwnIssuer } from './ownIssuer.ts';

/**
 * The issuer takes a new key, publishes both for a while, and then only the new one. New tokens count at once, old ones
 * until the keys are asked for after theirs is gone; who is connected by an old one stays.
 */
export const keyRotation: Drill = async ({ seed, log }) => {
  const [former, next] = [await newKey('former'), await newKey('next')];
  const issuer = await startOwnIssuer(former);
  const options = { tokens: 'stage', settings: { tokens: issuer.tokens }, quotas: plenty } as const;
  try {
    return await withStack(options, async ({ urls }) => {
      const local = localApiOf(urls);
      const tokenOf = signedBy(former);
      const crowd = await gatherCrowd({ urls, sockets: 40, seed, log, connectsPerSecond: 50, tokenOf });
      const { tenant } = crowd;
      const person = { user: 'late', tenant, roles: ['msp', 'service'] } as const;
      const by = async (key: typeof former) => statusOf(urls.wsUrl, await signedBy(key)(person));
      try {
        issuer.publish(former, next);
        // Unknown keys are asked for at most every ten seconds.
        await local.advance(11_000);
        const both = { 'new key, both published': [await by(next), 101] } as const;
        const stillOld = { 'old key, both published': [await by(former), 101] } as const;
        await duringTraffic(crowd, () => moreEvents(crowd, 30));
        log('the old key is withdrawn');
        issuer.publish(next);
        await passTime(crowd, local, 61, () => by(next));
        const after = {
          'new key, old withdrawn': [await by(next), 101],
          'old key, withdrawn for an hour': [await by(former), 401],
        } as const;
        const publisher = createPublisher(urls, await signedBy(next)(person));
        const later = { ...crowd, publisher };
        await duringTraffic(later, () => moreEvents(later, 30));
        const reopened = crowd.followers.filter(({ figures }) => figures.opened > 1).length;
        return alsoWrong(
          await judge(crowd, { ledger: mergeLedgers([crowd.publisher.ledger, publisher.ledger]) }),
          ...unless({ ...both, ...stillOld, ...after, 'connections that were lost': [reopened, 0] }),
        );
      } finally {
        crowd.stop();
      }
    });
  } finally {
    issuer.close();
  }
};
