import type { Sockets } from '../../core/ports.ts';
import { apiGatewayClient, type ManagementSettings } from './client.ts';
import { apiGatewaySockets } from './sockets.ts';

/** Reaches the sockets of the API that a function's environment names. */
export const openSockets = (settings: ManagementSettings): Sockets =>
  apiGatewaySockets({ client: apiGatewayClient(settings) });
