import { randomUUID } from 'node:crypto';
import type { ManagementRefusal } from '@tidings/gateway';
import type { Need } from './statement.ts';

/** What a service answers, as the SDKs read it. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A need that no statement of a role grants. */
export interface Denied extends Need {
  /** The role's session, as IAM names who asked. */
  readonly user: string;
}

/** How a service tells of what IAM refuses. */
export interface ServiceRefusals {
  accessDenied(denied: Denied): ServiceAnswer;
  /** Its key is nobody's, or its session token is another's. */
  readonly unknownKey: ServiceAnswer;
  readonly unsigned: ServiceAnswer;
}

const sentence = (user: string, action: string, resource: string): string =>
  `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const invalidToken = 'The security token included in the request is invalid.';
const missingToken = 'Request is missing Authentication Token';

const ofCoral = 'com.amazon.coral.service#';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
export const dynamodbRefusals: ServiceRefusals = {
  accessDenied: ({ user, action, resource }) =>
    json('1.0', 400, {
      __type: `${ofCoral}AccessDeniedException`,
      Message: sentence(user, action, resource),
    }),
  unknownKey: json('1.0', 400, { __type: `${ofCoral}UnrecognizedClientException`, message: invalidToken }),
  unsigned: json('1.0', 400, {
    __type: `${ofCoral}MissingAuthenticationTokenException`,
    message: missingToken,
  }),
};

/**
 * The code that clients of the older protocol know is in a header, and the action is in small letters:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export const sqsRefusals: ServiceRefusals = {
  accessDenied: ({ user, action, resource }) =>
    json(
      '1.0',
      403,
      {
        __type: `${ofCoral}AccessDeniedException`,
        Message: sentence(user, action.toLowerCase(), resource),
      },
      'AccessDenied',
    ),
  unknownKey: json(
    '1.0',
    403,
    { __type: `${ofCoral}UnrecognizedClientException`, message: invalidToken },
    'InvalidClientTokenId',
  ),
  unsigned: json(
    '1.0',
    403,
    { __type: `${ofCoral}MissingAuthenticationTokenException`, message: missingToken },
    'MissingAuthenticationToken',
  ),
};

/**
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/translate/latest/APIReference/CommonErrors.html
 */
export const jsonRefusals: ServiceRefusals = {
  accessDenied: ({ user, action, resource }) =>
    json('1.1', 400, { __type: 'AccessDeniedException', Message: sentence(user, action, resource) }),
  unknownKey: json('1.1', 400, { __type: 'UnrecognizedClientException', message: invalidToken }),
  unsigned: json('1.1', 400, { __type: 'MissingAuthenticationTokenException', message: missingToken }),
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html */
export const bedrockRefusals: ServiceRefusals = {
  accessDenied: ({ user, action, resource }) =>
    rest('AccessDeniedException', sentence(user, action, resource)),
  unknownKey: rest('UnrecognizedClientException', invalidToken),
  unsigned: rest('MissingAuthenticationTokenException', missingToken),
};

/** A REST service names the error in a header. */
function rest(errorType: string, message: string): ServiceAnswer {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': errorType };
  return { status: 403, headers, body: { message } };
}

function json(
  version: '1.0' | '1.1',
  status: number,
  body: Readonly<Record<string, string>>,
  queryCode?: string,
): ServiceAnswer {
  return {
    status,
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      ...(queryCode === undefined ? {} : { 'x-amzn-query-error': `${queryCode};Sender` }),
    },
    body,
  };
}

/**
 * What API Gateway answers to a request that it does not let in to @connections. It tells neither the account nor the
 * connection.
 */
export const connectionsRefusals = {
  accessDenied: ({ user, action, resource }: Denied) =>
    forbidden('AccessDeniedException', { Message: sentence(user, action, masked(resource)) }),
  unknownKey: forbidden('UnrecognizedClientException', { message: invalidToken }),
  incomplete: forbidden('IncompleteSignatureException', {
    message: 'Authorization header requires Credential, SignedHeaders, Signature and a date.',
  }),
  wrongSignature: forbidden('InvalidSignatureException', {
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  }),
  expired: forbidden('InvalidSignatureException', { message: 'Signature expired, or signed for later.' }),
};

function forbidden(errorType: string, body: ManagementRefusal['body']): ManagementRefusal {
  return { status: 403, errorType, body };
}

/** https://github.com/aws/aws-cdk/issues/18410 */
function masked(resource: string): string {
  return resource
    .replace(/:\d{8}(\d{4}):/, ':********$1:')
    .replace(/@connections\/.*$/, '@connections/{connectionId}');
}

/** The body as it is sent, and the headers that every service gives it. */
export function written({ body, headers }: ServiceAnswer) {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return { text, headers: { ...headers, 'x-amzn-requestid': randomUUID(), 'content-length': length } };
}
