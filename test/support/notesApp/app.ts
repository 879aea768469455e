import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { emptyApp } from '../../../lib/app.ts';
import { Tidings } from '../../../lib/tidings.ts';
import { features } from './features.ts';

/** An app with a feature of its own, which nothing else knows. */
const app = emptyApp({ bundle: true });
const root = fileURLToPath(new URL('.', import.meta.url)).replace(/[/\\]$/, '');
new Tidings(new Stack(app, 'Notes'), 'Realtime', { features, entry: 'features.ts', root });
app.synth();
