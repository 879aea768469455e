import type { AnyClient, Topic } from '@tidings/client';
import type { ActionView, ContractView, KindView } from '../contract/readContract.ts';

/** A topic that the contract has a kind for. */
export interface FoundTopic {
  /** As the wire names it. */
  readonly name: string;
  readonly view: KindView;
}

/** The kind of a topic by its name. */
export function findTopic({ kinds }: ContractView, name: string): FoundTopic | undefined {
  const view = kinds.find((one) => one.address === name) ?? kinds.find((one) => patternOf(one)?.test(name));
  return view && { name, view };
}

const patternOf = ({ address, varies }: KindView) =>
  varies === undefined ? undefined : new RegExp(`^${address.replace(/<.*>/, () => `(?:${varies})`)}$`, 'u');

/** Why there is no such topic, and which there are. */
export function whyUnknown({ kinds }: ContractView, name: string): string {
  const kind = name.split(':')[0];
  const ofKind = kinds.filter((one) => one.kind === kind);
  const all = kinds.map(({ address }) => address).join(', ');
  if (ofKind.length === 0) return `There is no kind of topic ${JSON.stringify(kind)}. There are ${all}.`;
  const rules = ofKind.map(({ address, varies }) =>
    varies === undefined ? address : `${address} with ${varies}`,
  );
  return `${JSON.stringify(name)} is no topic of the kind ${kind}: ${rules.join(', or ')}.`;
}

/** The kinds of topics that an action takes, by their addresses. */
export function addressesFor({ kinds }: ContractView, { topic }: ActionView): string[] {
  if (!topic) return [];
  const { pattern } = topic;
  if (pattern === undefined) return [String(topic.const)];
  return kinds.filter(({ example }) => new RegExp(pattern, 'u').test(example)).map(({ address }) => address);
}

/** The feeds of a person: kinds that are joined on open and of which there is one, and those of the own clients. */
export function feedsOf(
  { kinds }: ContractView,
  roles: readonly string[],
  clients: readonly string[],
): string[] {
  return kinds
    .filter(({ feedOf }) => feedOf !== undefined)
    .flatMap(({ address, kind, varies, feedOf = '' }) => {
      if (varies !== undefined) return clients.map((id) => `${kind}:${id}`);
      // `everybody`, or the roles that are joined.
      const isRole = /^[a-z][a-z0-9-]*(, [a-z][a-z0-9-]*)*$/.test(feedOf) && feedOf !== 'everybody';
      return !isRole || roles.some((role) => feedOf.split(', ').includes(role)) ? [address] : [];
    });
}

/** The client's topic of a name that the wire has for it. */
export function topicOf(client: AnyClient<'topic'>, name: string): Topic<never, never> {
  const { topic } = client as unknown as { topic(kind: string, id?: string): Topic<never, never> };
  if (name === 'user:me') return topic('user');
  const colon = name.indexOf(':');
  if (colon < 0 || name.endsWith(':*')) return topic(name);
  return topic(name.slice(0, colon), name.slice(colon + 1));
}

export type AnyTopic = Topic<never, never>;
export type Asker = Pick<AnyClient<'request'>, 'request'>;

/** What is known of a contract only while the program runs is asked for by name. */
type Ask = (
  action: string,
  payload: object,
  options?: { readonly topic?: string },
) => Promise<Readonly<Record<string, unknown>>>;

export const asking = ({ request }: Asker): Ask => request as Ask;
