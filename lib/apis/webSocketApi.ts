import { Stack } from 'aws-cdk-lib';
import {
  CfnAuthorizer,
  CfnIntegration,
  CfnIntegrationResponse,
  CfnRoute,
  CfnRouteResponse,
  type CfnStage,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { exceptFrom, noAccessLogs } from '../exceptions.ts';
import type { TidingsFunction } from '../functions/tidingsFunction.ts';
import { requireRoutes } from '../quotas.ts';
import type { DeclaredStage } from '../settings/stageConfig.ts';
import { ApiGatewayLogRole, accessLogOf } from './accessLogs.ts';
import { deployInOrder } from './deployInOrder.ts';

export interface WebSocketFunctions {
  readonly authorize: TidingsFunction;
  readonly connect: TidingsFunction;
  readonly disconnect: TidingsFunction;
  readonly message: TidingsFunction;
}

/**
 * The WebSocket API: one route for each action of the app, all to the message function, and a `ping` that
 * runs no function. Routes are made from L1 constructs, because the L2 integration adds an invoke permission
 * for every route, and a function's resource policy ends at 20 KB:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export class TidingsWebSocketApi extends Construct {
  /** `wss://…/{stage}`, for clients. */
  readonly url: string;
  /** `https://…/{stage}`, for posts to connections. */
  readonly managementUrl: string;
  readonly api: WebSocketApi;
  /** In the dimensions of its metrics. */
  readonly apiId: string;
  readonly stage: WebSocketStage;
  private readonly stageName: string;

  constructor(scope: Construct, id: string, config: DeclaredStage) {
    super(scope, id);
    this.stageName = config.settings.stage;
    this.api = new WebSocketApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      routeSelectionExpression: '$request.body.action',
    });
    const stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: this.stageName,
      throttle: { rateLimit: config.throttle.ratePerSecond, burstLimit: config.throttle.burst },
      ...(config.accessLogs && { accessLogSettings: accessLogOf(this, config, 'socket') }),
    });
    if (typeof config.accessLogs === 'object' && config.accessLogs.accountRole) {
      // API Gateway refuses a stage with a log while there is no role.
      stage.node.addDependency(new ApiGatewayLogRole(this, 'LogRole'));
    }
    if (!config.accessLogs) exceptFrom('APIG1', stage, noAccessLogs);
    this.stage = stage;
    this.apiId = this.api.apiId;
    this.url = stage.url;
    this.managementUrl = stage.callbackUrl;
  }

  /** Creates the routes. Separate from the constructor, since the functions' environment needs this API. */
  route(
    { authorize, connect, disconnect, message }: WebSocketFunctions,
    actionNames: readonly string[],
  ): void {
    const answered = ['$default', ...actionNames];
    // Beside them $connect, $disconnect and ping.
    requireRoutes(answered.length + 3);
    const connectRoute = this.addRoute('$connect', this.proxy('Connect', connect));
    connectRoute.authorizationType = 'CUSTOM';
    connectRoute.authorizerId = this.authorizer(authorize).ref;
    this.addRoute('$disconnect', this.proxy('Disconnect', disconnect));
    const actions = this.proxy('Message', message);
    for (const routeKey of answered) this.answer(this.addRoute(routeKey, actions));
    this.answer(this.addRoute('ping', this.pong()));

    deployInOrder(this, this.api.apiId, this.stage.node.defaultChild as CfnStage);
    this.permitInvoke(connect, `${this.stageName}/$connect`);
    this.permitInvoke(disconnect, `${this.stageName}/$disconnect`);
    this.permitInvoke(message, `${this.stageName}/*`);
  }

  /** Lets a function post to (POST), probe (GET) or close (DELETE) the connections of this stage. */
  allowConnections(grantee: TidingsFunction, methods: readonly ('POST' | 'GET' | 'DELETE')[]): void {
    grantee.allow({
      actions: ['execute-api:ManageConnections'],
      resources: methods.map((method) => this.arn(`${this.stageName}/${method}/@connections/*`)),
      why: 'Connections have ids of their own, which nobody knows before: all are of this one stage.',
    });
  }

  private addRoute(routeKey: string, integration: CfnIntegration): CfnRoute {
    const route = new CfnRoute(this, `${routeKey}Route`, {
      apiId: this.api.apiId,
      routeKey,
      target: `integrations/${integration.ref}`,
      authorizationType: 'NONE',
    });
    if (routeKey !== '$connect') {
      exceptFrom(
        'APIG4',
        route,
        'A socket is authorized on $connect alone, and then known by its connection.',
      );
    }
    return route;
  }

  /**
   * Without a route response the function's answer is dropped. `$default` is the only key:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
   */
  private answer(route: CfnRoute): void {
    route.routeResponseSelectionExpression = '$default';
    // Beside the route: what depends on a construct also depends on all that is below it.
    new CfnRouteResponse(this, `${route.routeKey}Response`, {
      apiId: this.api.apiId,
      routeId: route.ref,
      routeResponseKey: '$default',
    });
  }

  private proxy(id: string, target: TidingsFunction): CfnIntegration {
    return new CfnIntegration(this, `${id}Integration`, {
      apiId: this.api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: this.invocationUri(target),
    });
  }

  /**
   * Every integration that is no proxy needs a response under `$default`. A template selection expression may
   * be a static value, and then names the template to the letter:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
   */
  private pong(): CfnIntegration {
    const integration = new CfnIntegration(this, 'PingIntegration', {
      apiId: this.api.apiId,
      integrationType: 'MOCK',
      requestTemplates: { '200': '{"statusCode":200}' },
      templateSelectionExpression: '200',
    });
    new CfnIntegrationResponse(this, 'PingResponse', {
      apiId: this.api.apiId,
      integrationId: integration.ref,
      integrationResponseKey: '$default',
      responseTemplates: { '200': '{"type":"pong","ts":$context.requestTimeEpoch}' },
      templateSelectionExpression: '200',
    });
    return integration;
  }

  /**
   * No identity source: API Gateway refuses a connect that lacks one of them with 401 before it asks the
   * authorizer, and the three places where a client may put its credential exclude each other.
   */
  private authorizer(authorize: TidingsFunction): CfnAuthorizer {
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: this.api.apiId,
      name: 'authorize',
      authorizerType: 'REQUEST',
      authorizerUri: this.invocationUri(authorize),
    });
    this.permitInvoke(authorize, `authorizers/${authorizer.ref}`);
    return authorizer;
  }

  private permitInvoke(target: TidingsFunction, path: string): void {
    target.handler.addPermission('WebSocketApi', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: this.arn(path),
    });
  }

  private arn(path: string): string {
    return Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName: path });
  }

  private invocationUri(target: TidingsFunction): string {
    return Stack.of(this).formatArn({
      service: 'apigateway',
      account: 'lambda',
      resource: 'path/2015-03-31/functions',
      resourceName: `${target.handler.functionArn}/invocations`,
    });
  }
}
