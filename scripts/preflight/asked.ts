type Json = Readonly<Record<string, unknown>>;
interface Resource {
  readonly Type: string;
  readonly Properties?: Json;
}
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** What a template asks of an account. */
export interface Asked {
  /** Concurrent executions that only the stack's functions may use. */
  readonly reserved: number;
  /** Concurrent executions that work behind queues and streams may take, of those that all share. */
  readonly background: number;
  /** Requests a second that the stages of its APIs take, together. */
  readonly requestsPerSecond: number;
  /** Whether there is an access log that API Gateway writes with the account's role, and whether the stack sets that. */
  readonly logRole: 'not needed' | 'needed' | 'set by the stack';
  /** Models of Bedrock of which one has to be there. */
  readonly models: readonly string[];
  /** Whether one is asked by an ARN that does not tell which: an application's profile, a provisioned or imported model. */
  readonly asksUnnamedModel: boolean;
}

export function askedBy({ Resources }: Template): Asked {
  const all = Object.values(Resources);
  const ofType = (type: string) =>
    all.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const sockets = Object.entries(Resources)
    .filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::ApiGatewayV2::Api' && Properties?.ProtocolType === 'WEBSOCKET',
    )
    .map(([id]) => id);
  const stages = ofType('AWS::ApiGatewayV2::Stage');
  const isLogged = stages.some(
    ({ ApiId, AccessLogSettings }) => AccessLogSettings && sockets.includes(String((ApiId as Json).Ref)),
  );
  const policies = JSON.stringify(ofType('AWS::IAM::Policy'));
  const models = modelsIn(policies);
  const setsRole = ofType('AWS::ApiGateway::Account').length > 0;
  return {
    reserved: sum(ofType('AWS::Lambda::Function').map((one) => one.ReservedConcurrentExecutions)),
    background: sum(
      ofType('AWS::Lambda::EventSourceMapping').map(
        ({ ScalingConfig, ParallelizationFactor }) =>
          // Of a stream it is for each shard; a table that is not busy has few.
          (ScalingConfig as Json | undefined)?.MaximumConcurrency ?? ParallelizationFactor ?? 1,
      ),
    ),
    requestsPerSecond: sum(
      stages.map(
        ({ DefaultRouteSettings }) => (DefaultRouteSettings as Json | undefined)?.ThrottlingRateLimit,
      ),
    ),
    logRole: setsRole ? 'set by the stack' : isLogged ? 'needed' : 'not needed',
    models,
    asksUnnamedModel: models.length === 0 && policies.includes('"bedrock:Invoke'),
  };
}

const sum = (values: readonly unknown[]) =>
  values.reduce<number>((total, value) => total + Number(value ?? 0), 0);

/** The models that some role may ask, by the ids in the policies' ARNs. */
function modelsIn(policies: string): readonly string[] {
  const named = policies.matchAll(/foundation-model\/([\w.:-]+)"/g);
  return [...new Set([...named].map(([, id = '']) => id))].toSorted();
}
