import { Badge, Button, InstantText, Link } from '@terrace/ui'
import type { Item } from '../api/types.ts'
import type { ShownRow } from '../changes/shown-rows.ts'
import { text } from '../text.ts'
import styles from './list.module.css'

/** So much of a description is in the list, characters: two lines of the widest screen. */
const EXCERPT = 300

export interface ItemRowProps {
  readonly row: ShownRow
  readonly onEdit: (item: Item) => void
  readonly onRemove: (item: Item) => void
}

/** One item of the list; while it is being saved it says so, and can't be changed again. */
export function ItemRow({ row, onEdit, onRemove }: ItemRowProps) {
  const { item, isSaving } = row
  const { name, description } = row.text
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <h2 className={styles.name}>
          {item ? (
            <Link href={`/items/${item.id}`} look="title">
              {name}
            </Link>
          ) : (
            name
          )}
        </h2>
        {description !== '' && <p className={styles.excerpt}>{description.slice(0, EXCERPT)}</p>}
      </div>
      <div className={styles.when}>
        {isSaving ? <Badge state="info">{text.saving}</Badge> : item && <InstantText instant={item.createdAt} />}
      </div>
      <div className={styles.actions}>
        {item && (
          <>
            <Button size="small" label={text.editLabel(name)} isPending={isSaving} onPress={() => onEdit(item)}>
              {text.edit}
            </Button>
            <Button
              size="small"
              look="quiet"
              label={text.deleteLabel(name)}
              isDisabled={isSaving}
              onPress={() => onRemove(item)}
            >
              {text.delete}
            </Button>
          </>
        )}
      </div>
    </li>
  )
}
