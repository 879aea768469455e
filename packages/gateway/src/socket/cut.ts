import type { RunningStage } from '../runningStage.ts';
import { clientClosure } from './closure.ts';

/** Cuts the line of one connection, or of all. @returns how many were open */
export function cut(stage: RunningStage, connectionId?: string): number {
  const all = [...stage.connections.values()];
  const chosen = connectionId === undefined ? all : (stage.connections.get(connectionId) ?? []);
  const connections = [chosen].flat();
  for (const { socket, finish } of connections) {
    socket.terminate();
    finish(clientClosure(1006, '', stage.unknowns));
  }
  return connections.length;
}
