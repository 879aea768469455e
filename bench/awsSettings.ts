/** What every client of AWS here is made with. The session token is as long as those of a function's role. */
export const awsSettings = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'x'.repeat(1_100) },
};
