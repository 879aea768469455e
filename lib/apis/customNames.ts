import { CfnOutput } from 'aws-cdk-lib';
import { ApiMapping, DomainName, type IApi, type IStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Domain } from '../settings/domain.ts';

interface Mapped {
  readonly api: IApi;
  readonly stage: IStage;
}

/** Where clients connect by a name of one's own. */
export const socketUrlOf = ({ socket }: Domain): string => `wss://${socket}`;

/**
 * Names of one's own for the two APIs. Connections are posted to by API Gateway's own name all the same: it goes on
 * working, and needs no certificate and no entry.
 */
export class CustomNames extends Construct {
  readonly httpUrl: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    domain: Domain,
    apis: { readonly socket: Mapped; readonly http: Mapped },
  ) {
    super(scope, id);
    this.name('Socket', domain.socket, domain, apis.socket);
    if (domain.http === undefined) return;
    this.name('Http', domain.http, domain, apis.http);
    this.httpUrl = `https://${domain.http}`;
  }

  private name(
    id: string,
    domainName: string,
    { certificateArn, hostedZone }: Domain,
    { api, stage }: Mapped,
  ) {
    const certificate = Certificate.fromCertificateArn(this, `${id}Certificate`, certificateArn);
    const name = new DomainName(this, `${id}Name`, { domainName, certificate });
    // At the root of the name: the stage is in no address that clients see.
    new ApiMapping(this, `${id}Mapping`, { api, stage, domainName: name });
    const { regionalDomainName: target, regionalHostedZoneId } = name;
    if (hostedZone) {
      new ARecord(this, `${id}Record`, {
        zone: HostedZone.fromHostedZoneAttributes(this, `${id}Zone`, {
          hostedZoneId: hostedZone.id,
          zoneName: hostedZone.name,
        }),
        recordName: domainName,
        target: RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(target, regionalHostedZoneId)),
      });
      return;
    }
    const description = `What ${domainName} has to lead to: a CNAME in its DNS`;
    new CfnOutput(this.node.scope ?? this, `${id}NameTarget`, { value: target, description });
  }
}
