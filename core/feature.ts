import type { ActionContract, Contract } from '@tidings/protocol';
import type { Actions, Handler } from './call.ts';
import type { UserSlice } from './feeds.ts';
import type { Principal } from './principal.ts';
import type { Settings, SettingsPart } from './settings.ts';
import type { Topic, TopicKind } from './topics.ts';
import type { WorkRules } from './work/watch.ts';
import type { Right } from './work/workers.ts';

/** Everything that the engine asks of a feature. What it leaves out costs nothing. */
export interface FeatureParts<C extends Contract> {
  readonly name: string;
  /** What it adds to the wire. */
  readonly contract: C;
  /** What it lets a stage set. */
  readonly settings?: SettingsPart;
  readonly actions: Actions<C>;
  /** Its kinds of topic: those of the contract. */
  readonly topics?: readonly TopicKind[];
  /** What it keeps in each user's own feed. */
  readonly user?: UserSlice;
  /** The topics of its kinds that a connection is joined to on open, without asking. */
  readonly feeds?: (who: Principal) => readonly Topic[];
  /** Work that it puts into a queue, and that is looked after until it is done. */
  readonly work?: readonly WorkRules[];
  /** What its actions need of AWS, or of anything outside. */
  readonly outside?: Outside;
}

/** What the functions that run a feature's actions are given for it. */
export interface Outside {
  /** Permissions besides those of every function that answers and sends. */
  readonly allow?: (settings: Settings) => readonly Right[];
  /** Variables of the environment, such as an address. No secrets: whoever may read the function may read them. */
  readonly environment?: (settings: Settings) => Readonly<Record<string, string>>;
}

/** A feature of an app. */
export interface Feature<C extends Contract = Contract> extends Omit<FeatureParts<C>, 'actions'> {
  readonly actions: readonly Handler[];
}

/**
 * Puts a feature together.
 *
 * @throws Error where its contract and its behaviour are not about the same topics and actions.
 */
export function feature<C extends Contract>({ actions, ...parts }: FeatureParts<C>): Feature<C> {
  const { name, contract, topics = [] } = parts;
  const declared: Readonly<Record<string, ActionContract>> = contract.actions ?? {};
  const behaviours: Readonly<Record<string, unknown>> = actions;
  requireSame(`feature ${name}: the actions`, Object.keys(declared), Object.keys(behaviours));
  requireSame(`feature ${name}: the topics`, topicFacts(contract), topics.map(factsOf));
  if ((parts.user?.snapshot === undefined) !== (contract.user === undefined)) {
    throw new Error(
      `feature ${name}: what user:me shows of it is in its contract and in its behaviour, or in neither`,
    );
  }
  const handlers = Object.entries(declared).map(([action, of]): Handler => {
    const handle = behaviours[action] as Handler['handle'];
    return { name: action, contract: of, handle };
  });
  return { ...parts, actions: handlers };
}

/** What a contract tells others of its topics, and the rules must hold. */
function topicFacts({ topics = {} }: Contract): string[] {
  return Object.entries(topics).map(([name, { id, ...rest }]) =>
    facts(name, { ...rest, ids: id !== undefined }),
  );
}

const factsOf = ({ name, id, ...rest }: TopicKind): string => facts(name, { ...rest, ids: id !== 'none' });

type StatedFacts = Readonly<Partial<Record<'ids' | 'all' | 'presence' | 'history' | 'snapshot', unknown>>>;

function facts(name: string, { ids, all, presence, history, snapshot }: StatedFacts): string {
  return [
    name,
    ids && 'with ids',
    all && 'followed as one',
    presence && 'with presence',
    history && 'with history',
    snapshot && 'with a snapshot',
  ]
    .filter(Boolean)
    .join(', ');
}

function requireSame(what: string, declared: readonly string[], made: readonly string[]): void {
  const [one, other] = [declared.toSorted().join('; '), made.toSorted().join('; ')];
  if (one !== other) throw new Error(`${what} of its contract are (${one}), of its behaviour (${other})`);
}
