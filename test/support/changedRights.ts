import { isRecord } from '../../local/http/httpJson.ts';
import type { Resource, Template } from '../../local/template/template.ts';

type Statement = Readonly<Record<string, unknown>>;

/**
 * The template with the statements of one function's role changed, as by a mistake in the stack.
 *
 * @throws where nothing is changed by it
 */
export function changeRights(
  { Resources }: Template,
  entry: string,
  change: (statement: Statement) => Statement | undefined,
): Template {
  const [, fn] =
    Object.entries(Resources).find(([, { Metadata }]) =>
      String(Metadata?.['tidings:entry']).endsWith(entry),
    ) ?? [];
  const role = JSON.stringify(fn?.Properties?.Role ?? '').match(/"([A-Za-z0-9]+)","Arn"/)?.[1];
  const isAttached = ({ Type, Properties }: Resource) =>
    Type === 'AWS::IAM::Policy' && JSON.stringify(Properties?.Roles).includes(`"${role}"`);
  const changed = Object.entries(Resources).map(([id, resource]): [string, Resource] =>
    isAttached(resource) ? [id, withStatements(resource, change)] : [id, resource],
  );
  const template = { Resources: Object.fromEntries(changed) };
  if (JSON.stringify(template.Resources) === JSON.stringify(Resources)) {
    throw new Error(`Nothing of the rights of ${entry} is changed.`);
  }
  return template;
}

function withStatements(policy: Resource, change: (statement: Statement) => Statement | undefined): Resource {
  const document = policy.Properties?.PolicyDocument;
  if (!isRecord(document)) return policy;
  const statements = [document.Statement].flat().filter(isRecord);
  const Statement = statements.map(change).filter((statement) => statement !== undefined);
  return { ...policy, Properties: { ...policy.Properties, PolicyDocument: { ...document, Statement } } };
}

/** A change that takes one action out. */
export const without =
  (action: string) =>
  (statement: Statement): Statement | undefined => {
    const actions = [statement.Action].flat().filter((one) => one !== action);
    return actions.length > 0 ? { ...statement, Action: actions } : undefined;
  };
