/** The release of the server, as `/health` tells it. A test holds it to package.json. */
export const version = '0.1.0';
