import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { Button } from '../button/button.tsx'
import { classNames } from '../class-names.ts'
import { Icon } from '../icons/icon.tsx'
import listStyles from '../select/listbox.module.css'

export interface MenuAction {
  readonly id: string
  /** The verb and the object: "Delete book". */
  readonly label: string
  readonly onAction: () => void
  readonly isBad?: boolean
  /** Why it cannot be done now; shown under the label, and the action is then off. */
  readonly blockedBecause?: string | undefined
}

export interface MenuButtonProps {
  /** Names what the actions are for: "More actions for Dune". */
  readonly label: string
  readonly actions: readonly MenuAction[]
  readonly size?: 'normal' | 'small'
}

/** The rarer actions of a thing, behind three dots. */
export const MenuButton = ({ label, actions, size = 'small' }: MenuButtonProps) => (
  <MenuTrigger>
    <Button look="quiet" size={size} iconOnly label={label}>
      <Icon name="more" />
    </Button>
    <Popover className={classNames(listStyles.popover)} placement="bottom end" offset={4}>
      <Menu className={classNames(listStyles.list)}>
        {actions.map(action => (
          <MenuItem
            key={action.id}
            id={action.id}
            textValue={action.label}
            isDisabled={action.blockedBecause !== undefined}
            onAction={action.onAction}
            className={classNames(listStyles.option, action.isBad && !action.blockedBecause && listStyles.bad)}
          >
            {/* The reason is part of the name: what is in sight is what is read. */}
            <Text slot="label" className={classNames(listStyles.texts)}>
              <span>{action.label}</span>
              {action.blockedBecause && <span className={listStyles.note}>{action.blockedBecause}</span>}
            </Text>
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  </MenuTrigger>
)
