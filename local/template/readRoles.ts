import { isRecord } from '../http/httpJson.ts';
import { allowing, type Right, readStatement, type Statement } from '../rights/statement.ts';
import type { Item, Resources } from './readResources.ts';
import { idOfArn } from './template.ts';

/** The role that a function runs as. */
export interface Role {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export type RoleOf = (fn: Item) => Role;

/**
 * Reads the policies of roles: those of their own, and those that are attached to them. Only of roles that are asked
 * for, since an app's stack may have roles of functions that do not run here.
 */
export function readRoles(resources: Resources): RoleOf {
  const roles = new Map<string, Role>();
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => resources.ofType(type))
    .map((policy) => ({ policy, of: policy.list('Roles').map(String) }));
  const read = (document: unknown, where: string): Statement[] =>
    statementsOf(document).flatMap((raw, at) => {
      return readStatement(raw, `${where}/Statement/${at}`, resources.resolve);
    });

  function readRole(role: Item): Role {
    for (const property of ['ManagedPolicyArns', 'PermissionsBoundary']) {
      if (role.raw(property) === undefined) continue;
      throw new Error(`${role.id}: the local stack knows no ${property} of a role, only its own policies.`);
    }
    const inline = asList(role.raw('Policies')).filter(isRecord);
    return {
      name: role.id,
      statements: [
        ...inline.flatMap(({ PolicyDocument }, at) => read(PolicyDocument, `${role.id}/Policies/${at}`)),
        ...attached
          .filter(({ of }) => of.includes(role.id))
          .flatMap(({ policy }) => read(policy.raw('PolicyDocument'), policy.id)),
      ],
    };
  }

  return (fn) => {
    const role = resources.get('AWS::IAM::Role', idOfArn(fn.text('Role')));
    const known = roles.get(role.id) ?? readRole(role);
    roles.set(role.id, known);
    return known;
  };
}

/** What a function needs so that Lambda makes an event source mapping for it. */
export interface NeedOfLambda extends Right {
  readonly functionId: string;
}

/** Makes sure of one right, for a mapping. @throws where the function's role does not have it */
export type RequireRight = (mapping: Item, fn: Item, action: string, resource: string) => void;

/**
 * Lambda polls a queue or a stream with the function's role and refuses the mapping without the rights for it
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 *
 * @param needs gets what was asked for
 */
export const requireRights =
  (roleOf: RoleOf, needs: NeedOfLambda[]): RequireRight =>
  (mapping, fn, action, resource) => {
    needs.push({ functionId: fn.id, action, resource });
    if (roleOf(fn).statements.some((statement) => allowing(statement, { action, resource }))) return;
    const on = idOfArn(resource) ?? resource;
    throw new Error(
      `${mapping.id}: AWS would refuse this mapping, the role of ${fn.id} has no ${action} on ${on}.`,
    );
  };

const statementsOf = (document: unknown): readonly unknown[] =>
  isRecord(document) ? asList(document.Statement) : [];

const asList = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());
