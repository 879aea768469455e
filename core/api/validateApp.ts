import { type Contract, kindPattern, type Role, rolePattern } from '@tidings/protocol';
import type { Feature } from '../feature.ts';
import type { UserSlice } from '../feeds.ts';
import type { TopicKind } from '../topics.ts';
import type { WorkRules } from '../work/watch.ts';

/** @throws Error that names what two features claim, or what nothing in the app can be. */
export function validateApp(
  features: readonly Feature[],
  kinds: readonly TopicKind[],
  roles: readonly Role[],
): void {
  const names = features.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`two features are called ${twice}`);
  requireRoleNames(roles);
  requireOwnNames(features.flatMap(({ user }) => user ?? []));
  for (const kind of kinds) requireFreeName(kind, kinds);
  for (const { name, contract, work = [] } of features) {
    requireKnownTopics(name, contract, kinds);
    requireKnownRoles(name, contract, roles);
    requireEmittable(name, contract);
    work.forEach(requireWorkName);
  }
}

function requireOwnNames(slices: readonly UserSlice[]): void {
  const names = slices.flatMap(({ initial }) => Object.keys(initial));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`two features keep ${twice} in a user's feed`);
}

/** All topics of a kind are stored under its plural, which must not be another kind's name. */
function requireFreeName({ name, id, all }: TopicKind, kinds: readonly TopicKind[]): void {
  if (!kindPattern.test(name)) {
    throw new Error(
      `${JSON.stringify(name)} cannot be a kind of topic: lower-case letters, digits and -, at most 32`,
    );
  }
  if (id === 'none' && name.endsWith('s')) {
    throw new Error(`a topic without an id cannot be called ${name}: its name must not end with s`);
  }
  if (all && kinds.some((other) => other.name === `${name}s`)) {
    throw new Error(`${name}s cannot be a kind of topic: it is what all of ${name} are stored under`);
  }
}

/** An event may have homes in features that the app has not, as long as there is one that it has. */
function requireKnownTopics(feature: string, contract: Contract, kinds: readonly TopicKind[]): void {
  const isKnown = (kind: string) => kinds.some(({ name }) => name === kind);
  for (const [action, { topic }] of Object.entries(contract.actions ?? {})) {
    const unknown = [topic ?? []]
      .flat()
      .find((kind) => kind !== 'any' && kind !== 'presence' && !isKnown(kind));
    if (unknown !== undefined) {
      throw new Error(`feature ${feature}: ${action} is about the topic ${unknown}, which the app has not`);
    }
  }
  for (const [event, { topics }] of Object.entries(contract.events ?? {})) {
    if (topics !== 'presence' && !topics.some((address) => isKnown(address.replace(/:.*/, '')))) {
      throw new Error(`feature ${feature}: ${event} has no home in this app: ${topics.join(', ')}`);
    }
  }
}

function requireRoleNames(roles: readonly Role[]): void {
  const wrong = roles.find((role) => !rolePattern.test(role));
  if (wrong !== undefined) {
    throw new Error(
      `${JSON.stringify(wrong)} cannot be a role: lower-case letters, digits and -, at most 32`,
    );
  }
  const twice = roles.find((role, index) => roles.indexOf(role) < index);
  if (twice !== undefined) throw new Error(`the role ${twice} is declared twice, or comes with every app`);
}

function requireKnownRoles(feature: string, { actions = {} }: Contract, known: readonly Role[]): void {
  for (const [action, { roles }] of Object.entries(actions)) {
    const unknown = roles === 'any' ? undefined : roles.find((role) => !known.includes(role));
    if (unknown !== undefined) {
      throw new Error(`feature ${feature}: ${action} is for the role ${unknown}, which no contract declares`);
    }
  }
}

/** What goes to the event bus is found in the log, and must be a text that the bus takes as a detail type. */
function requireEmittable(feature: string, { events = {} }: Contract): void {
  for (const [event, { emit, mode }] of Object.entries(events)) {
    if (emit && mode === 'ephemeral') {
      throw new Error(`feature ${feature}: ${event} is ephemeral, so it is in no log to be emitted from`);
    }
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    if (emit && event.length > 128) {
      throw new Error(`feature ${feature}: ${event} cannot be emitted, its name has more than 128 letters`);
    }
  }
}

/** A part of keys and of an environment variable; the engine has a queue for deliveries. */
function requireWorkName({ name }: WorkRules): void {
  if (!/^[a-z][a-z0-9]{0,31}$/.test(name) || name === 'delivery') {
    throw new Error(
      `work cannot be called ${JSON.stringify(name)}: lower-case letters and digits, and not delivery`,
    );
  }
}
