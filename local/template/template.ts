/** The account and the Region that the local stack uses, so that every ARN is complete. */
export const account = {
  region: 'us-east-1',
  accountId: '000000000000',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
};

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/** The part of a CloudFormation template that is read here. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Addresses {
  /** `http://127.0.0.1:PORT`, which stands in for every `execute-api` host. */
  readonly httpUrl: string;
  /** A queue's URL by its logical id. */
  queueUrl(logicalId: string): string;
}

/** Replaces intrinsic functions by what they stand for. `path` is only for the error's text. */
type Resolve = (value: unknown, path: string) => unknown;

/**
 * Makes the resolver of one template. A resource's physical name is its logical id, but for an event bus that has a name. It knows Ref, Fn::GetAtt,
 * Fn::Join, Fn::Select, Fn::Split and the pseudo parameters that the stack uses, and throws on anything else:
 * a guess here would make the laptop differ from what is deployed.
 */
export function resolver(template: Template, addresses: Addresses): Resolve {
  const resolve: Resolve = (value, path) => {
    if (typeof value === 'string') return onLoopback(value, addresses.httpUrl);
    if (Array.isArray(value)) return value.map((item, i) => resolve(item, `${path}/${i}`)).filter(isValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      const result = intrinsic(only[0], only[1], `${path}/${only[0]}`);
      return typeof result === 'string' ? onLoopback(result, addresses.httpUrl) : result;
    }
    const resolved = entries.map(([name, item]) => [name, resolve(item, `${path}/${name}`)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => isValue(item)));
  };

  function intrinsic(name: string, argument: unknown, path: string): unknown {
    if (name === 'Ref') return ref(asText(argument, path), path);
    if (name === 'Fn::GetAtt') {
      const [logicalId, attribute] =
        typeof argument === 'string' ? argument.split('.') : asList(argument, path);
      return getAtt(asText(logicalId, path), asText(attribute, path), path);
    }
    const parts = asList(resolve(argument, path), path);
    if (name === 'Fn::Join') {
      const texts = asList(parts[1], path).map((part) => asText(part, path));
      return texts.join(asText(parts[0], path));
    }
    if (name === 'Fn::Select') {
      const item = asList(parts[1], path)[Number(parts[0])];
      if (item === undefined) throw new Error(`${path}: there is no item ${String(parts[0])}.`);
      return item;
    }
    if (name === 'Fn::Split') return asText(parts[1], path).split(asText(parts[0], path));
    throw new Error(`${path}: the local stack does not know ${name}.`);
  }

  function ref(id: string, path: string): unknown {
    if (Object.hasOwn(pseudoParameters, id)) return pseudoParameters[id];
    const resource = template.Resources[id];
    if (!resource) throw new Error(`${path}: there is no resource "${id}" in the template.`);
    if (resource.Type === 'AWS::Events::EventBus') return busNamed(id, resource);
    return resource.Type === 'AWS::SQS::Queue' ? addresses.queueUrl(id) : id;
  }

  function getAtt(id: string, attribute: string, path: string): unknown {
    const resource = template.Resources[id];
    if (!resource) throw new Error(`${path}: there is no resource "${id}" in the template.`);
    const value: Attribute | undefined = attributes[resource.Type]?.[attribute];
    if (!value) throw new Error(`${path}: the local stack does not know ${attribute} of ${resource.Type}.`);
    const name = resource.Type === 'AWS::Events::EventBus' ? busNamed(id, resource) : id;
    return value(name, addresses);
  }

  return resolve;
}

/** Other services name a bus, so that its name is one that they can know. */
function busNamed(id: string, { Properties: { Name: name } = {} }: Resource): string {
  return typeof name === 'string' ? name : id;
}

/** The logical id in an ARN of this stack's own making (its last part, after `:` or `/`). */
export function idOfArn(arn: unknown): string | undefined {
  return typeof arn === 'string' ? /[:/]([A-Za-z0-9]+)$/.exec(arn)?.[1] : undefined;
}

/** The ARN under which a resource of this stack would be known. */
export function arn(service: string, rest: string): string {
  // IAM and STS are global: their ARNs have no Region (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
  const region = service === 'iam' || service === 'sts' ? '' : account.region;
  return `arn:${account.partition}:${service}:${region}:${account.accountId}:${rest}`;
}

const pseudoParameters: Readonly<Record<string, string | undefined>> = {
  'AWS::Region': account.region,
  'AWS::AccountId': account.accountId,
  'AWS::Partition': account.partition,
  'AWS::URLSuffix': account.urlSuffix,
  'AWS::StackName': 'tidings-local',
  // A property that refers to this one is left out.
  'AWS::NoValue': undefined,
};

type Attribute = (logicalId: string, addresses: Addresses) => string;

const attributes: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {
  'AWS::Lambda::Function': { Arn: (id) => arn('lambda', `function:${id}`) },
  'AWS::DynamoDB::GlobalTable': {
    Arn: (id) => arn('dynamodb', `table/${id}`),
    StreamArn: (id) => arn('dynamodb', `table/${id}/stream/local`),
  },
  'AWS::SQS::Queue': {
    Arn: (id) => arn('sqs', id),
    QueueName: (id) => id,
    QueueUrl: (id, { queueUrl }) => queueUrl(id),
  },
  'AWS::ApiGatewayV2::Api': {
    ApiId: (id) => id,
    ApiEndpoint: (id) => `https://${id}.execute-api.${account.region}.${account.urlSuffix}`,
  },
  'AWS::ApiGatewayV2::Authorizer': { AuthorizerId: (id) => id },
  'AWS::IAM::Role': { Arn: (id) => arn('iam', `role/${id}`) },
  'AWS::Events::Rule': { Arn: (id) => arn('events', `rule/${id}`) },
  'AWS::Events::EventBus': { Arn: (id) => arn('events', `event-bus/${id}`), Name: (id) => id },
  'AWS::Logs::LogGroup': { Arn: (id) => arn('logs', `log-group:${id}:*`) },
  'AWS::SNS::Topic': { TopicArn: (id) => arn('sns', id) },
};

/** The socket and the HTTP API share one loopback port, so the host alone is exchanged and the stage stays. */
function onLoopback(text: string, httpUrl: string): string {
  return text
    .replace(/https:\/\/[A-Za-z0-9]+\.execute-api\.[a-z0-9-]+\.[a-z.]+/g, httpUrl)
    .replace(/wss:\/\/[A-Za-z0-9]+\.execute-api\.[a-z0-9-]+\.[a-z.]+/g, httpUrl.replace(/^http/, 'ws'));
}

const isValue = (value: unknown) => value !== undefined;

function asText(value: unknown, path: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`${path}: expected a text.`);
}

function asList(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${path}: expected a list.`);
}
