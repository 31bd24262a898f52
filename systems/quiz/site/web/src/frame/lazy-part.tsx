import { useQuery } from '@tanstack/react-query'
import { ListSkeleton, Load } from '@terrace/ui'
import type { ComponentType } from 'react'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'

export interface LazyPartProps {
  /** Names the part, for it is loaded once. */
  readonly name: string
  readonly load: () => Promise<ComponentType>
}

/** A part of the site whose script is loaded when somebody goes there; when that fails it can be tried again. */
export function LazyPart({ name, load }: LazyPartProps) {
  const part = useQuery({
    queryKey: ['part', name],
    queryFn: async () => ({ Part: await load() }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Load
      of={{ ...part, error: part.data ? null : part.error }}
      failure={text.partFailure}
      explain={explain}
      skeleton={<ListSkeleton />}
    >
      {({ Part }) => <Part />}
    </Load>
  )
}
