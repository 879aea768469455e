import { answering, connectArn, opens, refuses } from './authorizerRig.ts';
import { cases, sources } from './conformanceCase.ts';
import { policy } from './rig.ts';

export const policyCases = cases(
  [
    'D',
    sources.authorizerOutput,
    'an answer without a principalId gives 500',
    refuses(answering({ ...policy('Allow', connectArn), principalId: undefined }), 500),
  ],
  [
    'D',
    sources.authorizerOutput,
    'an Effect that is neither Allow nor Deny gives 500',
    refuses(answering(policy('Maybe', connectArn)), 500),
  ],
  [
    'D',
    sources.authorizerOutput,
    'an object in the context gives 500',
    refuses(answering(policy('Allow', connectArn, { context: { a: {} } })), 500),
  ],
  [
    'D',
    sources.authorizerOutput,
    'an array in the context gives 500',
    refuses(answering(policy('Allow', connectArn, { context: { a: ['b'] } })), 500),
  ],
  [
    'D',
    sources.quotas,
    'an answer above 8 KB gives 500',
    refuses(answering(policy('Allow', connectArn, { context: { a: 'x'.repeat(8200) } })), 500),
  ],
  [
    'D',
    sources.limits,
    'a policy resource above 512 characters gives 500',
    refuses(answering(policy('Allow', [connectArn, 'x'.repeat(513)])), 500),
  ],
  ['D', sources.gatewayResponses, 'Deny gives 403', refuses(answering(policy('Deny', connectArn)), 403)],
  [
    'D',
    sources.gatewayResponses,
    'a policy that says nothing of the handshake gives 403',
    refuses(answering(policy('Allow', `${connectArn}/more`)), 403),
  ],
  [
    'O',
    'https://github.com/aws-powertools/powertools-lambda-python/issues/5800',
    'a resource of the REST form stage/*/* gives 403',
    refuses(answering(policy('Allow', 'arn:aws:execute-api:eu-west-1:123456789012:abc123/dev/*/*')), 403),
  ],
  [
    'D',
    sources.authorizerOutput,
    'a resource for another stage gives 403',
    refuses(answering(policy('Allow', connectArn.replace('/dev/', '/prod/'))), 403),
  ],
  [
    'D',
    sources.authorizerOutput,
    '* stands for any text',
    opens(answering(policy('Allow', 'arn:aws:execute-api:*:abc123/dev/*'))),
  ],
  [
    'D',
    sources.authorizerOutput,
    '? stands for one character',
    opens(answering(policy('Allow', connectArn.replace('dev', 'd?v')))),
  ],
  [
    'D',
    sources.authorizerOutput,
    '? does not stand for two characters',
    refuses(answering(policy('Allow', connectArn.replace('dev', '?v'))), 403),
  ],
  [
    'D',
    sources.authorizerOutput,
    'a Deny beside an Allow wins',
    refuses(
      answering({
        principalId: 'ada',
        policyDocument: {
          Statement: [
            { Action: '*', Effect: 'Allow', Resource: '*' },
            { Action: 'execute-api:*', Effect: 'Deny', Resource: connectArn },
          ],
        },
      }),
      403,
    ),
  ],
  [
    'D',
    sources.authorizerOutput,
    'a policy for another action gives 403',
    refuses(
      answering({
        principalId: 'ada',
        policyDocument: { Statement: [{ Action: 's3:GetObject', Effect: 'Allow', Resource: '*' }] },
      }),
      403,
    ),
  ],
);
