/** Events that the server spares whoever asked for them, by action: they are made of the request and its answer. */
export const defaultEchoes: Readonly<Record<string, string>> = { 'room.send': 'room.message' };
