import type { ReactNode } from 'react'
import { Banner } from '../banner/banner.tsx'
import { Button } from '../button/button.tsx'
import { Skeleton } from '../skeleton/skeleton.tsx'
import { useUiText } from '../ui-text.tsx'
import { ErrorState } from './error-state.tsx'
import styles from './load.module.css'

/** What is known about something that is asked for; the shape of a query of React Query. */
export interface Loadable<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly isFetching: boolean
  readonly refetch: () => unknown
}

export interface LoadProps<T> {
  readonly of: Loadable<T>
  /** Title of the failure: "The books could not be loaded". */
  readonly failure: string
  /** The reason in words. */
  readonly explain: (error: unknown) => string
  readonly skeleton: ReactNode
  /** Draws what is known; also decides what "empty" looks like. */
  readonly children: (data: T) => ReactNode
}

/**
 * The states that every view has: an outline while it loads for the first time, what is known once it is, a failure
 * with *try again*, and, when only a refresh failed, what is known together with a quiet word about it.
 */
export function Load<T>({ of, failure, explain, skeleton, children }: LoadProps<T>) {
  const text = useUiText()
  const retry = () => void of.refetch()
  if (of.data === undefined) {
    if (of.error == null) return <Skeleton>{skeleton}</Skeleton>
    return <ErrorState title={failure} because={explain(of.error)} onRetry={retry} isRetrying={of.isFetching} />
  }
  return (
    <div className={styles.load}>
      {of.error != null && (
        <Banner
          state="warning"
          action={
            <Button size="small" onPress={retry} isPending={of.isFetching}>
              {text.tryAgain}
            </Button>
          }
        >
          {text.notRefreshed} {explain(of.error)}
        </Banner>
      )}
      {children(of.data)}
    </div>
  )
}
