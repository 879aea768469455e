import { isRecord } from '../route/proxyAnswer.ts';

/** What an authorizer's policy says; `malformed` carries what is wrong with it. */
export type Verdict = { kind: 'allow' } | { kind: 'deny' } | { kind: 'malformed'; problem: string };

const malformed = (problem: string): Verdict => ({ kind: 'malformed', problem });

// As in IAM, `*` is any text, slashes included, and `?` is any one character.
function matches(pattern: string, text: string, flags: '' | 'i'): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

function listOf(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((entry) => typeof entry === 'string');
  return texts.length === list.length && texts.length > 0 ? texts : undefined;
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const resourceCharacters = 512;

interface Statement {
  allows: boolean;
  applies: boolean;
}

function readStatement(statement: unknown, resource: string): Statement | string {
  if (!isRecord(statement)) return 'a statement is not an object';
  for (const key of ['NotAction', 'NotResource', 'Condition']) {
    if (key in statement) return `${key} is not supported by the local gateway`;
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'Effect is neither Allow nor Deny';
  const actions = listOf(statement.Action);
  const resources = listOf(statement.Resource);
  if (!actions) return 'Action is missing';
  if (!resources) return 'Resource is missing';
  if (resources.some((pattern) => pattern.length > resourceCharacters)) return 'a Resource is too long';
  const applies =
    actions.some((pattern) => matches(pattern, 'execute-api:Invoke', 'i')) &&
    resources.some((pattern) => matches(pattern, resource, ''));
  return { allows: statement.Effect === 'Allow', applies };
}

/** Judges an IAM policy document for one resource: a matching Deny wins, and nothing matching means deny. */
export function judgePolicy(document: unknown, resource: string): Verdict {
  if (!isRecord(document)) return malformed('policyDocument is not an object');
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  let allowed = false;
  let denied = false;
  for (const entry of statements) {
    const statement = readStatement(entry, resource);
    if (typeof statement === 'string') return malformed(statement);
    if (!statement.applies) continue;
    if (statement.allows) allowed = true;
    else denied = true;
  }
  return { kind: allowed && !denied ? 'allow' : 'deny' };
}
