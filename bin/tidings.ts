import { features } from '../features/index.ts';
import { addStack, emptyApp } from '../lib/app.ts';
import { ConfigurationError, chooseStage } from '../lib/stageConfig.ts';

const app = emptyApp({ bundle: true });
try {
  const stage: unknown = app.node.tryGetContext('stage') ?? 'dev';
  const config = chooseStage(features, app.node.tryGetContext('stages'), stage);
  addStack(app, { config, features });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
