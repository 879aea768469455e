import { createTestServer } from '../testing/index.ts';

/** What happens at which request of the service, and whether its alerts were raised before it was started. */
const { HOW, AT, WAS_DOWN } = process.env;

// Stands for the package `ws` in a service that is built with it: its sockets end here. Three alerts come at once.
const server = createTestServer();
server.topic('client:acme').snapshot = { clientId: 'acme', engagement: {}, totals: {} };
const raise = () => {
  for (const alertId of ['1', '2', '3']) server.publish('client:acme', 'alert', { alertId, title: 'Look' });
};
if (WAS_DOWN) raise();
else {
  server.respond('hello', (_frame, _connection, usual) => {
    setImmediate(raise);
    return usual();
  });
}
server.respond('notification.send', ({ ref }) => {
  process.stdout.write(`${ref}\n`);
  if (ref !== `alert-${AT}`) return {};
  if (HOW === 'crash') process.exit();
  if (HOW === 'refuse') return { refused: 'forbidden' };
  server.disconnect({ reconnect: 'never' });
  return undefined;
});

export const { WebSocket } = server.options;
