import { fileURLToPath } from 'node:url';
import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { emptyApp } from '../../../lib/app.ts';
import { TidingsFunction } from '../../../lib/functions/tidingsFunction.ts';
import { Tidings } from '../../../lib/tidings.ts';
import { features } from './features.ts';

/** An app with one marked event, and another service that listens for it. */
const app = emptyApp({ bundle: true });
const stack = new Stack(app, 'Emitting');
const root = fileURLToPath(new URL('.', import.meta.url)).replace(/[/\\]$/, '');
const tidings = new Tidings(stack, 'Realtime', { features, entry: 'features.ts', root });
const listen = new TidingsFunction(tidings, 'Listen', {
  config: tidings.config,
  entry: fileURLToPath(new URL('listen.ts', import.meta.url)),
  timeout: Duration.seconds(10),
});
new Rule(stack, 'Heard', {
  eventBus: tidings.eventBus,
  eventPattern: { source: ['tidings.events'], detailType: ['engagement'] },
  targets: [new LambdaFunction(listen.handler)],
});
app.synth();
