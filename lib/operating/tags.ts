import type { Stack } from 'aws-cdk-lib';
import type { StageConfig } from '../settings/stageConfig.ts';

export const stageTag = 'tidings:stage';

/**
 * Tags of the stack, which CloudFormation puts on all of its resources that take tags. By the stage's, commands such as
 * `tidings doctor` find the stack, for its name is the team's own.
 */
export function tagStack(stack: Stack, { settings, tags }: StageConfig): void {
  for (const [name, value] of Object.entries(tags)) stack.addStackTag(name, value);
  // Last, so that no setting hides the stack from the commands.
  stack.addStackTag(stageTag, settings.stage);
}
