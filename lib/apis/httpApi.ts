import { Duration, Stack } from 'aws-cdk-lib';
import { type CfnStage, CorsHttpMethod, HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { exceptFrom, noAccessLogs } from '../exceptions.ts';
import type { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { DeclaredStage } from '../settings/stageConfig.ts';
import { accessLogOf } from './accessLogs.ts';
import { deployInOrder } from './deployInOrder.ts';

/**
 * The HTTP API: the same actions, without a socket. Its function verifies tokens itself, like the authorizer
 * of the socket's API.
 */
export class TidingsHttpApi extends Construct {
  /** `https://…`, without a final slash. */
  readonly url: string;
  /** The name in it. */
  readonly host: string;
  /** What it answers: `/actions/{action}`. */
  readonly paths: readonly string[];
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, config: DeclaredStage, http: TidingsFunction) {
    super(scope, id);
    const { allowedOrigins } = config.settings;
    const api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-http`,
      // The default stage of the L2 takes no throttle.
      createDefaultStage: false,
      ...(allowedOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: allowedOrigins,
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
          allowHeaders: ['authorization', 'content-type'],
          maxAge: Duration.hours(1),
        },
      }),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      ...(config.accessLogs && { accessLogSettings: accessLogOf(this, config, 'http') }),
      throttle: { rateLimit: config.throttle.ratePerSecond, burstLimit: config.throttle.burst },
    });
    if (!config.accessLogs) exceptFrom('APIG1', stage, noAccessLogs);
    exceptFrom('APIG4', api, 'The function verifies the token itself, as the authorizer of the socket does.');
    // One permission for the whole API instead of one for each route.
    const integration = new HttpLambdaIntegration('Integration', http.handler, {
      scopePermissionToRoute: false,
    });
    const routes: readonly (readonly [HttpMethod, string])[] = [
      [HttpMethod.POST, '/actions/{action}'],
      [HttpMethod.POST, '/tickets'],
      [HttpMethod.GET, '/stats'],
      [HttpMethod.GET, '/health'],
      [HttpMethod.GET, '/asyncapi.json'],
    ];
    for (const [method, path] of routes) api.addRoutes({ path, methods: [method], integration });
    this.paths = [...new Set(routes.map(([, path]) => path))];
    this.api = api;
    this.stage = stage;
    deployInOrder(this, api.apiId, stage.node.defaultChild as CfnStage);

    const { region, urlSuffix } = Stack.of(this);
    // Not the attribute ApiEndpoint: joined from the API's id, the address can be read out of the template.
    this.host = `${api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.url = `https://${this.host}`;
  }
}
