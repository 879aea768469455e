/** What CloudFormation says of the stack of the stage dev, with these outputs. */
export const deployedStage = (outputs: Readonly<Record<string, string>>, StackName = 'Tidings-dev') => ({
  Stacks: [
    {
      StackName,
      StackStatus: 'CREATE_COMPLETE' as const,
      CreationTime: new Date(0),
      Tags: [{ Key: 'tidings:stage', Value: 'dev' }],
      Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  ],
});
