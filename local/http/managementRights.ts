import type { AuthorizeManagement, ManagementRefusal, ManagementRequest } from '@tidings/gateway';
import type { Caller, Callers } from '../rights/callers.ts';
import { developer } from '../rights/credentials.ts';
import { connectionsRefusals } from '../rights/refusals.ts';
import { type SignatureFault, signatureFault } from '../rights/signature.ts';
import type { WebSocketDescription } from '../template/readApis.ts';
import { arn } from '../template/template.ts';

const byFault: Readonly<Record<SignatureFault, ManagementRefusal>> = {
  incomplete: connectionsRefusals.incomplete,
  wrong: connectionsRefusals.wrongSignature,
  expired: connectionsRefusals.expired,
};

/**
 * Who may post to connections: a function that has signed the request with its key, and may by its role; and the developer.
 *
 * @param now the stack's time
 */
export function managementRights(
  { apiId, stage }: Pick<WebSocketDescription, 'apiId' | 'stage'>,
  callers: Callers,
  now: () => number,
): AuthorizeManagement {
  const allOfStage = arn('execute-api', `${apiId}/${stage}/`);

  function judge(request: ManagementRequest, caller: Caller | undefined): ManagementRefusal | undefined {
    if (!caller) return connectionsRefusals.unknownKey;
    // The developer's programs come with any key, whose secret is not known here.
    const isFunction = caller.credentials !== developer;
    const fault =
      isFunction && signatureFault(request, caller.credentials, 'execute-api', [now(), Date.now()]);
    if (fault) return byFault[fault];
    const denied = caller.denied([
      {
        action: 'execute-api:ManageConnections',
        resource: `${allOfStage}${request.method}/@connections/${request.connectionId}`,
      },
    ]);
    return denied && connectionsRefusals.accessDenied(denied);
  }

  return (request) => {
    const caller = callers.of(request.headers);
    return caller instanceof Promise ? caller.then((known) => judge(request, known)) : judge(request, caller);
  };
}
