import { MenuButton } from '@terrace/ui'
import type { Member } from '../api/types.ts'
import { text } from '../text.ts'

export interface MemberMenuProps {
  readonly member: Member
  readonly onRename: (member: Member) => void
  readonly onRemove: (member: Member) => void
  readonly size?: 'small' | 'normal'
}

/** The rarer actions of a member. */
export const MemberMenu = ({ member, onRename, onRemove, size = 'small' }: MemberMenuProps) => (
  <MenuButton
    label={text.moreActions(member.name)}
    size={size}
    actions={[
      { id: 'rename', label: text.renameMember, onAction: () => onRename(member) },
      {
        id: 'remove',
        label: text.removeMember,
        isBad: true,
        onAction: () => onRemove(member),
        blockedBecause: member.borrowed_books.length === 0 ? undefined : text.removeMemberBlocked,
      },
    ]}
  />
)
