import { Badge, Button, Dialog, DialogActions } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import type { Item, ItemText } from '../api/types.ts'
import { text } from '../text.ts'
import type { Edit } from './change.ts'
import styles from './unsaved.module.css'

export interface CompareDialogProps {
  readonly edit: Edit
  readonly theirs: Item
  readonly onClose: () => void
}

/** Two texts of one item beside each other, what differs marked, and the choice between them. */
export function CompareDialog({ edit, theirs, onClose }: CompareDialogProps) {
  const { changes } = useServices()
  const choose = (how: (key: string) => void) => () => {
    how(edit.key)
    onClose()
  }
  return (
    <Dialog title={text.compareTitle} isOpen onClose={onClose}>
      <p className={styles.intro}>{text.compareText}</p>
      <div className={styles.versions}>
        <Version heading={text.theirs} of={theirs} other={edit.text} />
        <Version heading={text.mine} of={edit.text} other={theirs} />
      </div>
      <DialogActions>
        <Button onPress={choose(changes.keepMine)}>{text.keepMine}</Button>
        <Button onPress={choose(changes.discard)}>{text.keepTheirs}</Button>
      </DialogActions>
    </Dialog>
  )
}

interface VersionProps {
  readonly heading: string
  readonly of: ItemText
  readonly other: ItemText
}

const Version = ({ heading, of, other }: VersionProps) => (
  <section aria-label={heading} className={styles.version}>
    <h3 className={styles.heading}>{heading}</h3>
    <Field label={text.name} value={of.name} isOther={of.name !== other.name} />
    <Field
      label={text.description}
      value={of.description || text.noDescription}
      isOther={of.description !== other.description}
    />
  </section>
)

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly isOther: boolean
}

const Field = ({ label, value, isOther }: FieldProps) => (
  <div>
    <p className={styles.label}>
      {label} {isOther && <Badge state="info">{text.differs}</Badge>}
    </p>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long text scrolls inside; the keyboard has to get there */}
    <p tabIndex={0} className={styles.value}>
      {value}
    </p>
  </div>
)
