import { createApp } from '../core/api/createApp.ts';
import { version } from '../core/api/version.ts';
import { features } from '../features/index.ts';
import { toYaml } from '../packages/cli/src/toYaml.ts';
import { asyncapiDocument, contractModel, reference } from '../packages/protocol/asyncapi/index.ts';

/** The documents that are written from the contract, by path in the repository. */
export function contractFiles(): Readonly<Record<string, string>> {
  const model = contractModel(createApp(features).contracts);
  const document = asyncapiDocument(model, { version });
  return {
    'docs/asyncapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'docs/asyncapi.yaml': toYaml(document),
    'docs/reference.md': reference(model),
  };
}
