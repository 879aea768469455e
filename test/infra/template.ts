import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Feature } from '../../core/feature.ts';
import { features as shipped } from '../../features/index.ts';
import { buildApp, stackName } from '../../lib/app.ts';
import {
  chooseStage,
  type DeclaredStage,
  parseStageConfig,
  type StageInput,
} from '../../lib/settings/stageConfig.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The whole resource, for its policies and metadata. */
  readonly raw: JsonObject;
}

export const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
export const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** The stages as cdk.json has them, read as the deployment reads them. */
export function shippedStage(stage: string): DeclaredStage {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return chooseStage(shipped, context.stages, stage);
}

/** A stage named `test` with only what must be set. */
export function testStage(
  changes: Partial<StageInput> = {},
  features: readonly Feature[] = shipped,
): DeclaredStage {
  const tokens = {
    issuer: 'https://issuer.example.com',
    audience: 'tidings',
    jwksUrl: 'https://issuer.example.com/jwks.json',
  };
  return parseStageConfig(features, 'test', { tokens, ...changes }, 'test');
}

const templates = new Map<string, JsonObject>();

/** A stage's template, made once: nobody changes it. */
function templateOf(config: DeclaredStage, features: readonly Feature[]): JsonObject {
  const key = JSON.stringify([
    config,
    features.map(({ name, contract: { actions = {}, events } }) => [name, Object.keys(actions), events]),
  ]);
  const known = templates.get(key);
  if (known) return known;
  const outdir = mkdtempSync(join(tmpdir(), 'tidings-template-'));
  try {
    const assembly = buildApp({ config, features, outdir, bundle: false }).synth();
    const template: JsonObject = assembly.getStackByName(stackName(config.settings.stage)).template;
    templates.set(key, template);
    return template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The template of a stage, with the questions that the tests ask it. */
export function synthesize(config: DeclaredStage, features: readonly Feature[] = shipped) {
  const template = templateOf(config, features);
  const resources: readonly Resource[] = Object.entries(object(template.Resources)).map(([id, raw]) => {
    const properties = object(object(raw).Properties);
    return { id, type: String(object(raw).Type), properties, raw: object(raw) };
  });

  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const byId = (id: string): Resource => {
    const found = resources.find((resource) => resource.id === id);
    if (!found) throw new Error(`the template has no resource ${id}`);
    return found;
  };

  /** A name for a resource that does not carry the CDK's hash; a function's is its entry. */
  const nameOf = (id: string): string => {
    if (id.startsWith('AWS::')) return `{${id.slice(5)}}`;
    const { type, properties, raw } = byId(id);
    if (type === 'AWS::Lambda::Function') return String(object(raw.Metadata)['tidings:entry']);
    if (type === 'AWS::DynamoDB::GlobalTable') return 'table';
    if (type === 'AWS::Events::EventBus') return 'eventBus';
    if (type === 'AWS::ApiGatewayV2::Api')
      return properties.ProtocolType === 'HTTP' ? 'httpApi' : 'socketApi';
    if (type === 'AWS::SQS::Queue') return queueNames[id.slice(0, -8)] ?? id.slice(0, -8);
    return id;
  };

  /** A value of the template as one text: a reference becomes the name of what it refers to. */
  const text = (value: Json | undefined): string => {
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = object(value);
    if (typeof ref === 'string') return nameOf(ref);
    if (attribute !== undefined) {
      const [id, name] = list(attribute);
      return `${nameOf(String(id))}.${String(name)}`;
    }
    if (join !== undefined) {
      const [separator, parts] = list(join);
      return list(parts).map(text).join(String(separator));
    }
    return typeof value === 'string' ? value : JSON.stringify(value ?? null);
  };

  return { template, resources, ofType, byId, nameOf, text, functions: ofType('AWS::Lambda::Function') };
}

/** The delivery queue and its dead letters, by their id without the CDK's hash; other queues are named by that. */
const queueNames: Readonly<Record<string, string>> = {
  DeliveryQueue: 'queue',
  DeliveryDeadLetters: 'deadLetters',
};

export type Synthesized = ReturnType<typeof synthesize>;
