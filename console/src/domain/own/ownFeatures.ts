import type { ActionView, ContractView, EventView, KindView } from '../../contract/readContract.ts';
import { knownOf } from '../shipped.ts';

/** What a page of its own is made for: a part of the contract that no other page knows. */
export interface OwnFeature {
  /** The prefix of its actions; without any, the kind of its topics. */
  readonly name: string;
  readonly title: string;
  readonly actions: readonly ActionView[];
  readonly kinds: readonly KindView[];
  readonly events: readonly EventView[];
}

const prefixOf = (name: string): string => name.split('.')[0] ?? name;

/** The features that no page knows. Actions and topics belong together where an event of the one's name comes on the other. */
export function ownFeatures(app: ContractView | undefined): OwnFeature[] {
  if (!app) return [];
  const known = knownOf(app);
  const actions = app.actions.filter(({ name, group }) => group === 'domain' && !known.actions.has(name));
  const kinds = app.kinds.filter(({ address }) => !known.kinds.has(address));
  const names = [...new Set(actions.map(({ name }) => prefixOf(name)))];
  const homeOf = new Map(kinds.map(({ kind }) => [kind, homeFor(kind, names, app)]));
  const all = [...new Set([...names, ...homeOf.values()])].toSorted();
  return all.map((name) => {
    const own = kinds.filter(({ kind }) => homeOf.get(kind) === name);
    const addresses = new Set(own.map(({ address }) => address));
    return {
      name,
      title: (name[0] ?? '').toUpperCase() + name.slice(1),
      actions: actions.filter((one) => prefixOf(one.name) === name),
      kinds: own,
      events: app.events.filter(
        ({ type, topics }) =>
          !known.events.has(type) &&
          (prefixOf(type) === name || topics.some((topic) => addresses.has(topic))),
      ),
    };
  });
}

/** Whose page a kind of topic stands on: that of the actions on whose behalf events come on it, or one of its own. */
function homeFor(kind: string, names: readonly string[], { events }: ContractView): string {
  const prefixes = events
    .filter(({ topics }) => topics.some((topic) => topic === kind || topic.startsWith(`${kind}:`)))
    .map(({ type }) => prefixOf(type));
  return names.find((name) => prefixes.includes(name)) ?? kind;
}
