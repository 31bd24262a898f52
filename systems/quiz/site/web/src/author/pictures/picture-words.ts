import type { Picture } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'

/** What the removal of a picture's background is up to, in words; empty when none was asked for. */
export function pictureWords({ state, busy, reason }: Picture): string {
  switch (state) {
    case 'stored':
      return ''
    case 'queued':
      return busy ? authorText.pictureBusy : authorText.pictureQueued
    case 'working':
      return authorText.pictureWorking
    case 'ready':
      return authorText.pictureReady
    case 'failed':
      return authorText.pictureFailed((reason ?? '').replace(/\.$/, ''))
  }
}
