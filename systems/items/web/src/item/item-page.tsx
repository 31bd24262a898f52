import {
  BackLink,
  Badge,
  Button,
  EmptyState,
  Facts,
  InstantText,
  isNotFound,
  Link,
  ListSkeleton,
  Load,
  PageTitle,
} from '@terrace/ui'
import { useEffect, useState } from 'react'
import { ask } from '../api/ask.ts'
import { useAsked } from '../api/questions.ts'
import { useServices } from '../api/services.ts'
import type { Item } from '../api/types.ts'
import { useChanges } from '../changes/changes.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import styles from './item.module.css'
import { ItemDialog } from './item-dialog.tsx'

/** One item with everything about it. */
export function ItemPage({ id }: { readonly id: string }) {
  const { api, questions, changes, places } = useServices()
  const item = useAsked(questions, ask.item(api, id))
  const saving = useChanges(changes).changes.find(
    change => change.kind === 'edit' && change.base.id === id && change.state.kind === 'saving',
  )
  const [isEditing, setIsEditing] = useState(false)
  // The frame gives the focus to the heading of a view that one goes to; this view may come too late for that.
  useEffect(() => {
    if (places.hasMoved() && document.activeElement === document.body)
      document.querySelector('h1')?.focus({ preventScroll: true })
  }, [places])
  const back = <BackLink href="/">{text.items}</BackLink>
  const { data } = item
  if (data === undefined && isNotFound(item.error)) {
    return (
      <>
        <PageTitle application={text.application} above={back}>
          {text.itemGone}
        </PageTitle>
        <EmptyState icon="box" title={text.itemGone} action={<Link href="/">{text.toItems}</Link>}>
          {text.itemGoneText}
        </EmptyState>
      </>
    )
  }
  const remove = (gone: Item) => {
    changes.remove(gone)
    places.go('/')
  }
  return (
    <>
      <PageTitle
        application={text.application}
        above={back}
        actions={
          data && (
            <>
              <Button look="primary" isPending={saving !== undefined} onPress={() => setIsEditing(true)}>
                {text.editItem}
              </Button>
              <Button isDisabled={saving !== undefined} onPress={() => remove(data)}>
                {text.deleteItem}
              </Button>
            </>
          )
        }
      >
        {(saving?.text ?? data)?.name ?? text.item}
      </PageTitle>
      <Load of={item} failure={text.itemFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
        {known => (
          <>
            {saving && (
              <p>
                <Badge state="info">{text.saving}</Badge>
              </p>
            )}
            <Facts
              facts={[
                [text.added, <InstantText key="added" instant={known.createdAt} />],
                [text.lastChanged, <LastChange key="changed" item={known} />],
              ]}
            />
            <section aria-label={text.description} className={styles.description}>
              {(saving?.text ?? known).description || <span className={styles.none}>{text.noDescription}</span>}
            </section>
          </>
        )}
      </Load>
      {isEditing && data && <ItemDialog of={{ kind: 'edit', item: data }} onClose={() => setIsEditing(false)} />}
    </>
  )
}

const LastChange = ({ item }: { readonly item: Item }) =>
  item.version === 1 ? text.neverChanged : <InstantText instant={item.updatedAt} />
