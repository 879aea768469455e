import type { IncomingHttpHeaders } from 'node:http';
import { running } from '../functions/freezer.ts';
import type { FunctionDescription, StackDescription } from '../template/readStack.ts';
import { arn } from '../template/template.ts';
import { type Credentials, developer, type Keyring } from './credentials.ts';
import type { Denied } from './refusals.ts';
import type { RightsUsed } from './rightsUsed.ts';
import { allowing, type Need, onAction, type Right, rightsIn, type Statement } from './statement.ts';

/** Who asks a service for something. */
export interface Caller {
  readonly credentials: Credentials;
  /**
   * Whether it may do all of this with a resource, whatever a request holds: then there is no need to look into it.
   */
  mayAlways(actions: readonly string[], resource: string): boolean;
  /** The first of these that it may not do, of which a line is printed. */
  denied(needs: readonly Need[]): Denied | undefined;
}

/** Who may call the services of one stack. */
export interface Callers {
  /** Judges by the roles of this stack's functions from now on. */
  use(description: Pick<StackDescription, 'functions' | 'needsOfLambda'>): void;
  /**
   * Who a request says it is from; `undefined` where that is nobody, or was. Whether it is signed by them is not looked at.
   * What an execution environment sends that is frozen is not known before its next request.
   */
  of(headers: IncomingHttpHeaders): Caller | undefined | Promise<Caller | undefined>;
}

const denial = 'AccessDenied: ';

/** Whether a line that a stack prints is of something that a function was denied. */
export const isDenial = (line: string): boolean => line.startsWith(denial);

export interface CallersOptions {
  readonly keys: Keyring;
  readonly used: RightsUsed;
  readonly log: (text: string) => void;
}

/** The developer is an administrator of the account; a function may do what its role allows. */
export function callers(options: CallersOptions): Callers {
  const { keys, used } = options;
  const administrator: Caller = {
    credentials: developer,
    mayAlways: () => true,
    denied: () => undefined,
  };
  let byFunction: ReadonlyMap<string, Rights> = new Map();
  /** This is part of every post, so each is made once. */
  let byCredentials = new WeakMap<Credentials, Caller>();
  function callerOf(functionId: string, credentials: Credentials): Caller | undefined {
    const known = byCredentials.get(credentials);
    if (known) return known;
    const rights = byFunction.get(functionId);
    if (!rights) return undefined;
    const caller = { credentials, ...rights };
    byCredentials.set(credentials, caller);
    return caller;
  }
  return {
    use({ functions, needsOfLambda }) {
      const next = new Map<string, Rights>();
      for (const fn of functions) {
        const rights = rightsOf(fn, options);
        next.set(fn.id, rights);
        for (const right of fn.role.statements.flatMap(rightsIn)) used.has(fn.entry, right);
        rights.denied(needsOfLambda.filter(({ functionId }) => functionId === fn.id));
      }
      byFunction = next;
      byCredentials = new WeakMap();
    },
    of(headers) {
      const { functionId, credentials, environment } = keys.named(headers) ?? {};
      if (!credentials) return undefined;
      if (functionId === undefined) return administrator;
      // This is part of every post, so nothing is awaited that is known.
      if (!environment || environment.state === 'running') return callerOf(functionId, credentials);
      return running(environment).then((runs) => (runs ? callerOf(functionId, credentials) : undefined));
    },
  };
}

type Rights = Omit<Caller, 'credentials'>;

function rightsOf(
  { id, entry, role }: FunctionDescription,
  { used, log }: Omit<CallersOptions, 'keys'>,
): Rights {
  const { statements } = role;
  const always = statements.filter(({ conditions }) => conditions.length === 0);
  const rightsAlways = new Map<string, readonly (Right | undefined)[]>();
  const byAction = new Map<string, readonly Statement[]>();

  /** Those that speak of an action; which of its resources is asked for, differs from post to post. */
  function statementsOn(action: string): readonly Statement[] {
    const known = byAction.get(action);
    if (known) return known;
    const found = statements.flatMap((statement) => onAction(statement, action) ?? []);
    byAction.set(action, found);
    return found;
  }

  function alwaysFor(actions: readonly string[], resource: string): readonly (Right | undefined)[] {
    const name = `${actions.join()} ${resource}`;
    const rights = rightsAlways.get(name) ?? actions.map((action) => rightFor(always, { action, resource }));
    rightsAlways.set(name, rights);
    return rights;
  }

  return {
    mayAlways(actions, resource) {
      const rights = alwaysFor(actions, resource).filter(isRight);
      if (rights.length < actions.length) return false;
      const [only, ...others] = rights;
      if (only && others.length === 0) used.note(entry, only);
      // Which of several a request needs says only its body.
      return rights.every((right) => used.isNoted(entry, right));
    },
    denied(needs) {
      for (const need of needs) {
        const right = rightFor(statementsOn(need.action), need);
        if (right) used.note(entry, right);
        else {
          used.denied(entry, need);
          log(
            `AccessDenied: ${entry} may not ${need.action} on ${need.resource}: ${whyNot(statements, need)}.`,
          );
          return { ...need, user: arn('sts', `assumed-role/${role.name}/${id}`) };
        }
      }
      return undefined;
    },
  };
}

const isRight = (right: Right | undefined): right is Right => right !== undefined;

function rightFor(statements: readonly Statement[], need: Need): Right | undefined {
  for (const statement of statements) {
    const right = allowing(statement, need);
    if (right) return right;
  }
  return undefined;
}

/** Without what the request holds: it may be whose it is. */
function whyNot(statements: readonly Statement[], need: Need): string {
  const keys = statements
    .filter((statement) => allowing({ ...statement, conditions: [] }, need))
    .flatMap(({ conditions }) => conditions.map(({ key }) => key));
  if (keys.length === 0) return 'no policy of its role allows it';
  return `the policy of its role allows it on a condition of ${[...new Set(keys)].join(' and ')}, which does not hold`;
}
