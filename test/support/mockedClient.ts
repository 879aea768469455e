import { mockClient } from 'aws-sdk-client-mock';
import { leftOpen } from './leftOpen.ts';

/**
 * A class of AWS clients whose calls a test answers, until its file ends: files may share their modules, and with them
 * a class that stays mocked.
 */
export const mockedClient = ((client: Parameters<typeof mockClient>[0]) => {
  const mock = mockClient(client);
  leftOpen.byFile.add(() => mock.restore());
  return mock;
}) as typeof mockClient;
