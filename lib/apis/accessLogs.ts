import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { exceptFrom } from '../exceptions.ts';
import { removalPolicyOf } from '../settings/removalPolicy.ts';
import type { DeclaredStage } from '../settings/stageConfig.ts';

/** Variables that have no query string, path or header in them, so no token or ticket in an address is logged. */
const shared = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  integrationLatencyMs: '$context.integrationLatency',
  error: '$context.error.message',
};

/** What a line says: of a frame, and of an HTTP request. */
export const accessLogFormats = {
  socket: { ...shared, event: '$context.eventType', connectionId: '$context.connectionId' },
  http: { ...shared, bytes: '$context.responseLength' },
};

/** The access log of an API's stage. */
export function accessLogOf(
  scope: Construct,
  config: DeclaredStage,
  format: keyof typeof accessLogFormats,
): IAccessLogSettings {
  const logGroup = new LogGroup(scope, 'AccessLog', {
    retention: config.logRetentionDays,
    removalPolicy: removalPolicyOf(config),
  });
  return {
    destination: new LogGroupLogDestination(logGroup),
    format: AccessLogFormat.custom(JSON.stringify(accessLogFormats[format])),
  };
}

/**
 * The role with which API Gateway writes the access logs of all REST and WebSocket APIs of the account and Region. There is
 * one: this replaces one that is there. It stays when the stack is deleted, since others may log by it then:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class ApiGatewayLogRole extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    });
    exceptFrom(
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      role,
      'The policy that API Gateway asks for: the role writes the logs of all APIs of the account.',
    );
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
