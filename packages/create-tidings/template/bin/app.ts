import { App, Stack } from 'aws-cdk-lib';
import { Tidings } from 'tidings/cdk';
import { features } from '../features/index.ts';

const app = new App();
const stage: unknown = app.node.tryGetContext('stage') ?? 'dev';
const stack = new Stack(app, `__NAME__-${stage}`);
new Tidings(stack, 'Realtime', { features, entry: 'features/index.ts' });
