/** D: documented by AWS. O: observed by users of AWS. U: unknown, so there is a switch. */
type Mark = 'D' | 'O' | 'U';

/** One line of the conformance table. */
export interface ConformanceCase {
  mark: Mark;
  rule: string;
  /** The address that the rule rests on; for U, the switch. */
  source: string;
  prove: () => Promise<void>;
}

const guide = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';

/** Where the rules come from. */
export const sources = {
  authorizer: `${guide}/apigateway-websocket-api-lambda-auth.html`,
  authorizerOutput: `${guide}/api-gateway-lambda-authorizer-output.html`,
  binary: `${guide}/websocket-api-develop-binary-media-types.html`,
  captures: 'https://github.com/aws-powertools/powertools-lambda-python/tree/develop/tests/events',
  connectRoutes: `${guide}/apigateway-websocket-api-route-keys-connect-disconnect.html`,
  connections: `${guide}/apigateway-how-to-call-websocket-api-connections.html`,
  cors: `${guide}/http-api-cors.html`,
  forbiddenFrame: 'https://github.com/aws-samples/simple-websockets-chat-app/issues/24',
  gatewayResponses: `${guide}/supported-gateway-response-types.html`,
  http: `${guide}/http-api-develop-integrations-lambda.html`,
  httpQuotas: `${guide}/http-api-quotas.html`,
  httpThrottle: `${guide}/http-api-throttling.html`,
  httpRoutes: `${guide}/http-api-develop-routes.html`,
  limits: `${guide}/limits.html`,
  mapping: `${guide}/apigateway-websocket-api-mapping-template-reference.html`,
  model: 'https://github.com/boto/botocore/tree/develop/botocore/data/apigatewaymanagementapi/2018-11-29',
  protect: `${guide}/websocket-api-protect.html`,
  quotas: `${guide}/apigateway-execution-service-websocket-limits-table.html`,
  routeResponse: `${guide}/apigateway-websocket-api-route-response.html`,
  routes: `${guide}/websocket-api-develop-routes.html`,
  integrations: `${guide}/apigateway-websocket-api-routes-integrations.html`,
  selection: `${guide}/apigateway-websocket-api-selection-expressions.html`,
  subprotocol: `${guide}/websocket-connect-route-subprotocol.html`,
} as const;

type Row = readonly [mark: Mark, source: string, rule: string, prove: () => Promise<void>];

/** Turns rows into cases. */
export function cases(...rows: Row[]): ConformanceCase[] {
  return rows.map(([mark, source, rule, prove]) => ({ mark, source, rule, prove }));
}
