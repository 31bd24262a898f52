import type { ReactNode } from 'react'
import { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
import { useAfter } from '../hooks/use-after.ts'
import { useUiText } from '../ui-text.tsx'
import styles from './skeleton.module.css'

/** Loads that take less than this show nothing at all, milliseconds: a flash of grey is worse than a short wait. */
export const SKELETON_AFTER_MS = 150

/** One grey line in the place of a text to come. */
export const SkeletonLine = ({ width = '100%' }: { readonly width?: string }) => (
  <span className={styles.line} style={{ inlineSize: width }} />
)

/** Shows the outline of what is loading after 150 ms, and says to screen readers that it is. */
export function Skeleton({ children, isNow = false }: { readonly children: ReactNode; readonly isNow?: boolean }) {
  const isDue = useAfter(!isNow, SKELETON_AFTER_MS) || isNow
  const text = useUiText()
  return (
    <div aria-busy="true">
      {isDue && (
        <>
          <VisuallyHidden>
            <p role="status">{text.loading}</p>
          </VisuallyHidden>
          <div aria-hidden="true">{children}</div>
        </>
      )}
    </div>
  )
}

const WIDTHS = ['62%', '48%', '71%', '55%', '66%', '43%']

/** The outline of a list: as many rows as one expects to see. */
export const ListSkeleton = ({ rows = 8 }: { readonly rows?: number }) => (
  <div className={styles.list}>
    {Array.from({ length: rows }, (_, row) => row).map(row => (
      <div key={row} className={styles.row}>
        <SkeletonLine width={WIDTHS[row % WIDTHS.length] ?? '60%'} />
        <SkeletonLine width="70%" />
        <SkeletonLine width="5rem" />
      </div>
    ))}
  </div>
)
