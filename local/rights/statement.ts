import { isRecord } from '../http/httpJson.ts';

/** What a role may do, out of one statement of its policies. */
export interface Statement {
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  /** All of them must hold. */
  readonly conditions: readonly Condition[];
}

/** A text of a policy with `*` and `?`. */
export interface Pattern {
  readonly text: string;
  matches(text: string): boolean;
}

interface Condition {
  readonly key: string;
  /** Whether the values of the request satisfy it; a request without the key has none. */
  holds(values: readonly string[]): boolean;
}

/** What a request needs to be allowed, with what conditions ask of it. */
export interface Need {
  readonly action: string;
  /** `*` where the action knows no resource. */
  readonly resource: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** One of a statement's rights, as the template has it. */
export interface Right {
  readonly action: string;
  readonly resource: string;
}

/** The services whose requests the local stack judges. */
const judgedServices = ['dynamodb', 'sqs', 'execute-api', 'events', 'bedrock', 'translate', 'comprehend'];

/**
 * Reads one statement. What it says of services that do not run here is left out: it may name resources that the
 * local stack does not know.
 *
 * @param resolve replaces CloudFormation's functions
 * @throws on whatever is not known here: a statement that was misread would let through what AWS refuses
 */
export function readStatement(
  raw: unknown,
  where: string,
  resolve: (value: unknown, where: string) => unknown,
): Statement[] {
  if (!isRecord(raw)) throw unknown(where, 'a statement that is no object');
  const actions = texts(raw.Action, where).map(actionPattern);
  if (raw.NotAction === undefined && !actions.some(isJudged)) return [];
  const { Effect, Action, Resource, Condition: conditions = {}, Sid, ...others } = raw;
  if (Effect !== 'Allow') throw unknown(where, `the effect ${String(Effect)}`);
  const [other] = Object.keys(others);
  if (other !== undefined) throw unknown(where, other);
  return [
    {
      actions,
      resources: texts(resolve(Resource, where), where).map((text) => pattern(noVariables(text, where))),
      conditions: readConditions(resolve(conditions, where), where),
    },
  ];
}

/** Not by `find`: this is part of every post, and its callback is an object to be collected. */
function matching(patterns: readonly Pattern[], text: string): Pattern | undefined {
  for (const pattern of patterns) if (pattern.matches(text)) return pattern;
  return undefined;
}

/** What a statement says of one action, if it speaks of it: whoever asks for that often need not read the rest. */
export function onAction(statement: Statement, action: string): Statement | undefined {
  const named = matching(statement.actions, action);
  return named && { ...statement, actions: [{ text: named.text, matches: (other) => other === action }] };
}

/** The right by which a statement allows this, if it does. */
export function allowing({ actions, resources, conditions }: Statement, need: Need): Right | undefined {
  const action = matching(actions, need.action);
  const resource = action && matching(resources, need.resource);
  if (!action || !resource) return undefined;
  if (!conditions.every(({ key, holds }) => holds(need.context?.[key] ?? []))) return undefined;
  return { action: action.text, resource: resource.text };
}

/** All rights of a statement with services that are judged. */
export const rightsIn = ({ actions, resources }: Statement): Right[] =>
  actions
    .filter(isJudged)
    .flatMap((action) => resources.map((resource) => ({ action: action.text, resource: resource.text })));

function isJudged({ text }: Pattern): boolean {
  const service = pattern(text.replace(/:.*$/, '').toLowerCase());
  return judgedServices.some((judged) => service.matches(judged));
}

/** By operator, the keys that are known with it. What a key's values are in a request, its service's server says. */
const conditionKeys: Readonly<Record<string, readonly string[]>> = {
  StringEquals: ['events:source', 'bedrock:InferenceProfileArn'],
  StringLike: ['events:source', 'bedrock:InferenceProfileArn'],
  // A request has the keys of all rows that it asks for, so that only a set operator says what is meant:
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  'ForAllValues:StringEquals': ['dynamodb:LeadingKeys'],
  'ForAllValues:StringLike': ['dynamodb:LeadingKeys'],
};

function readConditions(raw: unknown, where: string): Condition[] {
  if (!isRecord(raw)) throw unknown(where, 'a condition that is no object');
  return Object.entries(raw).flatMap(([operator, byKey]) => {
    const known = conditionKeys[operator];
    if (!known || !isRecord(byKey)) throw unknown(where, `the condition ${operator}`);
    return Object.entries(byKey).map(([key, value]) => {
      if (!known.includes(key)) throw unknown(where, `the condition ${operator} on ${key}`);
      return condition(
        operator,
        key,
        texts(value, where).map((text) => noVariables(text, where)),
      );
    });
  });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function condition(operator: string, key: string, allowed: readonly string[]): Condition {
  const patterns = allowed.map(operator.endsWith('StringLike') ? pattern : exactly);
  const isAllowed = (value: string) => patterns.some(({ matches }) => matches(value));
  const ofAll = operator.startsWith('ForAllValues:');
  return { key, holds: (values) => (ofAll || values.length > 0) && values.every(isAllowed) };
}

/** `*` stands for any text and `?` for one character. */
export function pattern(text: string): Pattern {
  if (!/[*?]/.test(text)) return exactly(text);
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return { text, matches: (other) => expression.test(other) };
}

const exactly = (text: string): Pattern => ({ text, matches: (other) => other === text });

/** IAM takes the names of actions in any case. */
function actionPattern(text: string): Pattern {
  const { matches } = pattern(text.toLowerCase());
  return { text, matches: (other) => matches(other.toLowerCase()) };
}

function noVariables(text: string, where: string): string {
  if (text.includes('${')) throw unknown(where, `the policy variable in ${text}`);
  return text;
}

function texts(value: unknown, where: string): readonly string[] {
  const list = value === undefined ? [] : [value].flat();
  return list.map((one) => {
    if (typeof one !== 'string') throw unknown(where, JSON.stringify(one));
    return one;
  });
}

const unknown = (where: string, what: string): Error =>
  new Error(`${where}: the local stack judges by statements that allow, and does not know ${what}.`);
