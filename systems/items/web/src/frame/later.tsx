import { Button, EmptyState } from '@terrace/ui'
import { Component, lazy, type ReactNode } from 'react'
import { text } from '../text.ts'

/** Everything that the first list can do without: forms, dialogs, toasts, the view of one item. One file. */
const load = () => import('./later-parts.ts')

/** Loads it before it is needed, so that a press finds it there. */
export const loadLaterParts = (): void => void load().catch(() => {})

export const ItemPage = lazy(async () => ({ default: (await load()).ItemPage }))
export const ItemDialog = lazy(async () => ({ default: (await load()).ItemDialog }))
export const Unsaved = lazy(async () => ({ default: (await load()).Unsaved }))
export const ToastRegion = lazy(async () => ({ default: (await load()).ToastRegion }))

/** Says that a part of the page did not come, with what to do, in its place. */
export class PartBoundary extends Component<{ readonly children: ReactNode }, { readonly isMissing: boolean }> {
  override state = { isMissing: false }

  static getDerivedStateFromError() {
    return { isMissing: true }
  }

  override render() {
    if (!this.state.isMissing) return this.props.children
    return (
      <EmptyState
        icon="cloudOff"
        title={text.partMissing}
        action={<Button onPress={() => location.reload()}>{text.loadAgain}</Button>}
      >
        {text.partMissingText}
      </EmptyState>
    )
  }
}
