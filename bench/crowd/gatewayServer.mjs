import { createServer } from 'node:http';
import { createWebSocketGateway, onWebSocketUpgrade } from '@tidings/gateway';
import { createChat } from './chat.mjs';

/** The gateway of this repository with one function behind it, as `serverlessOffline/serverless.yml` has it. */
const handler = createChat(() => `http://127.0.0.1:${server.address().port}/dev`);
const integration = { kind: 'proxy', invoke: handler };
const unlimited = 1_000_000;
const gateway = createWebSocketGateway(
  {
    ...{ apiId: 'bench', stage: 'dev', region: 'eu-west-1', accountId: '123456789012' },
    routeSelectionExpression: '$request.body.action',
    routes: [
      { routeKey: '$connect', integration },
      { routeKey: '$disconnect', integration },
      { routeKey: 'broadcast', integration },
    ],
  },
  { quotas: { connectsPerSecond: unlimited, requestsPerSecond: unlimited, requestBurst: unlimited } },
);
const server = createServer(async (request, response) => {
  if (!(await gateway.manage(request, response))) response.writeHead(404).end();
});
onWebSocketUpgrade(server, gateway.upgrade);
server.listen(0, '127.0.0.1', () => process.send(`ws://127.0.0.1:${server.address().port}/dev`));
process.on('disconnect', () => process.exit());
