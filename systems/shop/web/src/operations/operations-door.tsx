import { useQuery } from '@tanstack/react-query'
import { ListSkeleton, Load } from '@terrace/ui'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { NotFoundPage } from '../frame/not-found-page.tsx'
import { text } from '../text.ts'

/** The operator's page, whose script only operators load. To everybody else there is no such page. */
export function OperationsDoor() {
  const { api } = useServices()
  const session = useQuery(ask.session(api))
  const isOperator = session.data?.account?.role === 'operator'
  const page = useQuery({
    queryKey: ['operationsPage'],
    queryFn: () => import('./operations-page.tsx'),
    enabled: isOperator,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (session.data && !isOperator) return <NotFoundPage />
  const isKnown = session.data !== undefined
  return (
    <Load
      of={isKnown ? page : { ...session, data: undefined }}
      failure={isKnown ? text.operations : text.sessionFailure}
      explain={explain}
      skeleton={<ListSkeleton />}
    >
      {({ OperationsPage }) => <OperationsPage />}
    </Load>
  )
}
