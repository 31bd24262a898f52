import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ask, isUnderWay } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'

/** A picture, looked at again until its background is removed; then what shows it elsewhere is asked for again. */
export function usePicture(accountId: number, id: string) {
  const { api } = useServices()
  const queries = useQueryClient()
  const picture = useQuery({ ...ask.picture(api, accountId, id), staleTime: Number.POSITIVE_INFINITY })
  const isWaiting = picture.data !== undefined && isUnderWay(picture.data)
  const wasWaiting = useRef(false)
  useEffect(() => {
    if (wasWaiting.current && !isWaiting) void queries.invalidateQueries({ queryKey: ['mine', accountId, 'quiz'] })
    wasWaiting.current = isWaiting
  }, [isWaiting, queries, accountId])
  return picture
}
