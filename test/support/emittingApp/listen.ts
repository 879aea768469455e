/** The function of another service, which writes down what it gets. */
export const handler = async (event: unknown): Promise<void> => {
  // biome-ignore lint/suspicious/noConsole: a log is all that this service is
  console.log(`heard ${JSON.stringify(event)}`);
};
