interface Input {
  readonly endpointDiscoveryEnabled?: boolean | undefined;
}

/**
 * Bundled instead of the SDK's discovery of endpoints, a cache with 9 KB of code that no request to DynamoDB uses: the
 * client only makes its settings ready. A client that was told to discover is refused.
 */
export function resolveEndpointDiscoveryConfig<T extends Input>(input: T, own: object) {
  if (input.endpointDiscoveryEnabled) {
    throw new Error('functions are bundled without the discovery of endpoints: see lib/functions/bundle.ts');
  }
  return Object.assign(input, own, {
    endpointDiscoveryEnabled: async () => false,
    isClientEndpointDiscoveryEnabled: false,
  });
}

/** Neither a variable nor a file switches it on. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: false,
};
