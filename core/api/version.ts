/** The release of the server, for `/health`. A test compares it with packages/tidings. */
export const version = '0.1.0';
