import { Button, Icon, isNotFound } from '@terrace/ui'
import { useState } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { ItemDialog } from '../item/item-dialog.tsx'
import { text } from '../text.ts'
import type { Change } from './change.ts'
import { useChanges } from './changes.ts'
import { CompareDialog } from './compare-dialog.tsx'
import styles from './unsaved.module.css'

type Open = { readonly kind: 'text' | 'compare'; readonly key: string }

/** What was typed and did not arrive, above every view: why, and what to do. It stays until it is saved or discarded. */
export function Unsaved() {
  const { changes } = useServices()
  const unsaved = useChanges(changes).changes.filter(({ state }) => state.kind !== 'saving')
  const [open, setOpen] = useState<Open>()
  const opened = unsaved.find(({ key }) => key === open?.key)
  const close = () => setOpen(undefined)
  return (
    <section aria-label={text.unsaved} className={styles.unsaved}>
      {unsaved.map(change => (
        <Notice key={change.key} change={change} onOpen={kind => setOpen({ kind, key: change.key })} />
      ))}
      {opened && open?.kind === 'text' && <ItemDialog of={{ kind: 'again', change: opened }} onClose={close} />}
      {opened?.kind === 'edit' && opened.state.kind === 'conflict' && open?.kind === 'compare' && (
        <CompareDialog edit={opened} theirs={opened.state.theirs} onClose={close} />
      )}
    </section>
  )
}

interface NoticeProps {
  readonly change: Change
  readonly onOpen: (kind: Open['kind']) => void
}

const Notice = ({ change, onOpen }: NoticeProps) => (
  <div role="alert" className={styles.notice}>
    <Icon name="alert" />
    <p className={styles.words}>
      {whatHappened(change)} {text.textKept}
    </p>
    <div className={styles.ways}>
      <Ways change={change} onOpen={onOpen} />
    </div>
  </div>
)

function Ways({ change, onOpen }: NoticeProps) {
  const { changes } = useServices()
  const { key, state } = change
  const { name } = change.text
  const discard = (
    <Button size="small" look="quiet" label={text.discardLabel(name)} onPress={() => changes.discard(key)}>
      {text.discard}
    </Button>
  )
  if (state.kind === 'conflict') {
    return (
      <Button size="small" label={text.compareLabel(name)} onPress={() => onOpen('compare')}>
        {text.compare}
      </Button>
    )
  }
  if (isGone(change)) {
    return (
      <>
        <Button
          size="small"
          label={text.addAsNewLabel(name)}
          onPress={() => {
            changes.discard(key)
            changes.create(change.text)
          }}
        >
          {text.addAsNew}
        </Button>
        {discard}
      </>
    )
  }
  return (
    <>
      <Button size="small" label={text.tryAgainLabel(name)} onPress={() => changes.again(key)}>
        {text.tryAgain}
      </Button>
      <Button size="small" label={text.editTextLabel(name)} onPress={() => onOpen('text')}>
        {text.editText}
      </Button>
      {discard}
    </>
  )
}

function whatHappened(change: Change): string {
  const { name } = change.text
  if (change.state.kind === 'conflict') return text.conflict(name)
  if (isGone(change)) return `${text.notSaved(name)} ${text.deletedMeanwhile}`
  const error = change.state.kind === 'failed' ? change.state.error : undefined
  return `${change.kind === 'create' ? text.notAdded(name) : text.notSaved(name)} ${explain(error)}`
}

const isGone = ({ kind, state }: Change): boolean =>
  kind === 'edit' && state.kind === 'failed' && isNotFound(state.error)
