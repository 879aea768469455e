import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, Aws, DockerImage, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { TidingsHttpApi } from './apis/httpApi.ts';
import { consoleHeaders } from './consoleHeaders.ts';
import { exceptFrom, exceptWildcards } from './exceptions.ts';
import { engineRoot } from './functions/appCode.ts';
import type { Oidc } from './settings/consoleSignIn.ts';
import { removalPolicyOf } from './settings/removalPolicy.ts';
import type { DeclaredStage } from './settings/stageConfig.ts';

export interface ConsoleProps {
  readonly config: DeclaredStage;
  /** Where its clients connect. */
  readonly socketUrl: string;
  /** Whom its pages ask besides, to sign in: origins, or whole addresses. */
  readonly asks: readonly string[];
}

/**
 * The console of a stage: its files in a bucket that only CloudFront reads, and the HTTP API behind the same address.
 * By that the page asks its own origin. The API could not let it in by CORS: it would have to know the address of a
 * distribution whose policy has to know that of the API.
 */
export class TidingsConsole extends Construct {
  /** `https://…`, without a final slash: also the origin of its pages. */
  readonly url: string;
  readonly #bucket: IBucket;
  readonly #distribution: Distribution;
  readonly #config: DeclaredStage;
  readonly #socketUrl: string;

  constructor(scope: Construct, id: string, { config, socketUrl, asks }: ConsoleProps) {
    super(scope, id);
    this.#config = config;
    this.#socketUrl = socketUrl;
    this.#bucket = this.bucket();
    this.#distribution = this.distribution(consoleHeaders([socketUrl, ...asks]));
    this.url = `https://${this.#distribution.distributionDomainName}`;
  }

  /**
   * Puts the HTTP API behind the console's address, and the files there.
   *
   * @param oidc how one signs in; without it, with a pasted token
   */
  serve(httpApi: TidingsHttpApi, oidc: Oidc | undefined): void {
    const origin = new HttpOrigin(httpApi.host, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY });
    for (const path of httpApi.paths) {
      this.#distribution.addBehavior(path.replace(/\{\w+\}/, '*'), origin, {
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // With the token, which no policy passes on by its name alone, and without the Host, by which the API is found.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      });
    }
    this.deployFiles(oidc);
  }

  private bucket(): IBucket {
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Whatever a stage protects: all of it is in the package, and comes with the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    exceptFrom('S1', bucket, 'It holds the console’s published files, which anybody may read by CloudFront.');
    // The CDK's own types differ by whether `isWebsite` may be undefined.
    return bucket as IBucket;
  }

  private distribution(headers: Readonly<Record<string, string>>): Distribution {
    const files: BehaviorOptions = {
      origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.headers(headers),
    };
    const distribution = new Distribution(this, 'Site', {
      comment: `${Stack.of(this).stackName} console`,
      defaultRootObject: 'index.html',
      priceClass: PriceClass.PRICE_CLASS_100,
      // The page and where the stage is: a deployment is seen at once.
      defaultBehavior: { ...files, cachePolicy: CachePolicy.CACHING_DISABLED },
      additionalBehaviors: { 'console/*': { ...files, cachePolicy: CachePolicy.CACHING_OPTIMIZED } },
    });
    exceptFrom('CFR1', distribution, 'Who may look is said by tokens, and not by where somebody is.');
    exceptFrom(
      'CFR2',
      distribution,
      'A firewall costs by the month. The API has its own throttle, and users have rates.',
    );
    exceptFrom(
      'CFR3',
      distribution,
      'What goes on is in the logs of the functions; files that anybody may read are asked for by nobody in particular.',
    );
    exceptFrom(
      'CFR4',
      distribution,
      'CloudFront’s own name has CloudFront’s certificate, which says itself what it takes.',
    );
    return distribution;
  }

  private headers({
    'content-security-policy': contentSecurityPolicy = '',
    'x-content-type-options': _nosniff,
    'referrer-policy': _referrer,
    ...others
  }: Readonly<Record<string, string>>): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }

  private deployFiles(oidc: Oidc | undefined): void {
    const { stage } = this.#config.settings;
    const where = {
      ...{ mode: 'deployed', stage, wsUrl: this.#socketUrl, httpUrl: this.url },
      ...(oidc && { oidc }),
    };
    const logGroup = new LogGroup(this, 'Logs', {
      retention: this.#config.logRetentionDays,
      removalPolicy: removalPolicyOf(this.#config),
    });
    // What is there stays: who has an older page open still loads its parts.
    const shared = { destinationBucket: this.#bucket, prune: false, logGroup };
    const files = new BucketDeployment(this, 'Parts', {
      ...shared,
      sources: [built('parts')],
      destinationKeyPrefix: 'console/',
      // The name of what was built has a hash of what is in it.
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    const page = new BucketDeployment(this, 'Page', {
      ...shared,
      sources: [built('page'), Source.jsonData('console.json', where)],
      cacheControl: [CacheControl.noCache()],
    });
    // A page is not to be there before what it loads.
    page.node.addDependency(files);
    exceptCopying(page, this.#bucket);
  }
}

/** The function that copies is the CDK's own, one for the stack. */
function exceptCopying({ handlerRole }: BucketDeployment, bucket: IBucket): void {
  const { scope: handler } = handlerRole.node;
  if (!handler) return;
  exceptFrom('L1', handler, 'The CDK says which Python its function runs in.');
  exceptFrom(
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    handlerRole,
    'The CDK’s function has this right to write its log.',
  );
  for (const verb of ['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*']) {
    exceptFrom(`IAM5[Action::s3:${verb}]`, handlerRole, 'The CDK names what its function does so.');
  }
  const assets = `arn:${Aws.PARTITION}:s3:::cdk-hnb659fds-assets-${Aws.ACCOUNT_ID}-${Aws.REGION}/*`;
  const all = [assets, bucket.arnForObjects('*')];
  exceptWildcards(
    handlerRole,
    all,
    'It copies what the CDK uploaded to the bucket, whatever its files’ names.',
  );
}

/**
 * The page or what it loads, as files to be uploaded: what was published, or, in the repository, a build of its
 * sources. The CDK waits for no promise, so a process of its own builds.
 */
function built(part: 'page' | 'parts'): ISource {
  return Source.asset(join(engineRoot, 'console'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Neither is run; by the command the CDK tells the two apart.
      image: DockerImage.fromRegistry('none'),
      command: [part],
      local: {
        tryBundle(outdir) {
          const folder = builtFolder();
          const isPage = (path: string) => path === join(folder, 'index.html');
          cpSync(folder, outdir, {
            recursive: true,
            filter: (path) => path === folder || isPage(path) === (part === 'page'),
          });
          return true;
        },
      },
    },
  });
}

function builtFolder(): string {
  const program = join(engineRoot, 'console/build.ts');
  if (!existsSync(program)) return join(engineRoot, 'console/dist');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], {
    ...{ cwd: engineRoot, env: { ...process.env, NODE_OPTIONS: '' } },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the console cannot be built\n${stderr}`);
  return (JSON.parse(stdout) as { readonly folder: string }).folder;
}
