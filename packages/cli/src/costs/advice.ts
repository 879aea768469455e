import { cheaperHereFrom } from './elsewhere.ts';
import type { Estimate } from './estimate.ts';
import type { Figures } from './figures.ts';
import { count, duration, usd } from './format.ts';
import { askedPerSecond, deliverySeconds, framesOf, openMinutes } from './model.ts';

/** What follows from an estimate, in sentences: where its limits are, and where another service is the better answer. */
export const adviceOn = (made: Estimate, at: Figures): readonly string[] => [
  oneAccount(made, at),
  ...oneStage(made, at),
  ...oneBroadcast(made, at),
  afterAnOutage(made, at),
  ...batching(made),
  money(made, at),
];

/** Within a thousandth: where next to nothing travels together. */
const isAsMuch = (one: number, other: number): boolean => Math.abs(other - one) < other / 1_000;

function oneAccount({ single, batched }: Estimate, at: Figures): string {
  const { perAccount, requests } = batched;
  const alone = isAsMuch(single.perAccount, perAccount)
    ? ''
    : `, ${count(single.perAccount)} without batches`;
  const serves = `One account’s ${count(at.requests)} requests a second serve ${count(perAccount)} such connections${alone}`;
  if (requests <= at.requests) return `${serves}: one account is enough.`;
  const accounts = Math.ceil(requests / at.requests);
  return `${serves}. Have the quota raised to ${count(Math.ceil(requests))}, or divide the tenants among ${accounts} accounts: tenants share nothing.`;
}

function oneStage({ workload }: Estimate, at: Figures): string[] {
  const asked = askedPerSecond(workload);
  if (asked <= at.throttle) return [];
  return [
    `Clients ask ${count(asked)} times a second: set the stage’s throttle above its ${count(at.throttle)}.`,
  ];
}

function oneBroadcast({ workload, batched, appsync, iot }: Estimate, at: Figures): string[] {
  const { seconds, bound } = batched.broadcast;
  const posts = workload.connections * framesOf(workload, true);
  const sentences: string[] = [];
  const enough = Math.ceil(at.requests * deliverySeconds(at));
  if (bound === 'functions' && at.deliveryConcurrency < enough) {
    sentences.push(
      `The delivery functions bound a broadcast: with a deliveryConcurrency of ${enough} it is the quota, ${duration(posts / at.requests)}.`,
    );
  }
  if (seconds > at.patienceSeconds) {
    const most = Math.floor(at.patienceSeconds / (seconds / workload.connections));
    const sendsAtOnce = appsync.broadcastSeconds < seconds;
    sentences.push(
      `A broadcast takes ${duration(at.patienceSeconds)} for ${count(most)} connections. ${
        sendsAtOnce
          ? `For one that must be quicker and may be lost, AppSync Events is the better answer (${duration(appsync.broadcastSeconds)}`
          : `AppSync Events is no quicker (${duration(appsync.broadcastSeconds)}`
      }; IoT Core ${duration(iot.broadcastSeconds)}).`,
    );
  }
  return sentences;
}

const afterAnOutage = ({ storm }: Estimate, at: Figures) =>
  `When all connections were lost, the last is back after ${duration(storm.seconds)}, by ${count(at.newConnections)} new ones a second: a quota that can be raised.`;

function batching({ single, batched }: Estimate): string[] {
  const saved = single.month.total - batched.month.total;
  if (isAsMuch(batched.month.total, single.month.total)) {
    return ['Batches change nothing where a change has one event (--together), and its topic few at a time.'];
  }
  return [`Batches save ${usd(saved)} a month, ${count((100 * saved) / single.month.total)} % of the whole.`];
}

/** Of what all services have in common: connections, and messages on them. */
function money({ workload, batched, appsync, iot }: Estimate, at: Figures): string {
  const here = batched.month.messages + batched.month.minutes;
  const fitsIot = workload.connections <= at.iotConnections;
  const [name, month] =
    fitsIot && iot.month < appsync.month
      ? (['IoT Core', iot.month] as const)
      : (['AppSync Events', appsync.month] as const);
  const limit = fitsIot ? '' : ` (for ${count(at.iotConnections)} connections of an account, and no more)`;
  // A large bill has cheaper messages in it.
  const messages = batched.hour.messages * (openMinutes(workload) / 60);
  const from = cheaperHereFrom(workload, true, {
    ...at,
    message: (batched.month.messages / messages) * 1e6,
  });
  return [
    `Connections and messages alone are ${usd(here)} a month here, ${usd(appsync.month)} at AppSync Events and ${usd(iot.month)} at IoT Core${limit}, which keep no log, no order and no answer.`,
    month < here
      ? `Where what is lost may be lost, ${name} is the cheaper answer.`
      : 'So neither is the cheaper answer.',
    from === undefined
      ? 'AppSync Events is cheaper at any rate of such events.'
      : `AppSync Events is cheaper up to ${count(from)} such events a minute to each connection.`,
  ].join(' ');
}
