import { gatherCrowd } from '../crowd.ts';
import { statusOf } from '../handshake.ts';
import { plenty } from '../laneRun.ts';
import { localApiOf } from '../localApi.ts';
import {
  alsoWrong,
  type Drill,
  duringTraffic,
  judge,
  moreEvents,
  passTime,
  unless,
  withKeptStack,
} from './drill.ts';
import { newKey, signedBy, startOwnIssuer } from './ownIssuer.ts';

const person = { user: 'late', tenant: 'drill', roles: ['msp'] } as const;

/**
 * The issuer does not answer. Who is connected goes on, and where the keys are known, who has a token of one gets in,
 * also when they are older than the hour after which they are asked for. A new environment, which has none, lets in
 * nobody until the issuer answers again.
 */
export const issuerDown: Drill = async ({ seed, log }) => {
  const [key, stranger] = [await newKey('known'), await newKey('unknown')];
  const issuer = await startOwnIssuer(key);
  const options = { tokens: 'stage', settings: { tokens: issuer.tokens }, quotas: plenty } as const;
  try {
    return await withKeptStack(options, async (stack) => {
      const { urls } = stack.now();
      const local = localApiOf(urls);
      const tokenOf = signedBy(key);
      const crowd = await gatherCrowd({ urls, sockets: 40, seed, log, connectsPerSecond: 50, tokenOf });
      const known = async () => statusOf(urls.wsUrl, await tokenOf(person));
      const unknown = async () => statusOf(urls.wsUrl, await signedBy(stranger)(person));
      try {
        // Each function has keys of its own, which it asks for when it first needs them.
        await duringTraffic(crowd, () => moreEvents(crowd, 5));
        issuer.answers(false);
        log('the issuer is down');
        const seen: Parameters<typeof unless>[0][string][] = [];
        await duringTraffic(crowd, async () => {
          await moreEvents(crowd, 30);
          await local.advance(11_000);
          seen.push([await known(), 101], [await unknown(), 401]);
        });
        await passTime(crowd, local, 61, known);
        const reopened = crowd.followers.filter(({ figures }) => figures.opened > 1).length;
        seen.push([await known(), 101]);
        log('its keys are older than an hour; the stack starts anew, without any');
        await stack.restart();
        seen.push([await known(), 500]);
        issuer.answers(true);
        log('the issuer is up');
        await Promise.all(crowd.followers.map((one) => one.opened()));
        await duringTraffic(crowd, () => moreEvents(crowd, 30));
        seen.push([await known(), 101], [await unknown(), 401]);
        const names = [
          'down',
          'down, unknown key',
          'down for an hour',
          'without keys',
          'up',
          'up, unknown key',
        ];
        const statuses = Object.fromEntries(seen.map((pair, at) => [`handshake, ${names[at]}`, pair]));
        return alsoWrong(
          await judge(crowd),
          ...unless({ ...statuses, 'connections that were lost with it': [reopened, 0] }),
        );
      } finally {
        crowd.stop();
      }
    });
  } finally {
    issuer.close();
  }
};
