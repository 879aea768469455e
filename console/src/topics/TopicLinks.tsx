import { pathOf } from '../base/segments.ts';
import type { ContractView } from '../contract/readContract.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Menu, MenuHeading, MenuItem } from '../ui/controls/Menu.tsx';

export interface TopicLinksProps {
  readonly contract: ContractView;
  readonly name: string;
  readonly whose: string | undefined;
  onGo(path: string): void;
}

/** What else there is to do with a topic. */
export function TopicLinks({ contract, name, whose, onGo }: TopicLinksProps) {
  const actions = contract.actions.filter(({ topic, group }) => {
    if (!topic || group !== 'domain') return false;
    return topic.const === undefined ? new RegExp(topic.pattern ?? '', 'u').test(name) : topic.const === name;
  });
  return (
    <>
      {whose === undefined && (
        <Button icon="people" onClick={() => onGo(pathOf('topics', name, 'beside'))}>
          Side by side
        </Button>
      )}
      {actions.length > 0 && (
        <Menu
          trigger={
            <Button icon="play" look="primary">
              Publish
            </Button>
          }
        >
          <MenuHeading>About {name}</MenuHeading>
          {actions.map((action) => (
            <MenuItem key={action.name} onSelect={() => onGo(pathOf('publish', action.name, name))}>
              {action.name}
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}
